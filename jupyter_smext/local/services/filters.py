"""What each filter parameter of a List operation asks of a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.model import Shape

from .. import nouns
from .list_plan import Detail, Path, Plan, at, nested
from .records import refuse
from .sagemaker import Call

Test = Callable[[Detail], bool]

_STRING = Shape("String", {"type": "string"})

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


def filters(how: Plan, call: Call) -> Test | None:
    """The test that all filters of a call ask for together; None when there are none."""
    tests = [
        test
        for name, value in call.parameters.items()
        if name not in _CONTROL
        for test in (_test(how, call, name, value),)
        if test
    ]
    given = call.parameters.keys() & {"ModelPackageType", "ModelPackageGroupName"}
    if how.operation == "ListModelPackages" and not given:
        # Its documentation: unversioned unless said otherwise.
        tests.append(lambda detail: "ModelPackageVersion" not in detail)
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
                return lambda detail: test(at(detail, path))
    raise refuse(f"The local engine cannot filter {how.operation} by {name}.")


def _filter_path(how: Plan, word: str) -> Path:
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
    return nested(record, word, _STRING, 3)
