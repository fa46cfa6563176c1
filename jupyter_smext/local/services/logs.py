"""CloudWatch Logs: groups, streams, retention and tags; events are in `log_events`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .. import errors
from ..contract import ServiceError
from ..logs.logbook import Group, Stream
from . import log_events
from .log_events import bad_token, identified, invalid, named_group
from .page_tokens import opened, sealed
from .sagemaker import Answer, Call

_PAGE = 50
#: AWS's quota on tags of one resource.
_MOST_TAGS = 50
#: The days that PutRetentionPolicy takes (its documentation).
_RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


async def answer(call: Call) -> Answer:
    """Answer one call, in a thread: files are slow. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("logs", call.operation)
    return await asyncio.to_thread(handler, call)


def _create_group(call: Call) -> Answer:
    given = call.parameters
    for member, why in (
        ("kmsKeyId", "has no keys to encrypt logs with"),
        ("deletionProtectionEnabled", "does not protect log groups from deletion"),
        ("bearerTokenAuthenticationEnabled", "takes no bearer tokens"),
    ):
        if given.get(member):
            raise invalid(f"The local engine {why}; leave {member} out.")
    name, kind = given["logGroupName"], given.get("logGroupClass", "STANDARD")
    _check_tags(given.get("tags", {}))
    call.engine.logs.create_group(call.region, name, given.get("tags", {}), kind)
    return {}


def _delete_group(call: Call) -> Answer:
    call.engine.logs.delete_group(call.region, call.parameters["logGroupName"])
    return {}


def _create_stream(call: Call) -> Answer:
    given = call.parameters
    call.engine.logs.create_stream(call.region, given["logGroupName"], given["logStreamName"])
    return {}


def _delete_stream(call: Call) -> Answer:
    given = call.parameters
    call.engine.logs.delete_stream(call.region, given["logGroupName"], given["logStreamName"])
    return {}


def _describe_groups(call: Call) -> Answer:
    given = call.parameters
    prefix, holding = given.get("logGroupNamePrefix", ""), given.get("logGroupNamePattern", "")
    if prefix and holding:
        raise invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive.")
    if call.engine.account not in given.get("accountIdentifiers", [call.engine.account]):
        return {"logGroups": []}
    limit = given.get("limit", _PAGE)
    wanted = given.get("logGroupIdentifiers")
    names = {identified(call, one) for one in wanted} if wanted else None
    kind = given.get("logGroupClass")
    after = _text(given["nextToken"]) if "nextToken" in given else ""
    found: list[Group] = []
    more = True
    while more and len(found) <= limit:
        part = call.engine.logs.groups(
            call.region, after=after, prefix=prefix, holding=holding, most=_PAGE + 1
        )
        found += [
            group
            for group in part
            if (names is None or group.name in names) and kind in (None, group.kind)
        ]
        more = len(part) > _PAGE
        after = part[-1].name if part else after
    answer: Answer = {"logGroups": [_group(call, group) for group in found[:limit]]}
    if len(found) > limit:
        answer["nextToken"] = sealed(found[limit - 1].name)
    return answer


def _group(call: Call, group: Group) -> dict[str, Any]:
    arn = _arn(call, group)
    shown = {
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": f"{arn}:*",
        "storedBytes": group.bytes,
        "logGroupClass": group.kind,
        "logGroupArn": arn,
    }
    return shown if group.retention is None else {**shown, "retentionInDays": group.retention}


def _arn(call: Call, group: Group) -> str:
    return f"arn:aws:logs:{call.region}:{call.engine.account}:log-group:{group.name}"


