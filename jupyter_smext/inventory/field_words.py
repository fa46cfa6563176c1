"""What a field of a form says beside JSON Schema, by AWS's shape of it (`protocol/creation.py`)."""

from __future__ import annotations

import re
from typing import Any

from ..protocol.creation import Picker

PICKER = "x-smext-picker"
ROWS = "x-smext-rows"
LINES = "x-smext-lines"
#: The value is Base64 of the text that is shown.
ENCODED = "x-smext-encoded"

_ROLES = {"RoleArn", "ExecutionRoleArn", "GlobalInferenceGatewayExecutionRoleArn"}
_IMAGES = {"ContainerImage", "AlgorithmImage", "OptimizationContainerImage"}
_KEYS = {"KmsKeyId", "CustomerKmsKeyArn"}
_SCRIPTS = {"NotebookInstanceLifecycleConfigContent", "StudioLifecycleConfigContent"}
_LISTS: dict[str, Picker] = {
    "MetricDefinitionList": "metric-definitions",
    "TagList": "tags",
}
_IN_S3 = re.compile(r"\(?(https\|)?s3\)?://")
#: Members that AWS writes below, or reads all that lies below.
_FOLDER = re.compile(r"Output|Destination|Failure|Path|Store|Prefix|Checkpoint")
_LONG = 3000
_SEVERAL_LINES = re.compile(r"Content|Definition|Document|Query|Markdown|Configuration|Conditions")
_FLAT = ("string", "integer", "long", "float", "double", "boolean")
_MOST_COLUMNS = 3


def of_text(name: str, shape: Any) -> dict[str, Any]:
    """Of the member `name` whose shape is a string without fixed values."""
    if shape.name in _SCRIPTS:
        return {ENCODED: "base64", LINES: 8}
    if picker := _picker(name, shape):
        return {PICKER: picker}
    longest = shape.metadata.get("max", 0)
    if longest >= _LONG and _SEVERAL_LINES.search(shape.name):
        return {LINES: 8}
    return {LINES: 3} if longest >= _LONG or "Description" in name else {}


def _picker(name: str, shape: Any) -> Picker | None:
    if shape.name in _ROLES:
        return "role"
    if shape.name in _IMAGES:
        return "image"
    if shape.name in _KEYS:
        return "kms-key"
    # The items of a list are chosen as a whole.
    if name and shape.name == "SubnetId":
        return "subnet"
    if _IN_S3.match(shape.metadata.get("pattern", "")):
        return "s3-folder" if _FOLDER.search(f"{shape.name} {name}") else "s3-any"
    return None


def of_list(shape: Any) -> dict[str, Any]:
    if shape.name in _LISTS:
        return {PICKER: _LISTS[shape.name], ROWS: True}
    # Some operations have a shape of their own for each, as `NeoVpcSubnetId`.
    if shape.member.name.endswith("SubnetId"):
        return {PICKER: "subnets"}
    if shape.member.name.endswith("SecurityGroupId"):
        return {PICKER: "security-groups"}
    item = shape.member
    flat = item.type_name == "structure" and all(
        member.type_name in _FLAT for member in item.members.values()
    )
    return {ROWS: True} if flat and len(item.members) <= _MOST_COLUMNS else {}


def of_map(shape: Any) -> dict[str, Any]:
    if shape.value.type_name != "string":
        return {}
    named: Picker = "hyperparameters" if "HyperParameter" in shape.name else "environment"
    return {PICKER: named}
