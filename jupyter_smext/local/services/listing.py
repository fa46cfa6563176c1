"""Every List operation: filters, sorting and paging, by what its model says."""

from __future__ import annotations

import base64
import bisect
import functools
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.model import Shape, StructureShape

from .. import nouns
from ..contract import ServiceError, operation_model, project
from ..nouns import Noun
from . import records
from .sagemaker import Answer, Call

if TYPE_CHECKING:
    from ..engine import Engine

Detail = dict[str, Any]
Test = Callable[[Detail], bool]
_Path = tuple[str, ...]

_STRING = Shape("String", {"type": "string"})

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

#: Parameters whose name is not a member's name with a comparison after it.
_MEANS = {
    "CreatedAfter": "CreationTimeAfter",
    "CreatedBefore": "CreationTimeBefore",
    "ModifiedTimeAfter": "LastModifiedTimeAfter",
    "ModifiedTimeBefore": "LastModifiedTimeBefore",
    "WarmPoolStatusEquals": "WarmPoolStatus.StatusEquals",
    "SourceUri": "Source.SourceUri",
    "SourceArn": "Source.SourceArn",
    "AppTypeEquals": "StudioLifecycleConfigAppType",
    "AdditionalCodeRepositoryEquals": "AdditionalCodeRepositoriesHas",
    "ModelPackageVersionArnEquals": "ModelPackageVersionArn",
    "TrainingPlanArn": "TrainingPlanArnsHas",
}

#: Filters that need more than a look at one member, by operation and parameter.
FILTERS: dict[tuple[str, str], Callable[[Call, Any], Test]] = {
    ("ListPipelineExecutions", "PipelineName"): lambda call, name: (
        lambda detail: str(detail.get("PipelineArn", "")).endswith(f"/{name.rsplit('/', 1)[-1]}")
    ),
}

#: Parameters that say how to answer, not what.
_CONTROL = frozenset({"NextToken", "MaxResults", "SortBy", "SortOrder"})


@dataclass(frozen=True)
class Row:
    """A record as a list sees it."""

    key: str
    detail: Detail
    summary: Any


@dataclass(frozen=True)
class Plan:
    """How one List operation answers."""

    operation: str
    noun: Noun
    result: str
    element: Shape
    paths: Mapping[str, _Path]
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
    member = _sort_member(noun, element, sort if sort in enum else "CreationTime")
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


def _paths(noun: Noun, element: Shape) -> Mapping[str, _Path]:
    """Where in a record each member of the list's element is found."""
    if not isinstance(element, StructureShape):
        return {}
    record = nouns.described(noun.name)
    paths: dict[str, _Path] = {}
    for member, shape in element.members.items():
        if member in record:
            paths[member] = (member,)
        else:
            same = tuple(_SAME.get(member, member).split("."))
            paths[member] = _nested(record, member, shape, 3) or same
    return paths


def _nested(members: Mapping[str, Shape], name: str, like: Shape, depth: int) -> _Path:
    inner = [(n, s) for n, s in members.items() if isinstance(s, StructureShape)]
    for step, shape in inner:
        if name in shape.members and shape.members[name].type_name == like.type_name:
            return (step, name)
    if depth > 1:
        for step, shape in inner:
            found = _nested(shape.members, name, like, depth - 1)
            if found:
                return (step, *found)
    return ()


def _sort_member(noun: Noun, element: Shape, word: str) -> str:
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


class Lists:
    """Rows and orders of each list, kept until a record of its noun is written."""

    def __init__(self, engine: Engine) -> None:
        self._store = engine.store
        self._secret = engine.keys.secret_key.encode()
        self._rows: dict[tuple[str, str], tuple[int, list[Row]]] = {}
        self._orders: dict[tuple[str, str, str], tuple[int, list[tuple[Any, Row]]]] = {}

    def rows(self, region: str, how: Plan) -> tuple[int, list[Row]]:
        """Every record of a list, with the version it is of."""
        version = self._store.version(region, how.noun.name)
        known = self._rows.get((region, how.operation))
        if known is None or known[0] != version:
            made = [
                Row(key, detail, _summary(how, detail))
                for _, key, detail in self._store.all(how.noun.name, region)
            ]
            known = self._rows[region, how.operation] = (version, made)
        return known

    def ordered(self, region: str, how: Plan, member: str) -> list[tuple[Any, Row]]:
        """The rows with their sort value, ascending; rows without the member first."""
        version, rows = self.rows(region, how)
        known = self._orders.get((region, how.operation, member))
        if known is None or known[0] != version:
            path = how.paths.get(member, (member,))
            pairs = [(place(_at(row.detail, path), row.key), row) for row in rows]
            pairs.sort(key=lambda pair: pair[0])
            known = self._orders[region, how.operation, member] = (version, pairs)
        return known[1]

    def seal(self, query: str, position: Any) -> str:
        """An opaque token: where the next page of this query starts."""
        body = json.dumps([query, position]).encode()
        sign = hmac.digest(self._secret, body, hashlib.sha256)[:12]
        return base64.urlsafe_b64encode(sign + body).decode()

    def open(self, query: str, token: str) -> Any:
        """The position in a token. Raises ValidationException when it is not one of this query."""
        try:
            data = base64.urlsafe_b64decode(token.encode())
            sign, body = data[:12], data[12:]
            if not hmac.compare_digest(sign, hmac.digest(self._secret, body, hashlib.sha256)[:12]):
                raise ValueError("not ours")
            made_for, position = json.loads(body)
            if made_for != query:
                raise ValueError("of another query")
        except ValueError:
            raise ServiceError(
                "ValidationException",
                "Invalid pagination token: it must be the NextToken of this same query.",
            ) from None
        return position


