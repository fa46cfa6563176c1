"""Notebooks for tests, and the REST calls that run them as jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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


async def until(
    call: Call, id: str, condition: Callable[[dict[str, Any]], Any], seconds: float = 90
) -> dict[str, Any]:
    """The job once it is as wanted."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        job: dict[str, Any] = (await call("GET", f"notebook-jobs/{id}")).json
        if condition(job):
            return job
        assert loop.time() < deadline, f"waited in vain: {job}"
        await asyncio.sleep(0.05)


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
