"""All switches of a server: proposed, begun, gone on with after a crash, one for each notebook."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from ...aws.errors import ProblemError, problem
from ...lifecycle.read_only import ReadOnly
from ...protocol import ComputeName, FilesCopied, Switch, SwitchPreview, SwitchRequest, TaskChanged
from ...server_process import lives, this_server
from .copy_files import copy_files, notebook_away
from .preview import preview
from .proposal import clash, propose
from .record import Record, Records
from .run import Run, not_written
from .steps import act_of
from .unfinished import FOLDER
from .usual import Usual
from .world import World

log = logging.getLogger(__name__)

RECENT = 20


class Switches:
    """Belongs to the server's loop. Raises ProblemError only."""

    def __init__(
        self,
        world: World,
        emit: Callable[[TaskChanged], None],
        home: Path,
        read_only: ReadOnly,
    ) -> None:
        self._world = world
        self._emit = emit
        self._read_only = read_only
        self._records = Records(home / FOLDER)
        self._usual = Usual(home / FOLDER / "usual.json")
        self._runs: dict[str, Run] = {}
        self._turn = asyncio.Lock()

    async def preview(self, request: SwitchRequest) -> SwitchPreview:
        """What a switch would do; nothing is touched."""
        record = await propose(request, self._world)
        others = [run.record for run in self._runs.values() if run.running]
        return await preview(
            record,
            self._world,
            self._usual,
            self._read_only,
            clash(record, others),
            self._records.folder_state,
        )

    async def sign_in(self, at: ComputeName) -> None:
        """Sign in to the Jupyter server of an instance, so that a preview can name its kernels."""
        await self._world.remote(at).sign_in()

    async def start(self, request: SwitchRequest) -> Switch:
        """Begin a switch. 409 while another is about the same notebook or instance."""
        async with self._turn:
            record = await propose(request, self._world)
            self._refuse(record)
            others = [run.record for run in self._runs.values() if run.running]
            if (in_the_way := clash(record, others)) is not None:
                raise in_the_way
            record = replace(record, server=this_server())
            await asyncio.to_thread(self._records.forget_old)
            await asyncio.to_thread(self._records.write, record)
            return self._begin(record).switch

    async def get(self, id: str) -> Switch:
        """The switch as it is now; raises a 404 ProblemError."""
        run = self._runs.get(id)
        return await run.told() if run is not None else self._records.read(id).switch

    async def recent(self) -> list[Switch]:
        """The latest, newest first."""
        found = []
        for id in self._records.ids()[:RECENT]:
            try:
                found.append(await self.get(id))
            except ProblemError as error:
                log.warning("%s: %s", error.problem.title, error.problem.detail)
        return found

    def of_session(self, session_id: str) -> str | None:
        """The id of the switch that is about a notebook's session, while it runs."""
        return next(
            (
                id
                for id, run in self._runs.items()
                if run.running and run.switch.request.session_id == session_id
            ),
            None,
        )

    async def cancel(self, id: str) -> Switch:
        """Undo what was done so far; 409 when it is too late for that."""
        run = self._known(id)
        if not run.running or run.record.goes_back:
            return run.switch
        if run.switch.cancel is None:
            raise ProblemError(
                problem(
                    "conflict",
                    "This switch can no longer be cancelled",
                    "The instance has another type already, or the notebook has moved.",
                    "Wait until it has ended, and switch again.",
                )
            )
        if id not in self._runs:
            self._refuse(run.record)
            await self._claim(run)
        await run.end()
        if run.running and run.record.moved:
            # It was just too late.
            run.start()
        elif run.running:
            run.turn_back()
        return run.switch

    async def retry(self, id: str) -> Switch:
        """Go on with the step that failed."""
        async with self._turn:
            run = self._known(id)
            if run.switch.state != "failed":
                return run.switch
            self._refuse(run.record)
            await self._make_way(run)
            await self._claim(run)
            run.record = self._as_alive(await self._as_it_is(run.record))
            run.start()
            return run.switch

    async def go_back(self, id: str) -> Switch:
        """After a failure: bring the target back to how it was."""
        async with self._turn:
            run = self._known(id)
            if run.switch.state != "failed":
                return run.switch
            if run.record.moved:
                raise ProblemError(
                    problem(
                        "conflict",
                        "The notebook has moved already",
                        f"Its kernel runs on {run.switch.then.name}.",
                        "Switch back.",
                    )
                )
            self._refuse(run.record)
            await self._make_way(run)
            await self._claim(run)
            run.turn_back()
            return run.switch

    async def copy_files(self, session_id: str, direction: Literal["send", "fetch"]) -> FilesCopied:
        """Send or fetch the folder of a notebook whose kernel is on an instance.

        409 while a switch is about the notebook, or its folder is copied already.
        """
        notebook = await notebook_away(self._world, session_id)
        self._read_only.refuse(notebook.at.connection)
        if self.of_session(session_id) is not None:
            raise ProblemError(
                problem(
                    "conflict",
                    "The notebook's kernel is being moved",
                    "A switch copies the files itself, if that was ticked.",
                    "Try again when the switch has ended.",
                )
            )
        try:
            return await copy_files(self._world, self._records, notebook, direction)
        except OSError as error:
            raise ProblemError(not_written(error)) from error

    async def resume(self) -> None:
        """Go on with what ran when the last server ended."""
        await asyncio.to_thread(self._records.forget_old)
        for id in self._records.ids():
            try:
                record = self._records.read(id)
            except ProblemError as error:
                log.warning("%s: %s", error.problem.title, error.problem.detail)
                continue
            if record.switch.state != "running" or not self._is_ours(record) or id in self._runs:
                continue
            try:
                claimed = await asyncio.to_thread(self._records.claim, id)
            except (ProblemError, OSError) as error:
                log.warning("Switch %s cannot be gone on with: %s", id, error)
                continue
            if claimed is not None:
                await self._go_on(claimed)

    async def close(self) -> None:
        """End the work; what runs stays on the disk as running, for the next server."""
        await asyncio.gather(*(run.end() for run in self._runs.values()))

    async def _go_on(self, record: Record) -> None:
        """Over a connection that is read-only by now it fails, and a retry may follow."""
        try:
            self._refuse(record)
        except ProblemError as error:
            self._runs[record.id] = run = self._run(record)
            return await run.broke(error)
        log.info("Switch %s goes on", record.id)
        self._begin(self._as_alive(record))

    def _begin(self, record: Record) -> Run:
        self._runs[record.id] = run = self._run(record)
        run.start()
        return run

    def _run(self, record: Record) -> Run:
        return Run(record, self._world, self._records, self._usual, self._tell)

    def _known(self, id: str) -> Run:
        """The run of a switch; one of its record, which is not claimed yet, if there is none."""
        run = self._runs.get(id)
        if run is None:
            record = self._records.read(id)
            running = record.switch.state == "running"
            if (running or record.switch.state == "failed") and not self._is_ours(record):
                raise ProblemError(
                    problem(
                        "conflict",
                        "This switch is of a Jupyter server in another folder",
                        f"Its notebook is {record.switch.request.path} in {record.root}.",
                        "Start Jupyter there: it goes on by itself.",
                    )
                )
            if running and record.server is not None and lives(record.server):
                raise ProblemError(
                    problem(
                        "conflict",
                        "Another Jupyter server does this switch",
                        next="Go on in the window of that server.",
                    )
                )
            run = self._run(record)
        return run

    async def _claim(self, run: Run) -> None:
        """Raises a 409 ProblemError where another server of the same folder was faster."""
        id = run.record.id
        try:
            record = await asyncio.to_thread(self._records.claim, id)
        except OSError as error:
            raise ProblemError(not_written(error)) from error
        if record is None:
            self._runs.pop(id, None)
            raise ProblemError(
                problem(
                    "conflict",
                    "Another Jupyter server went on with this switch",
                    next="Go on in the window of that server.",
                )
            )
        # It is shown as running once it does.
        now = replace(
            record.switch,
            state=run.switch.state,
            rev=max(record.switch.rev, run.switch.rev),
        )
        run.record = replace(record, switch=now)
        self._runs[id] = run

    def _is_ours(self, record: Record) -> bool:
        """Whether the notebook's path means the same here as where it was asked for."""
        return record.root in ("", self._world.notebooks.root)

    async def _make_way(self, run: Run) -> None:
        others = [
            other.record for other in self._runs.values() if other.running and other is not run
        ]
        if (in_the_way := clash(run.record, others)) is not None:
            raise in_the_way
        for later in await asyncio.to_thread(self._later, run.record):
            if clash(run.record, [later]) is None:
                continue
            to = later.switch.then.name
            raise ProblemError(
                problem(
                    "conflict",
                    "There was another switch since",
                    f"A later one, to {to}, has been about the same notebook or instance.",
                    "Reload the page, and switch from how it is now.",
                )
            )

    def _later(self, record: Record) -> list[Record]:
        """The switches since it failed that run or have come to their end."""
        found = []
        for id in self._records.ids():
            try:
                other = self._records.read(id)
            except ProblemError as error:
                log.warning("%s: %s", error.problem.title, error.problem.detail)
                continue
            since = other.switch.started > (record.switch.ended or record.switch.started)
            if since and id != record.id and other.switch.state in ("running", "done"):
                found.append(other)
        return found

    async def _as_it_is(self, record: Record) -> Record:
        """A kernel that still runs may have gone on since it was packed."""
        notebooks = self._world.notebooks
        if record.moved or record.ends_kernel or not notebooks.runs(record.old_kernel):
            return record
        if not await notebooks.kernel(record.old_kernel).is_alive():
            return record
        again = ("pack", "fetch", "files", "packages", "restore")
        steps = tuple(
            replace(step, state="todo", started=None, ended=None)
            if step.id in again and step.state == "done"
            else step
            for step in record.switch.steps
        )
        switch = replace(record.switch, steps=steps)
        return replace(record, switch=switch, installed=None)

    def _as_alive(self, record: Record) -> Record:
        """What hung on a kernel that is gone has to be done again."""
        notebooks = self._world.notebooks
        if record.new_kernel is None or notebooks.runs(record.new_kernel):
            return record
        steps = list(record.switch.steps)
        first = next((n for n, step in enumerate(steps) if act_of(step.id) == "kernel"), len(steps))
        steps[first:] = [replace(s, state="todo", started=None, ended=None) for s in steps[first:]]
        notes = record.switch.notes
        if record.moved:
            since = "The new kernel ended with the Jupyter server: what it did since is lost"
            again = ", and the variables are those that were packed." if record.variables else "."
            notes = (*notes, since + again)
            # The cells of the old kernel were counted before the notebook moved.
            record = replace(record, cells=None)
        switch = replace(record.switch, steps=tuple(steps), notes=notes)
        return replace(record, switch=switch, new_kernel=None, moved=False)

    def _refuse(self, record: Record) -> None:
        """Raises a 403 ProblemError where the switch would change something read-only."""
        switch = record.switch
        if switch.request.to.kind != "local":
            self._read_only.refuse(switch.request.to.connection)
        if switch.now.at.kind != "local" and switch.request.stop_old:
            self._read_only.refuse(switch.now.at.connection)

    def _tell(self, switch: Switch) -> None:
        self._emit(TaskChanged("switch", switch.id, switch.rev))
