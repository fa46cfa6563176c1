"""Search over the stored records: full records of its resource types, by property."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from .. import nouns
from . import records
from .listing import place
from .records import Detail
from .sagemaker import Answer, Call, operation

#: Where Search's word for a resource is not the noun's.
_NOUN = {"ExperimentTrial": "Trial", "ExperimentTrialComponent": "TrialComponent"}

_Test = Callable[[Detail], bool]


@operation("Search")
def search(call: Call) -> Answer:
    """Records that an expression holds for, newest first unless sorted otherwise."""
    given = call.parameters
    noun = nouns.find(_NOUN.get(given["Resource"], given["Resource"]))
    test = _expression(given.get("SearchExpression", {}))
    if given.get("CrossAccountFilterOption") == "CrossAccount":
        return {"Results": []}
    by = given.get("SortBy", noun.modified or noun.created)
    found = []
    for _, key, detail in call.engine.store.all(noun.name, call.region):
        tags = [{"Key": k, "Value": v} for k, v in detail.get("_tags", {}).items()]
        record = {**detail, "Tags": tags}
        if test(record):
            found.append((place(_first(record, by), key), record))
    found.sort(key=lambda pair: pair[0], reverse=given.get("SortOrder") != "Ascending")
    query = f"Search {call.region} {_digest(given)}"
    start = call.engine.lists.open(query, given["NextToken"]) if "NextToken" in given else 0
    limit = given.get("MaxResults", 10)
    results = [_result(noun.name, record) for _, record in found[start : start + limit]]
    answer: Answer = {"Results": results, "TotalHits": {"Value": len(found), "Relation": "EqualTo"}}
    if start + limit < len(found):
        answer["NextToken"] = call.engine.lists.seal(query, start + limit)
    return answer


def _result(noun: str, record: Detail) -> Detail:
    # A model comes as the dashboard's model: the record is one member of it.
    return {noun: {"Model": record} if noun == "Model" else record}


def _digest(given: Detail) -> str:
    return repr(sorted((k, v) for k, v in given.items() if k not in ("NextToken", "MaxResults")))


def _expression(expression: Detail) -> _Test:
    tests = [_filter(one) for one in expression.get("Filters", ())]
    tests += [_nested(one) for one in expression.get("NestedFilters", ())]
    tests += [_expression(one) for one in expression.get("SubExpressions", ())]
    combine = any if expression.get("Operator") == "Or" else all
    return lambda record: not tests or combine(test(record) for test in tests)


def _nested(one: Detail) -> _Test:
    """Every filter holds for the same element of a list."""
    path = one["NestedPropertyName"]
    prefix = path + "."
    tests = [_filter({**f, "Name": f["Name"].removeprefix(prefix)}) for f in one["Filters"]]
    return lambda record: any(
        all(test(element) for test in tests) for element in _values(record, path)
    )


def _filter(one: Detail) -> _Test:
    name, wanted = one["Name"], one.get("Value")
    operator = one.get("Operator", "Equals")
    if operator in ("Exists", "NotExists"):
        there = operator == "Exists"
        return lambda record: any(True for _ in _values(record, name)) is there
    if wanted is None:
        raise records.refuse(f"The filter on {name[:100]} needs a Value.")
    compare = _COMPARE[operator]
    negative = operator == "NotEquals"

    def test(record: Detail) -> bool:
        found = [compare(value, wanted) for value in _values(record, name)]
        return all(found) if negative else any(found)

    return test


def _equal(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return str(value).lower() == wanted.lower()
    if isinstance(value, int | float):
        number = _number(wanted)
        return number is not None and value == number
    return str(value) == wanted


def _ordered(test: Callable[[float], bool]) -> Callable[[Any, str], bool]:
    def compare(value: Any, wanted: str) -> bool:
        number = _number(wanted)
        if isinstance(value, bool) or not isinstance(value, int | float) or number is None:
            return False
        return test(value - number)

    return compare


_COMPARE: dict[str, Callable[[Any, str], bool]] = {
    "Equals": _equal,
    "NotEquals": lambda value, wanted: not _equal(value, wanted),
    "Contains": lambda value, wanted: wanted.lower() in str(value).lower(),
    "In": lambda value, wanted: any(_equal(value, one) for one in wanted.split(",")),
    "GreaterThan": _ordered(lambda gap: gap > 0),
    "GreaterThanOrEqualTo": _ordered(lambda gap: gap >= 0),
    "LessThan": _ordered(lambda gap: gap < 0),
    "LessThanOrEqualTo": _ordered(lambda gap: gap <= 0),
}


def _number(text: str) -> float | None:
    """A number, or a time in ISO form as epoch seconds."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _first(record: Detail, path: str) -> Any:
    return next((v for v in _values(record, path) if not isinstance(v, dict | list)), None)


def _values(value: Any, path: str) -> list[Any]:
    """Every value a dotted property names; lists stand for their elements, tags for their keys."""
    if not path:
        return value if isinstance(value, list) else [value]
    if isinstance(value, list):
        if all(isinstance(one, dict) and set(one) == {"Key", "Value"} for one in value) and value:
            return [one["Value"] for one in value if one["Key"] == path]
        return [found for one in value for found in _values(one, path)]
    if not isinstance(value, dict):
        return []
    if path in value:  # names of hyperparameters and tags may hold dots
        return _values(value[path], "")
    head, _, rest = path.partition(".")
    return _values(value[head], rest) if head in value else []
