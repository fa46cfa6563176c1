"""Cells that the old kernel ran after its variables were packed: what they made stays behind."""

from __future__ import annotations

from typing import Any

from ...amounts import counted
from ...aws.errors import ProblemError
from ..carry.kernel_code import run_json
from .work import Work

_COUNT = """
from IPython import get_ipython
answer = {"cells": get_ipython().execution_count}
"""


async def cells_run(kernel: Any) -> int | None:
    """How many cells a kernel has run, plus 1; None where it runs one now. Raises ProblemError."""
    try:
        return int((await run_json(kernel, _COUNT))["cells"])
    except ProblemError as error:
        if error.problem.cause == "conflict" and await kernel.is_alive():
            return None
        raise


async def note_cells(work: Work) -> None:
    """Say so while it is known; a kernel that cannot be asked any more holds up no switch."""
    record = work.record
    if record.variables is None or record.cells is None or record.ends_kernel:
        return
    if not work.world.notebooks.runs(record.old_kernel):
        return
    try:
        cells = await cells_run(work.world.notebooks.kernel(record.old_kernel))
    except ProblemError as error:
        work.add_notes([f"Whether cells ran after the packing is not known: {error.problem.title}"])
        return
    if cells is None:
        work.add_notes(["The old kernel was running a cell: what that makes does not come along"])
    elif cells < record.cells:
        work.add_notes(
            ["The kernel was restarted after the packing: what it did since does not come along"]
        )
    elif cells > record.cells:
        ran = counted(cells - record.cells, "cell")
        work.add_notes(
            [f"{ran} ran after the variables were packed: what that made does not come along"]
        )
