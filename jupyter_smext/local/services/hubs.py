"""Hubs: importing contents into private ones and keeping their versions, and reading the public."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import replace

from .. import errors, nouns
from . import list_plan, listing, public_hub, records
from .filters import FILTERS
from .records import Detail
from .sagemaker import Answer, Call, operation


def _of_the_public(call: Call) -> bool:
    """Whether a call is about AWS's own hub, whose records are there then."""
    if not public_hub.is_public(call.parameters["HubName"], call.region):
        return False
    public_hub.ensure(call.engine, call.region)
    return True


def _reading(name: str, answer: Callable[[Call], Answer]) -> None:
    """Register an operation that reads hubs of both kinds."""

    @operation(name)
    def read(call: Call) -> Answer:
        if _of_the_public(call):
            call = replace(call, parameters={**call.parameters, "HubName": public_hub.NAME})
        return answer(call)


def _changing(name: str, answer: Callable[[Call], Answer]) -> None:
    """Register an operation that changes hubs: AWS's own is not to be changed."""

    @operation(name)
    def change(call: Call) -> Answer:
        if _of_the_public(call):
            raise public_hub.refuse_change()
        return answer(call)


def import_hub_content(call: Call) -> Answer:
    """Put a content, or a new version of one, into a private hub."""
    given = call.parameters
    hub = records.locate(call, nouns.find("Hub"), given["HubName"])[1]["HubName"]
    now = time.time()
    version = given.get("HubContentVersion", "1.0.0")
    detail: Detail = {
        **{name: value for name, value in given.items() if name != "Tags"},
        "HubName": hub,
        "HubContentVersion": version,
        "HubContentStatus": "Available",
        "HubArn": call.arn("hub", hub),
        "CreationTime": now,
        "LastModifiedTime": now,
        "_tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())},
    }
    each = nouns.find("HubContentVersion")
    arn = detail["HubContentArn"] = each.arn(call.region, call.engine.account, detail)
    key = each.key(detail)
    if call.engine.store.get(call.region, each.name, key) is not None:
        raise errors.duplicate("HubContent", given["HubContentName"], arn)
    call.engine.store.put(call.region, each.name, key, {**detail, "_arn": None})
    _latest(call, detail)
    return detail


def _latest(call: Call, content: Detail) -> None:
    """Keep the newest version as the content itself; none left means no content."""
    noun = nouns.find("HubContent")
    same = [
        other
        for _, _, other in call.engine.store.all("HubContentVersion", call.region)
        if noun.key(other) == noun.key(content)
    ]
    if same:
        newest = max(same, key=lambda other: numbers(other["HubContentVersion"]))
        newest["_arn"] = newest["HubContentArn"]
        call.engine.store.put(call.region, noun.name, noun.key(content), newest)
    else:
        call.engine.store.delete(call.region, noun.name, noun.key(content))


def numbers(version: str) -> tuple[int, ...]:
    """A version's parts as numbers, for comparing."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def describe_hub_content(call: Call) -> Answer:
    """A content: its newest version, or the one asked for."""
    records.locate(call, nouns.find("Hub"), call.parameters["HubName"])
    given = "HubContentVersion" in call.parameters
    noun = nouns.find("HubContentVersion" if given else "HubContent")
    return records.resolve(call, noun)[1]


def update_hub_content(call: Call) -> Answer:
    """Change a version's words."""
    noun = nouns.find("HubContentVersion")
    key, detail = records.resolve(call, noun)
    fixed = set(noun.identity)
    changes = {name: value for name, value in call.parameters.items() if name not in fixed}
    detail = call.engine.store.update(call.region, noun.name, key, changes)
    _latest(call, detail)
    return detail


def delete_hub_content(call: Call) -> Answer:
    """Delete one version of a content."""
    noun = nouns.find("HubContentVersion")
    key, detail = records.resolve(call, noun)
    call.engine.store.delete(call.region, noun.name, key)
    _latest(call, detail)
    return {}


for _list in ("ListHubContents", "ListHubContentVersions"):
    _reading(_list, functools.partial(listing.answer, list_plan.plan(_list)))
    FILTERS[_list, "MinVersion"] = lambda call, least: (
        lambda detail: numbers(detail["HubContentVersion"]) >= numbers(least)
    )
    FILTERS[_list, "MaxSchemaVersion"] = lambda call, most: (
        lambda detail: numbers(detail["DocumentSchemaVersion"]) <= numbers(most)
    )


_HUB = nouns.find("Hub")

_reading("DescribeHub", lambda call: records.describe(call, _HUB))
_reading("DescribeHubContent", describe_hub_content)
_changing("ImportHubContent", import_hub_content)
_changing("UpdateHubContent", update_hub_content)
_changing("DeleteHubContent", delete_hub_content)
_changing("UpdateHub", lambda call: records.update(call, _HUB))
_changing("DeleteHub", lambda call: records.delete(call, _HUB))
records.PREPARE["Hub"] = lambda call, detail: public_hub.check_name(detail["HubName"])
