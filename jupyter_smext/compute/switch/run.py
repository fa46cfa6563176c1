"""One switch, running: step after step, each on the disk before and after it is done."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ...aws.errors import ProblemError
from ...protocol import ComputeName, Problem, Switch
from ...server_process import this_server
from ..instances import instance_of, whole
from . import words
from .acts import ACTS
from .failure import after_failure
from .record import Record, Records
from .steps import BACK, act_of, steps_back, undone
from .usual import Usual, place_of
from .world import World

log = logging.getLogger(__name__)

#: Seconds between two tellings of how a step gets on.
TOLD_EVERY = 0.25


class Run:
    """Runs the steps that are still to do, from the first that is not done.

    `changed` is told of each new revision.
    """

    def __init__(
        self,
        record: Record,
        world: World,
        records: Records,
        usual: Usual,
        changed: Callable[[Switch], None],
    ) -> None:
        self.record = record
        self.world = world
        self._records = records
        self._usual = usual
        self._changed = changed
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    @property
    def switch(self) -> Switch:
        return self.record.switch

    @property
    def running(self) -> bool:
        return self.switch.state == "running"

    async def told(self) -> Switch:
        """The switch, once its journal has it: what was told is not gone with the server."""
        async with self._writing:
            return self.switch

    @property
    def packed(self) -> Path:
        return self._records.packed(self.record.id)

    def folder_state(self, at: ComputeName, folder: Path) -> Path:
        return self._records.folder_state(at, folder)

    def start(self) -> None:
        """Begin, or go on with the first step that is not done."""
        steps = tuple(
            replace(
                step, state="todo", note="", ended=None, progress=None, usual=self._used(step.id)
            )
            if step.state in ("failed", "now", "todo")
            else step
            for step in self.switch.steps
        )
        self._now(
            state="running", steps=steps, problem=None, ended=None, left=(), others=(), back=None
        )
        self._begin(self._whole())

    def turn_back(self) -> None:
        """Undo what was done: the target as it was, its kernel with its variables if it ended."""
        self.record = replace(self.record, goes_back=True, turned=False)
        self.start()

    async def end(self) -> None:
        """Stop working, and leave the record as it is: to be resumed, or turned back."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._later is not None:
            self._later.cancel()
            self._later = None

    async def keep(self, **members: Any) -> None:
        self.record = replace(self.record, **members)
        await self._write()

    def tell(self, progress: float | None, words: str) -> None:
        place = self._place("now")
        if place is None:
            return
        step = self.switch.steps[place]
        told = replace(step, note=words, progress=progress)
        if told != step and self.running:
            self._show(place, told)

    def retitle(self, title: str) -> None:
        if (place := self._place("now")) is not None:
            self._show(place, replace(self.switch.steps[place], title=title))

    def add_notes(self, notes: Iterable[str]) -> None:
        self._now(notes=tuple(dict.fromkeys((*self.switch.notes, *notes))))

    def show_kernel(self, kernel_id: str) -> None:
        self._now(kernel_id=kernel_id)

    def _begin(self, work: Any) -> None:
        before = self._task
        self._task = asyncio.create_task(work, name=f"smext-{self.record.id}")
        if before is not None and not before.done():
            before.cancel()

    async def _whole(self) -> None:
        try:
            await self.keep(server=this_server())
            self._publish()
            if self.record.goes_back and not self.record.turned:
                await self._turn()
            while (place := self._place("todo")) is not None:
                if not await self._do(place):
                    return
            await self._end("cancelled" if self.record.goes_back else "done")
        except Exception as error:
            await self.broke(error)

    async def broke(self, error: Exception) -> None:
        """Told in any case: the record may be what broke."""
        if isinstance(error, ProblemError):
            # To undo something, AWS has to be asked how it stands.
            problem = error.problem
        else:
            log.error("Switch %s broke", self.record.id, exc_info=error)
            problem = Problem(
                status=500,
                cause="broken",
                title="The switch broke",
                detail=f"{type(error).__name__}; the Jupyter server's log has the details.",
                next="Retry goes on from here: what is done is not done twice.",
            )
        try:
            return await self._failed(self._place("now"), problem)
        except Exception:
            log.exception("How all stands after switch %s could not be kept", self.record.id)
        steps = tuple(
            replace(step, state="failed", ended=time.time()) if step.state == "now" else step
            for step in self.switch.steps
        )
        self._now(state="failed", steps=steps, problem=problem, ended=time.time())
        self._publish()

    async def _do(self, place: int) -> bool:
        """Do a step; whether the next one may begin."""
        step = self.switch.steps[place]
        await self._set(place, state="now", started=time.time(), ended=None, note="", progress=None)
        try:
            note = await ACTS[act_of(step.id)](self)
        except ProblemError as error:
            await self._failed(place, error.problem)
            return False
        except OSError as error:
            await self._failed(place, not_written(error))
            return False
        now = self.switch.steps[place]
        ended = time.time()
        if now.started is not None and not step.id.startswith(BACK):
            key = act_of(step.id), place_of(self.switch)
            await asyncio.to_thread(self._usual.took, *key, ended - now.started)
        await self._set(place, state="done", ended=ended, note=note, progress=None)
        return True

    async def _turn(self) -> None:
        """Make the steps that undo, by how the target stands now."""
        record = self.record
        request = self.switch.request
        if record.new_kernel is not None and not record.moved:
            await self.world.notebooks.shut_down(record.new_kernel)
        back: tuple[Any, ...] = ()
        if request.to.kind != "local":
            instance = instance_of(request.to, await self.world.watched(request.to))
            state = await instance.look()
            told = record.told is not None and record.told.recent
            begun = told and (self._has_begun("start") or record.creates)
            back = steps_back(
                instance.name,
                type_was=record.type_was,
                # A space may have had no type of its own: there is none to go back to.
                changed=record.type_was is not None and self._has_begun("retype"),
                # One of the name that was to be created may be somebody else's.
                up=(begun or (state is not None and not state.rests))
                and (request.create is None or record.creates),
                was_up=record.was_up,
                was_there=request.create is None,
                kernel_gone=record.ends_kernel and not record.moved,
                packed=record.variables is not None,
            )
        self.record = replace(record, turned=True, new_kernel=None)
        await self._change(steps=undone(self.switch.steps, back))

    async def _failed(self, place: int | None, problem: Problem) -> None:
        members = await after_failure(self.record, problem, self.world)
        steps = list(self.switch.steps)
        if place is not None:
            note, ended = members["problem"].title, time.time()
            steps[place] = replace(
                steps[place], state="failed", ended=ended, note=note, progress=None
            )
        await self._change(state="failed", ended=time.time(), steps=tuple(steps), **members)

    async def _end(self, state: str) -> None:
        if not self.record.keeps_pack:
            await asyncio.to_thread(self.packed.unlink, missing_ok=True)
        await self._change(state=state, ended=time.time())

    def _has_begun(self, act: str) -> bool:
        steps = self.switch.steps
        return any(act_of(step.id) == act and step.started is not None for step in steps)

    def _place(self, state: str) -> int | None:
        steps = self.switch.steps
        return next((place for place, step in enumerate(steps) if step.state == state), None)

    def _used(self, id: str) -> float | None:
        return self._usual.seconds(act_of(id), place_of(self.switch))

    async def _set(self, place: int, **members: Any) -> None:
        steps = list(self.switch.steps)
        steps[place] = replace(steps[place], **members)
        await self._change(steps=tuple(steps))

    async def _change(self, **members: Any) -> None:
        self._now(**members)
        await self._write()
        self._publish()

    def _now(self, **members: Any) -> None:
        switch = replace(self.switch, rev=self.switch.rev + 1, **members)
        record = replace(self.record, switch=switch)
        self.record = replace(record, switch=replace(switch, cancel=words.cancel(record)))

    def _show(self, place: int, step: Any) -> None:
        """A change that only people need to see: told soon, and not written."""
        steps = list(self.switch.steps)
        steps[place] = step
        self._now(steps=tuple(steps))
        if self._later is None:
            loop = asyncio.get_running_loop()
            self._later = loop.call_later(TOLD_EVERY, self._publish)

    def _publish(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._changed(self.switch)

    async def _write(self) -> None:
        """In the order of the changes, off the server's loop."""
        async with self._writing:
            await whole(asyncio.to_thread(self._records.write, self.record))


def not_written(error: OSError) -> Problem:
    """Of this machine: what AWS and other servers do not answer is a ProblemError already."""
    return Problem(
        status=500,
        cause="broken",
        title="A file of this machine could not be read or written",
        detail=f"{error.filename or 'A file'}: {error.strerror or error}",
        next="Look whether there is room on the disk, then retry.",
    )
