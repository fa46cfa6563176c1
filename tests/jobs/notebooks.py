"""Notebooks for tests, and the REST calls that run them as jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import nbformat

from tests.smext_server import REGION, Call

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
URI = f"s3://sagemaker-{REGION}-000000000000/notebook-jobs"


def notebook(path: Path, *cells: str, parameters: str | None = None) -> Path:
    """Write a Python notebook; `parameters` is the source of its cell that is tagged so."""
    made = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "conda-mine", "display_name": "Mine", "language": "python"}
        }
    )
    if parameters is not None:
        cell = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        made.cells.append(cell)
    made.cells += [nbformat.v4.new_code_cell(source) for source in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def request(path: str, **more: Any) -> dict[str, Any]:
    """The body of a job's POST."""
    return {
        "connection": "local",
        "region": REGION,
        "path": path,
        "instance_type": "ml.m5.large",
        "role": ROLE,
        "s3_uri": URI,
        **more,
    }


async def begun(call: Call, path: str, **more: Any) -> dict[str, Any]:
    """A job that was begun."""
    answer = await call("POST", "notebook-jobs", request(path, **more))
    assert answer.status == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


async def log_of(call: Call, job: str) -> list[str]:
    """What a training job has printed, as the log viewer shows it."""
    place = {"connection": "local", "region": REGION}
    logs = f"resources/training-job/{job}/logs"
    lines: list[str] = []
    for stream in (await call("GET", logs, **place)).json["streams"]:
        answer = await call("GET", f"{logs}/{stream['id']}/lines", **place, count="2000")
        lines += [line["text"] for line in answer.json["lines"]]
    return lines


async def eventually(true: Callable[[], Awaitable[Any]], seconds: float = 90) -> Any:
    """Wait for something to be true, and answer it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (found := await true()):
        assert loop.time() < deadline, "waited in vain"
        await asyncio.sleep(0.05)
    return found


async def until(call: Call, id: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The job once it is as wanted."""
    seen: dict[str, Any] = {}

    async def wanted() -> Any:
        nonlocal seen
        seen = (await call("GET", f"notebook-jobs/{id}")).json
        return condition(seen)

    await eventually(wanted)
    return seen


async def ended(call: Call, id: str) -> dict[str, Any]:
    return await until(call, id, lambda job: job["state"] != "running")


def step(job: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in job["steps"] if each["id"] == id)
    return found


def outputs(path: Path) -> str:
    """All that an executed notebook's cells printed."""
    return "".join(
        output.get("text", "")
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", ())
    )
