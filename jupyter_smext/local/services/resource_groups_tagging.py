"""Resource Groups Tagging: what of a region has tags, whichever service made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .. import errors
from ..contract import ServiceError
from . import page_tokens
from .sagemaker import Answer, Call

_PAGE = 50
_MOST = 100
_STACK = "Stack"
#: Without tag policies and pages by tags an answer would be another than the one asked for.
_NOT_RUN = ("IncludeComplianceDetails", "ExcludeCompliantResources", "TagsPerPage")

Tags = Mapping[str, str]


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("resourcegroupstaggingapi", call.operation)
    return handler(call)


def _resources(call: Call) -> Answer:
    """Those that every filter holds for, by ARN."""
    given = call.parameters
    if asked_for := [name for name in _NOT_RUN if given.get(name)]:
        raise errors.not_run("resourcegroupstaggingapi", f"{call.operation} with {asked_for[0]}")
    arns = given.get("ResourceARNList")
    if arns is not None and given.keys() & {"TagFilters", "ResourceTypeFilters", "PaginationToken"}:
        raise _invalid("ResourceARNList is given alone, without filters and pages.")
    filters, types = given.get("TagFilters", ()), given.get("ResourceTypeFilters", ())
    found = sorted(
        (arn, tags)
        for arn, tags in _tagged(call)
        if (arns is None or arn in arns)
        and all(_holds(one, tags) for one in filters)
        and (not types or any(_is(one, arn) for one in types))
    )
    size = given.get("ResourcesPerPage", _PAGE)
    if not 1 <= size <= _MOST:
        raise _invalid(f"ResourcesPerPage is from 1 to {_MOST}.")
    asked = {"NextToken": given["PaginationToken"]} if given.get("PaginationToken") else {}
    shown, more = page_tokens.page(asked, found, size, _invalid("Invalid PaginationToken."))
    return {
        "ResourceTagMappingList": [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": tags[key]} for key in tags]}
            for arn, tags in shown
        ],
        # "Repeat the query … until you receive a null value": AWS sends an empty one.
        "PaginationToken": more.get("NextToken", ""),
    }


def _keys(call: Call) -> Answer:
    return _texts(call, "TagKeys", {key for _, tags in _tagged(call) for key in tags})


def _values(call: Call) -> Answer:
    key = call.parameters["Key"]
    return _texts(call, "TagValues", {tags[key] for _, tags in _tagged(call) if key in tags})


def _texts(call: Call, member: str, found: set[str]) -> Answer:
    token = call.parameters.get("PaginationToken")
    asked = {"NextToken": token} if token else {}
    refusal = _invalid("Invalid PaginationToken.")
    shown, more = page_tokens.page(asked, sorted(found), _MOST, refusal)
    return {member: shown, "PaginationToken": more.get("NextToken", "")}


def _tagged(call: Call) -> Iterator[tuple[str, Tags]]:
    """The ARN and the tags of every resource that has some: SageMaker's, stacks, buckets."""
    engine, region = call.engine, call.region
    for noun, arn, detail in engine.store.tagged(region):
        if noun != _STACK and detail.get("_tags"):
            yield arn, detail["_tags"]
        elif noun == _STACK and detail["StackStatus"] != "DELETE_COMPLETE" and detail.get("Tags"):
            yield arn, {tag["Key"]: tag["Value"] for tag in detail["Tags"]}
    for bucket in engine.objects.buckets():
        if bucket.region == region and bucket.tags:
            yield f"arn:aws:s3:::{bucket.name}", bucket.tags


def _holds(one: Mapping[str, Any], tags: Tags) -> bool:
    key, values = one.get("Key", ""), one.get("Values")
    return key in tags and (not values or tags[key] in values)


def _is(wanted: str, arn: str) -> bool:
    """Whether `service[:resourceType]` is said of what an ARN names."""
    _, _, service, _, _, resource = arn.split(":", 5)
    type = resource.split("/")[0] if "/" in resource else "bucket" if service == "s3" else resource
    return wanted in (service, f"{service}:{type}")


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterException", message)


_HANDLERS: Mapping[str, Callable[[Call], Answer]] = {
    "GetResources": _resources,
    "GetTagKeys": _keys,
    "GetTagValues": _values,
}