def answer(how: Plan, call: Call) -> Answer:
    """One page."""
    given = call.parameters
    _check_parents(how, call)
    lists = call.engine.lists
    member = how.sort
    if given.get("SortBy"):
        member = _sort_member(how.noun, how.element, given["SortBy"])
    order = str(given.get("SortOrder", "")).lower()
    descending = order == "descending" if order else how.descending
    pairs = lists.ordered(call.region, how, member)
    # Nothing is left of nothing, whatever is asked: only real rows need the filter understood.
    keep = _filters(how, call) if pairs else None
    query = _digest(call, member, descending)
    limit = given.get("MaxResults") or how.page
    start, step = (len(pairs) - 1, -1) if descending else (0, 1)
    if "NextToken" in given:
        position = tuple(lists.open(query, given["NextToken"]))
        if descending:
            start = bisect.bisect_left(pairs, position, key=lambda pair: pair[0]) - 1
        else:
            start = bisect.bisect_right(pairs, position, key=lambda pair: pair[0])
    page: list[Any] = []
    last: Any = None
    index = start
    while 0 <= index < len(pairs):
        position, row = pairs[index]
        if keep is None or keep(row.detail):
            if len(page) == limit:
                return {how.result: page, "NextToken": lists.seal(query, last)}
            page.append(row.summary)
            last = position
        index += step
    return {how.result: page}


def _check_parents(how: Plan, call: Call) -> None:
    required = operation_model("sagemaker", call.operation).input_shape.required_members
    for member in required:
        parent = nouns.owner(member)
        if parent and parent != how.noun.name:
            records.locate(call, nouns.find(parent), str(call.parameters[member]))


def _filters(how: Plan, call: Call) -> Test | None:
    tests = [
        test
        for name, value in call.parameters.items()
        if name not in _CONTROL
        for test in (_test(how, call, name, value),)
        if test
    ]
    if not tests:
        return None
    return lambda detail: all(test(detail) for test in tests)


def _test(how: Plan, call: Call, name: str, value: Any) -> Test | None:
    special = FILTERS.get((how.operation, name))
    return special(call, value) if special else filter_for(how, name, value)


def filter_for(how: Plan, name: str, value: Any) -> Test | None:
    """The test a filter parameter asks for; None when it keeps everything.

    Raises ValidationException for one the engine does not know: ignoring it would answer wrongly.
    """
    if name == "CrossAccountFilterOption":
        return None if value == "SameAccount" else lambda detail: False
    if name == "ModelPackageType":
        versioned = {"Versioned": True, "Unversioned": False}.get(value)
        if versioned is None:
            return None
        return lambda detail: ("ModelPackageVersion" in detail) is versioned
    word = name if name in nouns.described(how.noun.name) else _MEANS.get(name, name)
    tests: dict[str, Callable[[Any], bool]] = {
        "After": lambda found: found is not None and found >= value,
        "Before": lambda found: found is not None and found < value,
        "Contains": lambda found: found is not None and value in found,
        "Prefix": lambda found: found is not None and found.startswith(value),
        "Has": lambda found: value in (found or ()),
        "Equals": lambda found: found == value,
        "": lambda found: found == value,
    }
    for ending, test in tests.items():
        if word.endswith(ending):
            path = _filter_path(how, word.removesuffix(ending))
            if path:
                return lambda detail: test(_at(detail, path))
    raise records.refuse(f"The local engine cannot filter {how.operation} by {name}.")


def _filter_path(how: Plan, word: str) -> _Path:
    noun = how.noun
    record = nouns.described(noun.name)
    if word in ("Name", f"{noun.name}Name"):
        return (noun.label,)
    if word == "Status" and noun.status:
        return (noun.status,)
    if word == "CreationTime" and noun.created:
        return (noun.created,)
    if word == "LastModifiedTime" and noun.modified:
        return (noun.modified,)
    head, _, rest = word.partition(".")
    if rest:
        return (head, rest)
    if word in how.paths:
        return how.paths[word]
    if word in record or word in noun.identity:
        return (word,)
    return _nested(record, word, _STRING, 3)


def _summary(how: Plan, detail: Detail) -> Any:
    if not isinstance(how.element, StructureShape):
        return detail
    found = {name: detail.get(name, _at(detail, path)) for name, path in how.paths.items()}
    return project(how.element, found)


def _at(detail: Any, path: _Path) -> Any:
    for step in path:
        if not isinstance(detail, dict):
            return None
        detail = detail.get(step)
    return detail


def place(value: Any, key: str) -> tuple[int, Any, str]:
    """Where a record stands in an order; records without the value come first."""
    if isinstance(value, str):
        return (2, value, key)
    return (0, 0, key) if value is None or isinstance(value, dict | list) else (1, value, key)


def _digest(call: Call, member: str, descending: bool) -> str:
    asked = {k: v for k, v in call.parameters.items() if k not in ("NextToken", "MaxResults")}
    text = json.dumps([call.operation, call.region, asked, member, descending], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
