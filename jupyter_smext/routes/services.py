"""What the routes work with, made on first use: a server that nobody asks loads no AWS code."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..compute.carry.limits import Limits
from ..compute.names import close_remotes
from ..compute.switch.unfinished import unfinished
from ..decoding import decode_json
from ..lifecycle.read_only import ReadOnly
from ..protocol import (
    CHANGED_EVENT,
    DEMO_EVENT,
    PLAN_EVENT,
    TASK_EVENT,
    Changed,
    DemoChanged,
    PlanChanged,
    TaskChanged,
    Use,
)
from .demo_run import DemoRun
from .engine import EngineStarter
from .looks import Looks

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from ..compute.kept_kernels import KeptKernels
    from ..compute.switch.switches import Switches
    from ..cost import Prices
    from ..creation.creations import Creations
    from ..inventory import Inventories, Watched
    from ..jobs.notebook_jobs import NotebookJobs
    from ..jumpstart.jumpstart import JumpStart
    from ..jumpstart.launches import Launches
    from ..jumpstart.model_document import ModelDocument
    from ..jumpstart.solution_launches import SolutionLaunches
    from ..jumpstart.solution_pages import SolutionPages
    from ..kinds import Kind
    from ..lifecycle.plans import Plans
    from ..logs.logs import Logs
    from ..timeline import Timelines

Emit = Callable[[str, dict[str, Any]], None]

_EVENTS: dict[type[msgspec.Struct], str] = {
    Changed: CHANGED_EVENT,
    PlanChanged: PLAN_EVENT,
    DemoChanged: DEMO_EVENT,
    TaskChanged: TASK_EVENT,
}


class Services:
    """Sessions, inventories and plans of one Jupyter server.

    `emit(schema_id, data)` puts an event on Jupyter's bus; `read_only` names connections (`*`: all)
    that nothing is changed through; `options` go to the inventories as they are.
    """

    #: The server's kernels on instances.
    kernels: KeptKernels

    def __init__(
        self, emit: Emit, home: Path, read_only: Iterable[str] = (), **options: Any
    ) -> None:
        self.home = home
        self._emit = emit
        self.limits = Limits()
        self.read_only = ReadOnly(read_only)
        self.engine = EngineStarter()
        self.demo = DemoRun(self._demo_changed)
        self.looks = Looks(self.watched, self.kind)
        self._options = options
        self._made = threading.Lock()
        self._sessions: Sessions | None = None
        self._inventories: Inventories | None = None
        self._plans: Plans | None = None
        self._notebook_jobs: NotebookJobs | None = None
        self._prices: Prices | None = None
        self._jumpstart: JumpStart | None = None
        self._timelines: Timelines | None = None
        self._logs: Logs | None = None
        self._launches: Launches | None = None
        self._solution_launches: SolutionLaunches | None = None
        self._switches: Switches | None = None
        self._creations: Creations | None = None
        #: The ServerApp, whose kernels and sessions a switch moves.
        self.server: Any = None
        self._line_rev = 0

    async def sessions(self) -> Sessions:
        """botocore loads in a thread: it takes longer than the server's loop may stand still."""
        if self._sessions is None:
            await asyncio.to_thread(self._make_sessions)
        assert self._sessions is not None
        return self._sessions

    def _make_sessions(self) -> None:
        with self._made:
            if self._sessions is None:
                from ..aws.sessions import Sessions
                from ..kinds import service_model

                service_model()
                keep_quiet()
                self._sessions = Sessions()

    async def inventories(self) -> Inventories:
        sessions = await self.sessions()
        if self._inventories is None:
            from ..inventory import Inventories

            self._inventories = Inventories(sessions, self.emit, self.home, **self._options)
        return self._inventories

    async def watched(self, connection: str, region: str) -> Watched:
        return (await self.inventories()).get(connection, region)

    async def plans(self) -> Plans:
        inventories = await self.inventories()
        if self._plans is None:
            from ..lifecycle.plans import Plans

            sessions = await self.sessions()
            self._plans = Plans(sessions, inventories, self.emit, self.home, self.read_only)
        return self._plans

    async def prices(self) -> Prices:
        sessions, inventories = await self.sessions(), await self.inventories()
        if self._prices is None:
            from ..cost import Prices, in_use

            def running(connection: str, region: str) -> dict[Use, dict[str, int]]:
                watched = inventories.get(connection, region)
                return in_use(watched.running(), watched.inventory().pages)

            self._prices = Prices(sessions, self.home, running)
        return self._prices

    async def logs(self) -> Logs:
        sessions = await self.sessions()
        if self._logs is None:
            from ..logs.logs import Logs

            self._logs = Logs(sessions, self.home / "logs")
        return self._logs

    async def timelines(self) -> Timelines:
        prices = await self.prices()
        if self._timelines is None:
            from ..timeline import Timelines

            self._timelines = Timelines(lambda *place: prices.known(*place).value)
        return self._timelines

    async def jumpstart(self) -> JumpStart:
        sessions = await self.sessions()
        if self._jumpstart is None:
            from ..jumpstart.jumpstart import JumpStart

            self._jumpstart = JumpStart(sessions, self.home)
        return self._jumpstart

    def launches(self) -> Launches:
        """Loads nothing of AWS: who has no launch to go on with needs none of it."""
        if self._launches is None:
            from ..jumpstart.launches import Launches

            async def document(*of: Any) -> ModelDocument:
                return await (await self.jumpstart()).documents.get(*of)

            self._launches = Launches(
                self.sessions,
                self.prices,
                document,
                self.emit,
                self.home,
                self.read_only,
                self.looks.at,
            )
        return self._launches

    def creations(self) -> Creations:
        """Loads nothing of AWS: who has no creation to go on with needs none of it."""
        if self._creations is None:
            from ..creation.creations import Creations

            self._creations = Creations(
                self.sessions, self.emit, self.home, self.read_only, self.looks.at
            )
        return self._creations

    async def solution_pages(self) -> SolutionPages:
        sessions = await self.sessions()
        from ..jumpstart.solution_pages import SolutionPages

        return SolutionPages(sessions)

    def solution_launches(self) -> SolutionLaunches:
        """Loads nothing of AWS: who has no launch to go on with needs none of it."""
        if self._solution_launches is None:
            from ..jumpstart.solution_launches import SolutionLaunches

            self._solution_launches = SolutionLaunches(
                self.sessions, self.emit, self.home, self.read_only, self.looks.at
            )
        return self._solution_launches

    async def resume_launches(self) -> None:
        """Go on with what ran when the last server ended; without launches, load nothing."""
        if (self.home / "jumpstart" / "launches").is_dir():
            await self.launches().resume()
        if (self.home / "jumpstart" / "solutions").is_dir():
            await self.solution_launches().resume()

    async def resume_creations(self) -> None:
        """Go on with what ran when the last server ended; without creations, load nothing."""
        if (self.home / "creations").is_dir():
            await self.creations().resume()

    def notebook_jobs(self) -> NotebookJobs:
        """Loads nothing of AWS: who has no job to go on with needs none of it."""
        if self._notebook_jobs is None:
            from ..jobs.notebook_jobs import NotebookJobs

            self._notebook_jobs = NotebookJobs(
                self.sessions, self.emit, self.home, self.read_only, self.looks.at_jobs
            )
        return self._notebook_jobs

    def switch_of(self, session_id: str) -> str | None:
        """The switch that is about a session; None where none runs."""
        return self._switches.of_session(session_id) if self._switches is not None else None

    def line_changed(self, kernel_id: str) -> None:
        """The line to a kernel on an instance broke, is open again, or is given up."""
        self._line_rev += 1
        self.emit(TaskChanged("kernel", kernel_id, self._line_rev))

    async def switches(self) -> Switches:
        inventories, prices = await self.inventories(), await self.prices()
        sessions = await self.sessions()
        if self._switches is None:
            from ..compute.switch.notebooks import Notebooks
            from ..compute.switch.switches import Switches
            from ..compute.switch.world import World

            notebooks = Notebooks(self.server, self.kernels)
            world = World(sessions, inventories, prices, notebooks, self.limits)
            self._switches = Switches(world, self.emit, self.home, self.read_only)
        return self._switches

    async def resume_switches(self) -> None:
        """Go on with what ran when the last server ended; without switches, load nothing."""
        if await asyncio.to_thread(unfinished, self.home):
            await (await self.switches()).resume()

    async def kind(self, name: str) -> Kind:
        """The kind `name`; raises UnknownKind."""
        await self.sessions()
        from ..kinds import kind

        return kind(name)

    def emit(self, event: Changed | PlanChanged | DemoChanged | TaskChanged) -> None:
        # Through JSON: the event's schema calls no tuple an array.
        self._emit(_EVENTS[type(event)], decode_json(msgspec.json.encode(event), dict[str, Any]))
        if isinstance(event, Changed) and event.kind in ("notebook-instance", "app"):
            self.looks.at_kernelspecs(event.connection, event.region)

    def _demo_changed(self, rev: int, made_in: str | None) -> None:
        self.emit(DemoChanged(rev))
        if made_in is not None:
            self.looks.at_demo(made_in)

    async def close(self) -> None:
        """End all work; a running plan keeps its journal, a demo what it made: both go on later."""
        await self.demo.close()
        if self._plans is not None:
            await self._plans.close()
        if self._notebook_jobs is not None:
            await self._notebook_jobs.close()
        if self._switches is not None:
            await self._switches.close()
        if self._prices is not None:
            await self._prices.close()
        if self._launches is not None:
            await self._launches.close()
        if self._solution_launches is not None:
            await self._solution_launches.close()
        if self._creations is not None:
            await self._creations.close()
        if self._jumpstart is not None:
            await self._jumpstart.close()
        if self._timelines is not None:
            await self._timelines.close()
        if self._logs is not None:
            await self._logs.close()
        # Those above start such work as they end.
        await self.looks.close()
        if self._inventories is not None:
            await self._inventories.close()
        await close_remotes()
        if self._sessions is not None:
            self._sessions.close()


def keep_quiet() -> None:
    """At DEBUG botocore logs signatures and presigned URLs: only who names it gets that."""
    for name in ("botocore", "urllib3"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)
