"""How each List operation answers, derived from its model and its documentation."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import Shape, StructureShape

from .. import nouns
from ..contract import operation_model, project
from ..nouns import Noun

Detail = dict[str, Any]
Path = tuple[str, ...]

#: Where a list's word for a member differs from the record's.
_SAME = {
    "MonitoringJobDefinitionName": "JobDefinitionName",
    "MonitoringJobDefinitionArn": "JobDefinitionArn",
    "ExperimentSource": "Source",
    "TrialSource": "Source",
    "TrialComponentSource": "Source",
    "SpaceSettingsSummary": "SpaceSettings",
    "SpaceSharingSettingsSummary": "SpaceSharingSettings",
    "OwnershipSettingsSummary": "OwnershipSettings",
    "LastExecutionTime": "LastRunTime",
    "StartTime": "CreationTime",
    "PipelineExecutionFailureReason": "FailureReason",
    "JobSecondaryStatus": "SecondaryStatus",
    "CompilationTargetDevice": "OutputConfig.TargetDevice",
    "CompilationTargetPlatformOs": "OutputConfig.TargetPlatform.Os",
    "CompilationTargetPlatformArch": "OutputConfig.TargetPlatform.Arch",
    "CompilationTargetPlatformAccelerator": "OutputConfig.TargetPlatform.Accelerator",
    "TrainingJobDefinitionName": "TrainingJobDefinition.DefinitionName",
}


@dataclass(frozen=True)
class Plan:
    """How one List operation answers."""

    operation: str
    noun: Noun
    result: str
    element: Shape
    paths: Mapping[str, Path]
    page: int
    sort: str
    descending: bool


@functools.cache
def plan(operation: str) -> Plan:
    """Derive a List operation's defaults from its model and its documentation."""
    model = operation_model("sagemaker", operation)
    noun = nouns.find(nouns.list_operations()[operation])
    given = model.input_shape.members
    result = next(
        name for name, shape in model.output_shape.members.items() if shape.type_name == "list"
    )
    element = model.output_shape.members[result].member
    sort = _documented(given.get("SortBy"), r"default(?: value)? is (\w+)")
    order = _documented(given.get("SortOrder"), r"default(?: value)? is (\w+)|in (\w+) order by")
    size = _documented(given.get("MaxResults"), r"default(?: value)? is (\d+)|defaults to (\d+)")
    enum = getattr(given.get("SortBy"), "enum", ()) or ()
    member = sort_member(noun, element, sort if sort in enum else "CreationTime")
    return Plan(
        operation=operation,
        noun=noun,
        result=result,
        element=element,
        paths=_paths(noun, element),
        page=int(size) if size else 10,
        sort=member,
        # Newest first where the documentation names no order; a list of names reads forward.
        descending=order.lower() == "descending" or (not order and member == noun.created),
    )


def _documented(shape: Shape | None, pattern: str) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", shape.documentation if shape else ""))
    found = re.search(pattern, text)
    return next((group for group in found.groups() if group), "") if found else ""


def _paths(noun: Noun, element: Shape) -> Mapping[str, Path]:
    """Where in a record each member of the list's element is found."""
    if not isinstance(element, StructureShape):
        return {}
    record = nouns.described(noun.name)
    paths: dict[str, Path] = {}
    for member, shape in element.members.items():
        if member in record:
            paths[member] = (member,)
        else:
            same = tuple(_SAME.get(member, member).split("."))
            paths[member] = nested(record, member, shape, 3) or same
    return paths


def nested(members: Mapping[str, Shape], name: str, like: Shape, depth: int) -> Path:
    """The way through structures to a member of that name and type; () when there is none."""
    inner = [(n, s) for n, s in members.items() if isinstance(s, StructureShape)]
    for step, shape in inner:
        if name in shape.members and shape.members[name].type_name == like.type_name:
            return (step, name)
    if depth > 1:
        for step, shape in inner:
            found = nested(shape.members, name, like, depth - 1)
            if found:
                return (step, *found)
    return ()


def sort_member(noun: Noun, element: Shape, word: str) -> str:
    """The record's member that a SortBy value means."""
    plain = word.replace("_", "").lower()
    by_word = {
        "name": noun.label,
        "creationtime": noun.created,
        "createddate": noun.created,
        "createdate": noun.created,
        "lastmodifiedtime": noun.modified,
        "status": noun.status or "",
    }
    if by_word.get(plain):
        return by_word[plain]
    members = element.members if isinstance(element, StructureShape) else {}
    return next((m for m in members if m.lower() == plain), noun.created or noun.label)


def summary(how: Plan, detail: Detail) -> Any:
    """A record as one element of the list."""
    if not isinstance(how.element, StructureShape):
        return detail
    found = {name: detail.get(name, at(detail, path)) for name, path in how.paths.items()}
    if how.noun.name == "ModelPackage" and "ModelPackageVersion" in detail:
        # AWS leaves the name out of a version's summary (sagemaker-python-sdk#5606).
        found["ModelPackageName"] = None
    return project(how.element, found)


def at(detail: Any, path: Path) -> Any:
    """The value at the end of a path, or None."""
    for step in path:
        if not isinstance(detail, dict):
            return None
        detail = detail.get(step)
    return detail
