"""A stack as tests make one: its waiting, its events, what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import WaiterError

from tests.local_engine import RunningEngine

#: Seconds between two looks: the engine is on this machine.
QUICK = {"Delay": 0.05, "MaxAttempts": 1200}


@dataclass
class TestedStack:
    """One stack of an engine, by its id."""

    __test__ = False

    engine: RunningEngine
    id: str
    region: str = "us-east-1"

    @property
    def client(self) -> Any:
        return self.engine.client("cloudformation", self.region)

    @property
    def detail(self) -> dict[str, Any]:
        (found,) = self.client.describe_stacks(StackName=self.id)["Stacks"]
        return dict(found)

    @property
    def outputs(self) -> dict[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self.detail.get("Outputs", ())}

    def resource(self, name: str) -> dict[str, Any]:
        found = self.client.describe_stack_resource(StackName=self.id, LogicalResourceId=name)
        return dict(found["StackResourceDetail"])

    def events(self) -> list[tuple[str, str, str]]:
        """(logical id, status, reason), first one first."""
        pages = self.client.get_paginator("describe_stack_events").paginate(StackName=self.id)
        found = [event for page in pages for event in page["StackEvents"]]
        return [
            (one["LogicalResourceId"], one["ResourceStatus"], one.get("ResourceStatusReason", ""))
            for one in reversed(found)
        ]

    def reason(self, name: str, status: str = "CREATE_FAILED") -> str:
        """Why a resource took a status."""
        (found,) = (why for one, what, why in self.events() if (one, what) == (name, status))
        return found

    def wait(self, what: str = "stack_create_complete") -> str:
        """The status when botocore's waiter of that name is done, or has given up."""
        try:
            self.client.get_waiter(what).wait(StackName=self.id, WaiterConfig=QUICK)
        except WaiterError as error:
            assert "Max attempts" not in str(error), error
        return str(self.detail["StackStatus"])

    def settled(self) -> str:
        """The status when nothing is under way any more."""
        self.wait()
        while (status := str(self.detail["StackStatus"])).endswith("_IN_PROGRESS"):
            continue
        return status

    def delete(self, **more: Any) -> str:
        """The status when its deletion has ended."""
        self.client.delete_stack(StackName=self.id, **more)
        return self.wait("stack_delete_complete")


def make(
    engine: RunningEngine,
    template: str,
    name: str = "one",
    *,
    region: str = "us-east-1",
    parameters: dict[str, str] | None = None,
    **more: Any,
) -> TestedStack:
    """A stack that is being made."""
    given = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()
    ]
    answer = engine.client("cloudformation", region).create_stack(
        StackName=name, TemplateBody=template, Parameters=given, **more
    )
    return TestedStack(engine, answer["StackId"], region)
