"""One run of the demo, as a process of its own whose lines tell how far it is."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from ..aws.errors import ProblemError
from ..aws.problems import problem
from ..protocol import Demo, DemoStep, Problem

COMMAND = (sys.executable, "-m", "jupyter_smext.local", "demo", "--json")
#: The command's exit code for packages that are not installed, and for being interrupted.
EXIT_MISSING, EXIT_INTERRUPTED = 4, 130
STOP_SECONDS = 20

#: Called with the new revision, and with the region when something may have been made there.
Changed = Callable[[int, str | None], None]


class DemoRun:
    """At most one run at a time, however many ask. It is told by `changed`; it ends with us."""

    def __init__(self, changed: Changed, command: Sequence[str] = COMMAND) -> None:
        self._changed = changed
        self._command = tuple(command)
        self._demo: Demo | None = None
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._outlining = asyncio.Lock()

    async def state(self) -> Demo:
        """How far it is; before the first run, what it would do. Raises ProblemError."""
        if self._demo is None:
            async with self._outlining:
                if self._demo is None:
                    self._demo = await self._outline()
        return self._demo

    async def start(self, region: str) -> Demo:
        """Begin, or go on where an earlier run ended; the one that runs if one does."""
        demo = await self.state()
        if self._task is None:
            self._set(
                state="running",
                region=region,
                steps=tuple(map(_to_do, demo.steps)),
                started=time.time(),
                ended=None,
                problem=None,
            )
            self._task = asyncio.create_task(self._run(region), name="smext-demo")
        return await self.state()

    async def stop(self) -> Demo:
        """End the run; what it made so far stays."""
        if self._task is not None:
            if self._process is not None and self._process.returncode is None:
                self._process.terminate()
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
        return await self.state()

    async def close(self) -> None:
        """The server ends."""
        task = self._task
        if task is not None:
            await self.stop()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _outline(self) -> Demo:
        process = await self._spawn("--dry-run")
        out, err = await process.communicate()
        if process.returncode:
            raise ProblemError(_broken("The demo cannot say what it does", _said(err)))
        steps = tuple(_step(json.loads(line)) for line in out.splitlines())
        return Demo(0, "offered", None, steps, None, None, None)

    async def _run(self, region: str) -> None:
        try:
            self._process = await self._spawn("--region", region)
            code, said = await self._listen(self._process, region)
            self._end(code, said)
        except (OSError, ValueError) as error:
            self._set(
                state="failed",
                ended=time.time(),
                steps=self._cut_short(),
                problem=_broken("The demo could not be run", str(error)),
            )
        finally:
            self._task = self._process = None

    async def _listen(self, process: asyncio.subprocess.Process, region: str) -> tuple[int, str]:
        """Its exit code and its last words, once it has ended."""
        assert process.stdout is not None and process.stderr is not None
        err = asyncio.create_task(process.stderr.read())
        try:
            async for line in process.stdout:
                self._hear(json.loads(line), region)
            return await process.wait(), _said(await err)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await err

    async def _spawn(self, *more: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            *more,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # A Ctrl-C that asks whether to stop Jupyter is not meant for the demo.
            start_new_session=os.name != "nt",
        )

    def _hear(self, event: dict[str, Any], region: str) -> None:
        assert self._demo is not None
        heard = _step(event)
        if heard.state == "todo":
            return
        now = time.time()
        steps = []
        for step in self._demo.steps:
            if step.id == heard.id:
                over = heard.state != "running"
                step = msgspec.structs.replace(
                    heard, started=step.started or now, ended=now if over else None
                )
            steps.append(step)
        # What it says comes of what it did in the engine, past this server.
        self._set(steps=tuple(steps), made_in=region if heard.detail else None)

    def _end(self, code: int, said: str) -> None:
        assert self._demo is not None
        if code == 0:
            self._set(state="done", ended=time.time())
            return
        failed = next((step for step in self._demo.steps if step.state == "failed"), None)
        if failed is not None:
            why = problem(
                "broken",
                f"“{failed.title}” failed",
                failed.detail,
                "Try again: what is there already is kept.",
            )
        elif code == EXIT_MISSING:
            why = problem(
                "invalid",
                "The demo needs packages that are not installed",
                said,
                "Install them, then try again.",
                command='pip install "jupyter_smext[local]"',
            )
        elif code in (EXIT_INTERRUPTED, -15):
            self._set(state="stopped", ended=time.time(), steps=self._cut_short())
            return
        else:
            why = _broken("The demo ended before its time", said)
        self._set(state="failed", ended=time.time(), steps=self._cut_short(), problem=why)

    def _cut_short(self) -> tuple[DemoStep, ...]:
        """The steps, none of them running."""
        assert self._demo is not None
        return tuple(_to_do(step) if step.state == "running" else step for step in self._demo.steps)

    def _set(self, made_in: str | None = None, **changes: Any) -> None:
        assert self._demo is not None
        rev = self._demo.rev + 1
        self._demo = msgspec.structs.replace(self._demo, rev=rev, **changes)
        self._changed(rev, made_in)


def _step(event: dict[str, Any]) -> DemoStep:
    return DemoStep(event["step"], event["title"], event["state"], event["detail"], None, None)


def _to_do(step: DemoStep) -> DemoStep:
    return DemoStep(step.id, step.title, "todo", "", None, None)


def _said(err: bytes) -> str:
    return err.decode("utf-8", "replace").strip().rpartition("\n")[2]


def _broken(title: str, detail: str) -> Problem:
    return problem(
        "broken",
        title,
        detail,
        "Run it in a terminal to see why.",
        command="jupyter smext local demo",
    )
