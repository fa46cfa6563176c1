"""Requests of creations for tests, and the REST calls that follow them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.jumpstart.launching import BUCKET, ROLE, eventually
from tests.smext_server import REGION, Call

__all__ = ["BUCKET", "REGION", "ROLE", "by_operation", "created", "ended", "states", "until"]


def by_operation(operation: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a creation by an operation of AWS."""
    place = {"connection": "local", "region": REGION}
    return {**place, "operation": operation, "parameters": parameters, **more}


def by_layout(layout: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a creation by a layout."""
    place = {"connection": "local", "region": REGION}
    return {**place, "layout": layout, "parameters": values, **more}


async def created(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A creation that was begun."""
    answer = await call("POST", "creations", body)
    assert answer.status == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


async def until(call: Call, id: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The creation once it is as wanted."""
    seen: dict[str, Any] = {}

    async def wanted() -> Any:
        nonlocal seen
        seen = (await call("GET", f"creations/{id}")).json
        return condition(seen)

    await eventually(wanted)
    return seen


async def ended(call: Call, id: str) -> dict[str, Any]:
    return await until(call, id, lambda creation: creation["state"] != "running")


def states(creation: dict[str, Any]) -> dict[str, str]:
    return {step["id"]: step["state"] for step in creation["steps"]}
