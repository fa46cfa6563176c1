"""Private hubs: importing contents and keeping their versions."""

from __future__ import annotations

import time

from .. import errors, nouns
from . import records
from .filters import FILTERS
from .records import Detail
from .sagemaker import Answer, Call, operation


@operation("ImportHubContent")
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


@operation("DescribeHubContent")
def describe_hub_content(call: Call) -> Answer:
    """A content: its newest version, or the one asked for."""
    records.locate(call, nouns.find("Hub"), call.parameters["HubName"])
    given = "HubContentVersion" in call.parameters
    noun = nouns.find("HubContentVersion" if given else "HubContent")
    return records.resolve(call, noun)[1]


@operation("UpdateHubContent")
def update_hub_content(call: Call) -> Answer:
    """Change a version's words."""
    noun = nouns.find("HubContentVersion")
    key, detail = records.resolve(call, noun)
    fixed = set(noun.identity)
    changes = {name: value for name, value in call.parameters.items() if name not in fixed}
    detail = call.engine.store.update(call.region, noun.name, key, changes)
    _latest(call, detail)
    return detail


@operation("DeleteHubContent")
def delete_hub_content(call: Call) -> Answer:
    """Delete one version of a content."""
    noun = nouns.find("HubContentVersion")
    key, detail = records.resolve(call, noun)
    call.engine.store.delete(call.region, noun.name, key)
    _latest(call, detail)
    return {}


for _list in ("ListHubContents", "ListHubContentVersions"):
    FILTERS[_list, "MinVersion"] = lambda call, least: (
        lambda detail: numbers(detail["HubContentVersion"]) >= numbers(least)
    )
    FILTERS[_list, "MaxSchemaVersion"] = lambda call, most: (
        lambda detail: numbers(detail["DocumentSchemaVersion"]) <= numbers(most)
    )
