"""Code runs in a kernel without a trace, and what keeps it from running is said."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient

from jupyter_smext.aws.problems import ProblemError
from jupyter_smext.compute.carry.kernel_code import run_json
from tests.compute.carry.carrying import PATIENCE, StartKernel, cell_client, run_cell, value_of

STATE = """
from IPython import get_ipython
shell = get_ipython()
answer = {
    "names": sorted(shell.user_ns),
    "count": shell.execution_count,
    "history": list(shell.user_ns["In"]),
}
"""


async def test_it_leaves_no_trace(start_kernel: StartKernel) -> None:
    kernel = await start_kernel()
    await run_cell(kernel, "x = 1\nx")
    before = await run_json(kernel, STATE)
    client = cell_client(kernel)
    await client.wait_for_ready(timeout=PATIENCE)
    answer = await run_json(
        kernel,
        "y = arguments['given']\nprint('loud')\nanswer = {'y': y}",
        arguments={"given": "é\n'"},
    )
    assert answer == {"y": "é\n'"}
    assert await run_json(kernel, STATE) == before
    assert before["count"] == 2
    heard = []
    await client.execute_interactive("", output_hook=heard.append, timeout=PATIENCE)
    client.stop_channels()
    # What a cell would show of it: nothing, since no cell asked.
    assert not [message for message in heard if "text" in message["content"]]


async def test_what_fails_is_told_and_is_not_the_notebooks_last_error(
    start_kernel: StartKernel,
) -> None:
    kernel = await start_kernel()
    for code, said in (
        ("1/0", "ZeroDivisionError: division by zero"),
        ("answer = open", "not JSON serializable"),
        ("nonsense here", "SyntaxError"),
        ("pass", "KeyError: 'answer'"),
    ):
        with pytest.raises(ProblemError, match=said):
            await run_json(kernel, code)
    assert await value_of(kernel, "repr(getattr(__import__('sys'), 'last_value', None))") == "None"


async def begun(client: AsyncKernelClient) -> None:
    """Return when a cell has printed `begun`."""
    while (await client.get_iopub_msg(timeout=PATIENCE))["content"].get("text") != "begun":
        pass


async def test_a_busy_kernel_is_said_and_is_not_kept_waiting_for(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    kernel = await start_kernel()
    client = cell_client(kernel)
    await run_cell(kernel, "import asyncio, os, time")
    for number, wait in enumerate(("time.sleep(0.01)", "await asyncio.sleep(0.01)")):
        end = tmp_path / f"end-{number}"
        client.execute(
            f"print('begun', end='', flush=True)\nwhile not os.path.exists({str(end)!r}): {wait}"
        )
        await begun(client)
        with pytest.raises(ProblemError) as refused:
            await run_json(kernel, "answer = {}", patience=0.5)
        assert refused.value.problem.title == "The kernel is busy"
        assert refused.value.problem.cause == "conflict"
        end.touch()
        assert await run_json(kernel, "answer = {}", patience=PATIENCE) == {}
    client.stop_channels()


async def test_a_cell_that_fails_does_not_take_it_along(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    kernel = await start_kernel()
    client = cell_client(kernel)
    end = tmp_path / "end"
    await run_cell(kernel, "import os, time")
    client.execute(
        f"""
print("begun", end="", flush=True)
while not os.path.exists({str(end)!r}): time.sleep(0.01)
1 / 0"""
    )
    await begun(client)
    asked = asyncio.create_task(run_json(kernel, "answer = {}", patience=PATIENCE))
    end.touch()
    assert await asked == {}
    client.stop_channels()


async def test_a_kernel_that_dies_meanwhile_is_said(start_kernel: StartKernel) -> None:
    kernel = await start_kernel()
    with pytest.raises(ProblemError, match="The kernel has died"):
        await run_json(kernel, "import os; os._exit(1)")
    with pytest.raises(ProblemError, match="The kernel has died"):
        await run_json(kernel, "answer = {}")


async def test_a_kernel_that_is_restarted_meanwhile_is_said(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    kernel = await start_kernel()
    begun = tmp_path / "begun"
    # A restart interrupts before it kills: a kernel that is quick would answer that first.
    code = """import pathlib, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
pathlib.Path(arguments['begun']).touch()
while True: time.sleep(1)"""
    asked = asyncio.create_task(run_json(kernel, code, 600, arguments={"begun": str(begun)}))
    while not begun.exists():
        await asyncio.sleep(0.01)
    await kernel.restart_kernel(now=True)
    with pytest.raises(ProblemError, match="The kernel has died"):
        await asyncio.wait_for(asked, PATIENCE)


async def test_code_that_takes_too_long_is_said(start_kernel: StartKernel) -> None:
    kernel = await start_kernel()
    with pytest.raises(ProblemError, match="did not answer in time"):
        await run_json(kernel, "import time; time.sleep(60)", 0.5)


async def test_another_language_is_said(start_kernel: StartKernel) -> None:
    kernel = await start_kernel("echo")
    with pytest.raises(ProblemError) as refused:
        await run_json(kernel, "answer = {}", patience=PATIENCE)
    assert refused.value.problem.title == "This cannot be done in echo kernels"


async def test_a_kernel_of_another_server(start_kernel: StartKernel) -> None:
    kernel: Any = await start_kernel()
    client = AsyncKernelClient(connection_file=kernel.connection_file)
    client.load_connection_file()
    assert await run_json(client, "answer = {'there': 1}") == {"there": 1}
