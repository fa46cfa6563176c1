"""A template taken apart: its sections and resources, each with the form that it must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ... import errors
from . import parameters
from .parameters import Parameter
from .template_text import malformed, read, refuse

#: "AWS CloudFormation quotas".
_MOST_RESOURCES, _MOST_OUTPUTS, _MOST_DESCRIPTION = 500, 200, 1024
_SECTIONS = frozenset(
    """
    AWSTemplateFormatVersion Conditions Description Hooks Mappings Metadata Outputs Parameters
    Resources Rules Transform
    """.split()
)
_MEMBERS = frozenset(
    """
    Condition CreationPolicy DeletionPolicy DependsOn Metadata Properties Type UpdatePolicy
    UpdateReplacePolicy
    """.split()
)
_DELETION = ("Delete", "Retain", "RetainExceptOnCreate")


@dataclass(frozen=True)
class Resource:
    """One member of Resources; `properties` hold functions still."""

    name: str
    type: str
    properties: Mapping[str, Any]
    after: tuple[str, ...]
    condition: str | None
    deletion: str
    metadata: Any


@dataclass(frozen=True)
class Template:
    """What a template says, before anything is known of its parameters."""

    description: str
    parameters: Mapping[str, Parameter]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Mapping[str, Any]]
    metadata: Any
    version: str | None


def parse(text: str) -> Template:
    """A template out of its text. Raises ServiceError ValidationError, UnsupportedOperation."""
    value = read(text)
    if unknown := sorted(value.keys() - _SECTIONS):
        raise malformed(f"Invalid template property or properties [{', '.join(unknown)[:512]}]")
    version = value.get("AWSTemplateFormatVersion")
    if version not in (None, "2010-09-09"):
        raise malformed("unsupported value for AWSTemplateFormatVersion.")
    for section in ("Transform", "Rules", "Hooks"):
        if section in value:
            raise errors.needs_aws(f"A template with {section}")
    description = value.get("Description", "")
    if not isinstance(description, str):
        raise malformed("Every Description member must be a string.")
    if len(description.encode()) > _MOST_DESCRIPTION:
        raise malformed(f"'Description' length is greater than {_MOST_DESCRIPTION}.")
    resources = _section(value, "Resources")
    if not resources:
        raise malformed("At least one Resources member must be defined.")
    outputs = _section(value, "Outputs")
    for what, members, most in (
        ("resources", resources, _MOST_RESOURCES),
        ("outputs", outputs, _MOST_OUTPUTS),
    ):
        if len(members) > most:
            raise malformed(f"Number of {what}, {len(members)}, is greater than maximum, {most}")
    for name, output in outputs.items():
        _check_output(name, output)
    return Template(
        description,
        parameters.parse(_section(value, "Parameters")),
        _section(value, "Mappings"),
        _section(value, "Conditions"),
        {name: _resource(name, one) for name, one in resources.items()},
        outputs,
        value.get("Metadata"),
        version,
    )


def _section(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = template.get(name, {})
    if not isinstance(section, dict):
        raise malformed(f"[/{name}] is no object.")
    for key in section:
        if not key.isascii() or not key.isalnum() or len(key) > 255:
            raise malformed(f"{name.removesuffix('s')} name {key[:256]} is non alphanumeric.")
    return section


def _check_output(name: str, output: Any) -> None:
    if not isinstance(output, dict) or "Value" not in output:
        raise malformed(f"Output {name} is malformed. It must have a Value.")
    if unknown := sorted(output.keys() - {"Condition", "Description", "Export", "Value"}):
        raise malformed(f"Output {name} is malformed. It has no member {unknown[0][:256]}.")
    export = output.get("Export", {"Name": ""})
    if not isinstance(export, dict) or export.keys() != {"Name"}:
        raise malformed(f"Output {name} is malformed. Its Export needs a Name, and no more.")
    for member in ("Condition", "Description"):
        if not isinstance(output.get(member, ""), str):
            raise malformed(f"Output {name} is malformed. Its {member} must be a string.")


def _resource(name: str, given: Any) -> Resource:
    where = f"[/Resources/{name}]"
    if not isinstance(given, dict):
        raise malformed(f"{where} is no object.")
    if unknown := sorted(given.keys() - _MEMBERS):
        raise refuse(f"Invalid template resource property '{unknown[0][:256]}'")
    kind = given.get("Type")
    if not isinstance(kind, str) or not kind:
        raise malformed(f"{where} Every Resources object must contain a Type member.")
    if "CreationPolicy" in given:
        raise errors.needs_aws(f"The CreationPolicy of {name}")
    after = given.get("DependsOn", [])
    after = [after] if isinstance(after, str) else after
    if not isinstance(after, list) or not all(isinstance(one, str) for one in after):
        raise malformed("Every DependsOn value must be a string or a list of strings.")
    properties = given.get("Properties", {})
    if not isinstance(properties, dict):
        raise malformed(f"{where} Properties is no object.")
    condition = given.get("Condition")
    if condition is not None and not isinstance(condition, str):
        raise malformed(f"{where} Every Condition member must be a string.")
    deletion = given.get("DeletionPolicy", "Delete")
    if deletion == "Snapshot":
        raise refuse(
            f"Template error: resource type {kind} does not support deletion policy Snapshot"
        )
    if deletion not in _DELETION:
        raise malformed(f"Unrecognized DeletionPolicy {str(deletion)[:64]} for resource {name}")
    metadata = given.get("Metadata")
    return Resource(name, kind, properties, tuple(after), condition, deletion, metadata)
