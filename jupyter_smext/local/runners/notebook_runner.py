"""The life of notebook instances: a state follows the processes, never the other way round."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from .notebook_files import InstanceFiles
from .notebook_process import NotebookProcess, Script, StartFailed, scripts
from .supervision import StillRunning, sweep

if TYPE_CHECKING:
    from ..engine import Engine

NOUN = "NotebookInstance"
CONFIG = "NotebookInstanceLifecycleConfig"

Name = tuple[str, str]

_log = logging.getLogger(__name__)


class NotebookRunner:
    """Starts, stops and deletes the processes behind NotebookInstance records.

    The operations write the state a request leads to (Pending, Stopping, Deleting) and call here;
    what comes of it (InService, Stopped, Failed, gone) is written when the processes show it.
    """

    nouns: tuple[str, ...] = (NOUN,)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._processes: dict[Name, NotebookProcess] = {}
        self._tasks: dict[Name, asyncio.Task[None]] = {}
        self._closing = False
        # Before the first request is answered: nothing of ours runs yet, so nothing is in service.
        for region, name, detail in self._made():
            if detail["NotebookInstanceStatus"] in ("InService", "Pending"):
                self._set(region, name, "Pending", Url=None)

    async def recover(self) -> None:
        """Start what was up, finish what was under way when the engine ended."""
        try:
            await asyncio.to_thread(sweep, self._engine.home)
        except StillRunning as error:
            _log.error("Left from the engine's last run: %s", error)
        for region, name, detail in self._made():
            match detail["NotebookInstanceStatus"]:
                case "Pending":
                    self.start(region, name)
                case "Stopping" | "Updating":
                    self._set(region, name, "Stopped", Url=None)
                case "Deleting":
                    self.delete(region, name)

    async def close(self) -> None:
        """End every tree; the records stay as they are, so that the next start takes them up."""
        self._closing = True
        ends = [process.end() for process in self._processes.values()]
        for problem in await asyncio.gather(*ends, return_exceptions=True):
            if isinstance(problem, BaseException):
                _log.error("A notebook instance did not end: %s", problem)
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def key(self, region: str, name: str) -> str | None:
        """The key that signs the tokens of a running instance; None when it does not run."""
        process = self._processes.get((region, name))
        return process.key if process else None

    def start(self, region: str, name: str) -> None:
        """Bring a Pending instance up, and watch it for as long as it is."""
        self._do(region, name, self._run)

    def stop(self, region: str, name: str) -> None:
        """Take a Stopping instance down; an Updating one has nothing to take down."""
        self._do(region, name, self._stop)

    def delete(self, region: str, name: str) -> None:
        """Delete a Deleting instance with its files."""
        self._do(region, name, self._delete)

    def _do(self, region: str, name: str, work: Callable[[str, str], Awaitable[None]]) -> None:
        """Do one thing with an instance; whatever goes wrong ends up as its FailureReason."""
        before = self._tasks.get((region, name))

        async def guarded() -> None:
            try:
                if work != self._run and (region, name) in self._processes:
                    await self._processes[region, name].end()
                if before is not None:
                    await asyncio.wait([before])
                await work(region, name)
            except (StartFailed, StillRunning, OSError) as error:
                self._fail(region, name, str(error))
            except Exception as error:
                _log.exception("Notebook instance %s in %s", name, region)
                self._fail(region, name, f"InternalServerError of the local engine: {error!r}")

        task = self._tasks[region, name] = asyncio.ensure_future(guarded())

        def forget(done: asyncio.Task[None]) -> None:
            if self._tasks.get((region, name)) is done:
                del self._tasks[region, name]

        task.add_done_callback(forget)

    def _made(self) -> list[tuple[str, str, dict[str, Any]]]:
        """The instances this engine made; a test or bench may have written other records."""
        return [found for found in self._engine.store.all(NOUN) if "_id" in found[2]]

    async def _run(self, region: str, name: str) -> None:
        detail = self._engine.store.get(region, NOUN, name)
        assert detail is not None
        await self._engine.hang(NOUN, "Pending")
        lacking = self._engine.capacity_failure(NOUN, detail["InstanceType"])
        if lacking:
            raise StartFailed(lacking)
        process = self._processes[region, name] = NotebookProcess(self._engine, region, detail)
        try:
            given = await process.launch(self._scripts(region, detail))
            self._set(
                region,
                name,
                "InService",
                Url=f"127.0.0.1:{process.port}",
                FailureReason=None,
                _created=True,
                _port=process.port,
                _vcpu=given.cpus,
                _memory_gib=given.memory_gib,
            )
            ending = await process.ended()
        finally:
            process.release()
            del self._processes[region, name]
        now = self._engine.store.get(region, NOUN, name) or {}
        if now.get("NotebookInstanceStatus") == "InService":
            raise StartFailed(process.reason(ending, "while it was in service"))

    async def _stop(self, region: str, name: str) -> None:
        detail = self._engine.store.get(region, NOUN, name) or {}
        await self._engine.hang(NOUN, detail.get("NotebookInstanceStatus", ""))
        self._set(region, name, "Stopped", Url=None)

    async def _delete(self, region: str, name: str) -> None:
        detail = self._engine.store.get(region, NOUN, name)
        assert detail is not None
        await self._engine.hang(NOUN, "Deleting")
        if "_id" in detail:
            files = InstanceFiles.of(self._engine.home, region, detail["_id"])
            await asyncio.to_thread(files.delete)
        self._engine.store.delete(region, NOUN, name)

    def _scripts(self, region: str, detail: dict[str, Any]) -> list[Script]:
        chosen = detail.get("NotebookInstanceLifecycleConfigName")
        if not chosen:
            return []
        config = self._engine.store.get(region, CONFIG, chosen)
        if config is None:
            raise StartFailed(f"Notebook Instance Lifecycle Config '{chosen}' does not exist.")
        return scripts(config, created=bool(detail.get("_created")))

    def _set(self, region: str, name: str, status: str, **changes: Any) -> None:
        facts = {"NotebookInstanceStatus": status, **changes}
        self._engine.store.update(region, NOUN, name, facts)

    def _fail(self, region: str, name: str, reason: str) -> None:
        if not self._closing:
            self._set(region, name, "Failed", FailureReason=reason[:1024], Url=None)
