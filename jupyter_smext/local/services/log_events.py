"""CloudWatch Logs: putting events, reading a stream by pages, searching a group."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..contract import ServiceError
from ..logs.logbook import END, EVENT_BYTES, START, Event, Group, LogBook, Place, Stream
from ..logs.pattern import matcher
from .page_tokens import opened, sealed
from .sagemaker import Answer, Call

_HOUR = 3_600_000
_DAY = 24 * _HOUR
#: AWS's quotas (docs of PutLogEvents, GetLogEvents and FilterLogEvents).
_PAGE_BYTES = 1 << 20
_MOST_EVENTS = 10_000
_OLDEST = 14 * _DAY
_NEWEST = 2 * _HOUR
#: Events that one FilterLogEvents looks at, so that none runs for long: AWS also ends pages early.
_SEARCHED = 100_000
#: Before it FilterLogEvents does not sort downwards (docs of its startFromHead).
_DOWNWARD_SINCE = 1_704_067_200_000

_ARN = re.compile(r"arn:[\w-]+:logs:([\w-]+):(\d{12}):log-group:([^:]+)")
_TOKEN = re.compile(r"([fb])/(\d{1,19})\.(\d{1,19})/s")


def invalid(message: str) -> ServiceError:
    """The error for a parameter that AWS does not take."""
    return ServiceError("InvalidParameterException", message)


def identified(call: Call, identifier: str) -> str:
    """The name in a log group's name or ARN. Raises ServiceError for one of another place."""
    if not identifier.startswith("arn:"):
        return identifier
    found = _ARN.fullmatch(identifier)
    if found is None:
        raise invalid(f"Invalid ARN of a log group: {identifier[:512]}")
    if found[1] != call.region or found[2] != call.engine.account:
        raise ServiceError(
            "ResourceNotFoundException", "The specified log group does not exist here."
        )
    return found[3]


def named_group(call: Call) -> Group:
    """The group that logGroupName or logGroupIdentifier means. Raises ServiceError."""
    given = call.parameters
    name, identifier = given.get("logGroupName"), given.get("logGroupIdentifier")
    if (name is None) == (identifier is None):
        raise invalid("Specify one of logGroupName and logGroupIdentifier.")
    return call.engine.logs.group(call.region, name or identified(call, str(identifier)))


def put(call: Call) -> Answer:
    """PutLogEvents."""
    given, logs = call.parameters, call.engine.logs
    events = [(event["timestamp"], event["message"]) for event in given["logEvents"]]
    if "entity" in given:
        raise invalid("The local engine keeps no entities with log events; leave entity out.")
    _check(events)
    group = logs.group(call.region, given["logGroupName"])
    now = int(time.time() * 1000)
    too_old = sum(timestamp < now - _OLDEST for timestamp, _ in events)
    expired = sum(timestamp < now - (group.retention or 1 << 30) * _DAY for timestamp, _ in events)
    too_new = sum(timestamp <= now + _NEWEST for timestamp, _ in events)
    kept = events[max(too_old, expired) : too_new]
    if kept and kept[-1][0] - kept[0][0] > _DAY:
        raise invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than "
            "24 hours."
        )
    logs.put(call.region, group.name, given["logStreamName"], kept)
    stream = logs.stream(group, given["logStreamName"])
    answer: Answer = {"nextSequenceToken": sequence_token(stream)}
    rejected = {}
    if too_old:
        rejected["tooOldLogEventEndIndex"] = too_old
    if expired:
        rejected["expiredLogEventEndIndex"] = expired
    if too_new < len(events):
        rejected["tooNewLogEventStartIndex"] = too_new
    if rejected:
        answer["rejectedLogEventsInfo"] = rejected
    return answer


def _check(events: Sequence[tuple[int, str]]) -> None:
    if any(later[0] < earlier[0] for earlier, later in pairwise(events)):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    sizes = [len(message.encode(errors="replace")) + EVENT_BYTES for _, message in events]
    if max(sizes) > _PAGE_BYTES:
        raise invalid(f"Log event too large: {max(sizes)} bytes exceeds limit of {_PAGE_BYTES}")
    if sum(sizes) > _PAGE_BYTES:
        raise invalid(f"Upload too large: {sum(sizes)} bytes exceeds limit of {_PAGE_BYTES}")


def sequence_token(stream: Stream) -> str:
    """What AWS still sends with a stream and ignores when it is sent back."""
    return f"{stream.newest:056d}"