def _describe_streams(call: Call) -> Answer:
    given = call.parameters
    by_time = given.get("orderBy", "LogStreamName") == "LastEventTime"
    prefix = given.get("logStreamNamePrefix", "")
    if by_time and prefix:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    group = named_group(call)

    def place(stream: Stream) -> tuple[int, str]:
        # A stream without events has no last one: it counts as the oldest.
        return (-1 if stream.last is None else stream.last) if by_time else 0, stream.name

    down = given.get("descending", False)
    streams = sorted(call.engine.logs.streams(group, prefix), key=place, reverse=down)
    if "nextToken" in given:
        behind = _place(given["nextToken"])
        streams = [s for s in streams if (place(s) < behind if down else place(s) > behind)]
    limit = given.get("limit", _PAGE)
    answer: Answer = {"logStreams": [_stream(call, group, one) for one in streams[:limit]]}
    if len(streams) > limit:
        answer["nextToken"] = sealed(place(streams[limit - 1]))
    return answer


def _stream(call: Call, group: Group, stream: Stream) -> dict[str, Any]:
    return {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "firstEventTimestamp": stream.first,
        "lastEventTimestamp": stream.last,
        "lastIngestionTime": stream.ingested,
        "uploadSequenceToken": log_events.sequence_token(stream),
        "arn": f"{_arn(call, group)}:log-stream:{stream.name}",
        # AWS too says 0 of every stream since 2019, and the bytes of groups only.
        "storedBytes": 0,
    }


def _text(token: str) -> str:
    value = opened(token, bad_token())
    if not isinstance(value, str):
        raise bad_token()
    return value


def _place(token: str) -> tuple[int, str]:
    value = opened(token, bad_token())
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not isinstance(value[0], int)
        or not isinstance(value[1], str)
    ):
        raise bad_token()
    return value[0], value[1]


def _put_retention(call: Call) -> Answer:
    days = call.parameters["retentionInDays"]
    if days not in _RETENTIONS:
        raise invalid(f"retentionInDays must be one of {', '.join(map(str, _RETENTIONS))}.")
    call.engine.logs.set_retention(call.region, call.parameters["logGroupName"], days)
    return {}


def _delete_retention(call: Call) -> Answer:
    call.engine.logs.set_retention(call.region, call.parameters["logGroupName"], None)
    return {}


def _tagged(call: Call) -> Group:
    given = call.parameters
    if "logGroupName" in given:
        return call.engine.logs.group(call.region, given["logGroupName"])
    arn = given["resourceArn"]
    if not arn.startswith("arn:"):
        raise invalid(f"Not the ARN of a log group: {arn[:512]}")
    return call.engine.logs.group(call.region, identified(call, arn))


def _tag(call: Call) -> Answer:
    group = _tagged(call)
    tags = {**group.tags, **call.parameters["tags"]}
    _check_tags(tags)
    call.engine.logs.set_tags(call.region, group.name, tags)
    return {}


def _untag(call: Call) -> Answer:
    group = _tagged(call)
    gone = call.parameters.get("tagKeys") or call.parameters.get("tags", [])
    tags = {key: value for key, value in group.tags.items() if key not in gone}
    call.engine.logs.set_tags(call.region, group.name, tags)
    return {}


def _list_tags(call: Call) -> Answer:
    return {"tags": _tagged(call).tags}


def _check_tags(tags: dict[str, str]) -> None:
    if len(tags) > _MOST_TAGS:
        message = f"A log group carries at most {_MOST_TAGS} tags."
        raise ServiceError("TooManyTagsException", message)


_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "CreateLogGroup": _create_group,
    "CreateLogStream": _create_stream,
    "DeleteLogGroup": _delete_group,
    "DeleteLogStream": _delete_stream,
    "DeleteRetentionPolicy": _delete_retention,
    "DescribeLogGroups": _describe_groups,
    "DescribeLogStreams": _describe_streams,
    "FilterLogEvents": log_events.search,
    "GetLogEvents": log_events.get,
    "ListTagsForResource": _list_tags,
    "ListTagsLogGroup": _list_tags,
    "PutLogEvents": log_events.put,
    "PutRetentionPolicy": _put_retention,
    "TagLogGroup": _tag,
    "TagResource": _tag,
    "UntagLogGroup": _untag,
    "UntagResource": _untag,
}
