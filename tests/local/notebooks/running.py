"""Running a notebook of the engine's as a person with boto3 would."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient


def run(content: bytes, folder: Path, environment: dict[str, str], *, on: bool = False) -> str:
    """What a notebook printed. Raises what one of its cells raised; `on`: goes on behind it."""

    async def execute() -> Any:
        document = nbformat.reads(content.decode(), as_version=4)
        client = NotebookClient(
            document, resources={"metadata": {"path": str(folder)}}, allow_errors=on
        )
        return await client.async_execute(env={**os.environ, **environment})

    done = asyncio.run(execute())
    outputs = [each for cell in done.cells for each in cell.get("outputs", ())]
    return "".join(each.get("text", "") for each in outputs)