def get(call: Call) -> Answer:
    """GetLogEvents: a page of a stream, and the tokens of the pages on both sides.

    A token says which way it goes; at the end of the stream the answer's token is the one given.
    """
    given, logs = call.parameters, call.engine.logs
    stream = logs.stream(named_group(call), given["logStreamName"])
    above = Place(given.get("startTime", 0), -1)
    below = Place(given["endTime"], -1) if "endTime" in given else END
    newest = not given.get("startFromHead", False)
    token = given.get("nextToken")
    place = START
    if token is not None:
        way, place = _read_token(token)
        newest = way == "b"
        if newest:
            below = min(below, place)
        else:
            above = max(above, place)
    events = logs.page(
        stream,
        above=above,
        below=below,
        newest=newest,
        most=given.get("limit", _MOST_EVENTS),
        most_bytes=_PAGE_BYTES,
    )
    if events:
        forward, backward = events[-1].place, events[0].place
    elif token is None:
        forward = backward = above
    elif newest:
        # The way back forward begins with the event that the last step stood on.
        forward, backward = Place(place.timestamp, place.id - 1), place
    else:
        forward, backward = place, Place(place.timestamp, place.id + 1)
    return {
        "events": [_shown(event) for event in events],
        "nextForwardToken": _token("f", forward),
        "nextBackwardToken": _token("b", backward),
    }


def _shown(event: Event) -> dict[str, Any]:
    return {
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingested,
    }


def _token(way: str, place: Place) -> str:
    # Before every event is -1, and a step below that -2, which a token says without a minus.
    return f"{way}/{place.timestamp + 2:019d}.{place.id + 2:019d}/s"


def _read_token(token: str) -> tuple[str, Place]:
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise bad_token()
    return found[1], Place(int(found[2]) - 2, int(found[3]) - 2)


def bad_token() -> ServiceError:
    """The error for a token that no answer gave."""
    return invalid("The specified nextToken is invalid.")


def search(call: Call) -> Answer:
    """FilterLogEvents: the events of a group's streams in one order, those that fit the pattern.

    A page may be short, or empty, with a nextToken: it ends at the limit, at 1 MB, or when 100,000
    events have been looked at. What of the pattern syntax is not run is refused.
    """
    given, logs = call.parameters, call.engine.logs
    group = named_group(call)
    fits = matcher(given.get("filterPattern", ""))
    above = Place(given["startTime"], -1) if "startTime" in given else START
    below = Place(given["endTime"], END.id) if "endTime" in given else END
    newest = not given.get("startFromHead", True)
    if newest and given.get("startTime", 0) < _DOWNWARD_SINCE:
        raise invalid("startFromHead=false needs a startTime on or after 2024-01-01.")
    if "nextToken" in given:
        newest, place = _search_token(given["nextToken"])
        if newest:
            below = min(below, place)
        else:
            above = max(above, place)
    limit = given.get("limit", _MOST_EVENTS)
    found: list[dict[str, Any]] = []
    size = searched = 0
    last: Place | None = None
    merged = logs.merged(_streams(call, logs, group), above=above, below=below, newest=newest)
    for name, event in merged:
        fitting = fits(event.message)
        size += event.bytes if fitting else 0
        over = len(found) >= limit or searched >= _SEARCHED or (found and size > _PAGE_BYTES)
        if over and last is not None:
            return {
                "events": found,
                "searchedLogStreams": [],
                "nextToken": sealed([int(newest), *last]),
            }
        searched += 1
        last = event.place
        if fitting:
            found.append(
                {
                    "logStreamName": name,
                    **_shown(event),
                    "eventId": f"{event.timestamp:037d}{event.id:019d}",
                }
            )
    return {"events": found, "searchedLogStreams": []}


def _streams(call: Call, logs: LogBook, group: Group) -> list[Stream]:
    given = call.parameters
    names, prefix = given.get("logStreamNames"), given.get("logStreamNamePrefix")
    if names is not None and prefix is not None:
        raise invalid("Specify only one of logStreamNames and logStreamNamePrefix.")
    if names is not None:
        return [logs.stream(group, name) for name in dict.fromkeys(names)]
    return logs.streams(group, prefix or "")


def _search_token(token: str) -> tuple[bool, Place]:
    value = opened(token, bad_token())
    if (
        not isinstance(value, list)
        or len(value) != 3
        or not all(isinstance(one, int) and abs(one) <= END.id for one in value)
    ):
        raise bad_token()
    return bool(value[0]), Place(value[1], value[2])
