"""Requests of launches for tests, and the REST calls that follow them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.smext_server import REGION, Call

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
BUCKET = f"sagemaker-{REGION}-000000000000"
MODEL = {
    "connection": "local",
    "region": REGION,
    "model": "onnx-ic-efficientnet-lite0",
    "version": "1.0.0",
    "hub": "SageMakerPublicHub",
}


def deploy(**more: Any) -> dict[str, Any]:
    """The body of a deployment."""
    return {**MODEL, "endpoint": "pictures", "role": ROLE, **more}


def fine_tune(**more: Any) -> dict[str, Any]:
    """The body of a fine-tuning."""
    return {
        **MODEL,
        "job": "my-pictures",
        "role": ROLE,
        "instance_type": "ml.m5.xlarge",
        "output": f"s3://{BUCKET}/tuned",
        **more,
    }


async def begun(call: Call, what: str, body: dict[str, Any]) -> dict[str, Any]:
    """A launch that was begun."""
    answer = await call("POST", f"jumpstart/{what}", body)
    assert answer.status == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


async def eventually(true: Callable[[], Awaitable[Any]], seconds: float = 120) -> Any:
    """Wait for something to be true, and answer it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (found := await true()):
        assert loop.time() < deadline, "waited in vain"
        await asyncio.sleep(0.05)
    return found


async def until(call: Call, id: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The launch once it is as wanted."""
    seen: dict[str, Any] = {}

    async def wanted() -> Any:
        nonlocal seen
        seen = (await call("GET", f"jumpstart/launches/{id}")).json
        return condition(seen)

    await eventually(wanted)
    return seen


async def ended(call: Call, id: str) -> dict[str, Any]:
    return await until(call, id, lambda launch: launch["state"] != "running")


def states(launch: dict[str, Any]) -> dict[str, str]:
    return {step["id"]: step["state"] for step in launch["steps"]}
