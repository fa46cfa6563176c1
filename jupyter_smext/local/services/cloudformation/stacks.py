"""The records of stacks, of their resources and of what happened to them, in the engine's store."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

from .. import page_tokens
from ..sagemaker import Answer, Call
from .template_text import refuse

if TYPE_CHECKING:
    from ...engine import Engine

Detail = dict[str, Any]
#: A stack by its region and the key of its record.
Id = tuple[str, str]

STACK, RESOURCE, EVENT, CHANGE_SET = "Stack", "StackResource", "StackEvent", "StackChangeSet"

#: What stands for the value of a parameter that must not be seen ("NoEcho").
MASKED = "****"

#: "ListStacks ... Summary information for stacks that have been deleted is kept for 90 days".
REMEMBERED_SECONDS = 90 * 86400.0

_PAGE = 100

_numbers = itertools.count()


class Stack:
    """One stack's records: what it is, its resources by logical name, its events."""

    def __init__(self, engine: Engine, region: str, key: str) -> None:
        self.engine = engine
        self.region = region
        self.key = key

    @property
    def detail(self) -> Detail:
        """The record as it is now. Raises KeyError when the stack is forgotten."""
        found = self.engine.store.get(self.region, STACK, self.key)
        if found is None:
            raise KeyError(self.key)
        return found

    @property
    def status(self) -> str:
        """Its StackStatus."""
        return str(self.detail["StackStatus"])

    def set(self, **changes: Any) -> Detail:
        """Change members; None takes one away."""
        return self.engine.store.update(self.region, STACK, self.key, changes)

    def become(self, status: str, reason: str | None = None, **changes: Any) -> None:
        """Take a status, and tell so in an event."""
        detail = self.set(StackStatus=status, StackStatusReason=reason, **changes)
        self.tell(
            {
                "LogicalResourceId": detail["StackName"],
                "PhysicalResourceId": detail["StackId"],
                "ResourceType": "AWS::CloudFormation::Stack",
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
            }
        )

    def resources(self) -> dict[str, Detail]:
        """Its resources that were begun, by logical name in the order of the template."""
        found = (one for _, one in self.engine.store.under(self.region, RESOURCE, self.key))
        ordered = sorted(found, key=lambda one: int(one["_order"]))
        return {one["LogicalResourceId"]: one for one in ordered}

    def resource(self, name: str) -> Detail | None:
        """One resource by its logical name."""
        return self.engine.store.get(self.region, RESOURCE, f"{self.key}/{name}")

    def note(
        self, resource: Detail, status: str, reason: str | None = None, shown: Any = None
    ) -> None:
        """Give a resource a status, and tell so in an event; `shown` are its properties."""
        resource |= {
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
            "LastUpdatedTimestamp": time.time(),
        }
        self.keep(resource)
        properties = None if shown is None else json.dumps(shown)
        self.tell({**resource, "ResourceProperties": properties})

    def keep(self, resource: Detail) -> None:
        """Store a resource's record."""
        key = f"{self.key}/{resource['LogicalResourceId']}"
        self.engine.store.put(self.region, RESOURCE, key, resource)

    def tell(self, event: Detail) -> None:
        """Add an event; private members stay out of it."""
        detail = self.detail
        shown = {
            "StackId": detail["StackId"],
            "StackName": detail["StackName"],
            "EventId": str(uuid.uuid4()),
            "Timestamp": time.time(),
            "ClientRequestToken": detail.get("_token"),
            **{name: one for name, one in event.items() if not name.startswith("_") and one},
        }
        key = f"{self.key}/{time.time_ns():020}-{next(_numbers):09}"
        self.engine.store.put(self.region, EVENT, key, shown)

    def events(self) -> list[Detail]:
        """What happened to it, latest first."""
        found = self.engine.store.under(self.region, EVENT, self.key)
        return [event for _, event in reversed(found)]

    def forget(self) -> None:
        """Remove its records."""
        store = self.engine.store
        for noun in (RESOURCE, EVENT, CHANGE_SET):
            store.delete_under(self.region, noun, self.key)
        store.delete(self.region, STACK, self.key)


def every(engine: Engine, region: str) -> list[Detail]:
    """The stacks of a region, latest first; also the deleted ones."""
    found = [detail for _, _, detail in engine.store.all(STACK, region)]
    return sorted(found, key=lambda one: float(one["CreationTime"]), reverse=True)


def living(engine: Engine, region: str, name: str) -> Stack | None:
    """The stack that has a name now."""
    for _, key, detail in engine.store.all(STACK, region):
        if detail["StackName"] == name and detail["StackStatus"] != "DELETE_COMPLETE":
            return Stack(engine, region, key)
    return None


def find(engine: Engine, region: str, name: str) -> Stack:
    """The stack of that name, or of that id, then also a deleted one. Raises ServiceError."""
    if name.startswith("arn:"):
        found = engine.store.find(name)
        if found is not None and found[:2] == (region, STACK):
            return Stack(engine, region, found[2])
    elif stack := living(engine, region, name):
        return stack
    raise refuse(f"Stack with id {name[:1024]} does not exist")


def described(detail: Detail) -> Detail:
    """A stack as DescribeStacks tells it."""
    return {
        "DisableRollback": False,
        "NotificationARNs": [],
        "RollbackConfiguration": {},
        "Tags": [],
        "EnableTerminationProtection": False,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        **detail,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": MASKED if key in detail["_no_echo"] else value}
            for key, value in detail["_parameters"].items()
        ],
    }


def page(call: Call, member: str, items: list[Any]) -> Answer:
    """A page of a list, as every list of CloudFormation's has it."""
    refusal = refuse("The NextToken is not one of this list.")
    shown, more = page_tokens.page(call.parameters, items, _PAGE, refusal)
    return {member: shown, **more}
