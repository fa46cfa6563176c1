"""One creation, running: its steps in order, from the first not done; or what takes them back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..aws.errors import ProblemError, problem
from ..aws.model_archive import delete_packed, pack
from ..kinds import kinds, status_of
from ..lifecycle.task_run import (
    FIRST_LOOK,
    LAST_LOOK,
    PASSES,
    UNDO,
    Cancelled,
    TaskRun,
    on_disk,
)
from ..protocol import MadeResource, Problem, TaskStep
from ..server_process import this_server
from ..tones import tone
from .calls import Calls, making, unknown
from .recorded import RecordedCreation
from .source import put_source, take_back_source
from .steps import Ask, Make, Pack, Ready, Step, Upload

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

log = logging.getLogger(__name__)

ON_DISK = "See to it, then go on."


class Run(TaskRun):
    """Runs a creation's steps. All methods on the server's loop.

    `changed` is told the kinds of which AWS has others now.
    """

    def __init__(
        self, recorded: RecordedCreation, sessions: Sessions, changed: Callable[[str], None]
    ) -> None:
        super().__init__(recorded.record.cancelled)
        self.recorded: RecordedCreation = recorded
        record = recorded.record
        request = record.creation.request
        self._place = sessions, request.connection, request.region
        self._calls = Calls(*self._place, record.account, record.id)
        self._changed = changed

    async def begin(self) -> None:
        """Write the journal, then start. Raises ProblemError: nothing is begun without one."""
        await self._kept(self.recorded.change())
        self.start()

    def start(self) -> None:
        """Go on from the first step that is not done."""
        if self.recorded.record.server != this_server():
            self.recorded.taken_up()
        name = f"smext-{self.recorded.task.id}"
        self._task = asyncio.create_task(self._whole(), name=name)

    async def cancel(self) -> None:
        """Begin no further step, and take back what was made; of a failed one too.

        While that is tried in vain, a cancel gives it up. Raises ProblemError: it cannot be noted.
        """
        recorded = self.recorded
        if self.running:
            self._giving_up = recorded.record.undoing
            self._cancelling = True
            self._wake.set()
            await self._kept(recorded.note({"cancelled": True}))
        elif recorded.task.state == "failed" and self._takes_back():
            self._cancelling, self._giving_up = True, False
            going = {"state": "running", "ended": None}
            await self._kept(recorded.note({"cancelled": True}, **going))
            self.start()

    async def retry(self) -> None:
        """Go on with the step that failed. Raises ProblemError: that cannot be."""
        recorded = self.recorded
        if recorded.task.state != "failed" or recorded.record.undoing:
            raise ProblemError(
                problem(
                    "conflict",
                    "There is nothing to go on with",
                    f"This creation is {recorded.task.state}.",
                    "Create it anew.",
                )
            )
        self._cancelling = self._giving_up = False
        steps = tuple(
            replace(step, state="todo", started=None, ended=None, note="", progress=None)
            if step.state != "done"
            else step
            for step in recorded.task.steps
        )
        going = {"state": "running", "ended": None, "problem": None, "steps": steps}
        await self._kept(recorded.note({"cancelled": False}, **going))
        self.start()

    async def _whole(self) -> None:
        recorded = self.recorded
        try:
            if not recorded.record.undoing:
                try:
                    await self._steps()
                    await recorded.end("done", None)
                    return
                except Cancelled:
                    pass
            await self._undone()
        except ProblemError as error:
            await recorded.end("failed", error.problem)
        except OSError as error:
            await recorded.end("failed", on_disk(error, ON_DISK))
        except Exception as error:
            log.exception("The creation %s broke", recorded.task.id)
            found = Problem(
                status=500,
                cause="broken",
                title="The creation broke",
                detail=f"{type(error).__name__}; the Jupyter server's log has the details.",
                next="What it made is in the panel.",
            )
            await recorded.end("failed", found)

    async def _steps(self) -> None:
        recorded = self.recorded
        for step in recorded.record.steps:
            if recorded.step(step.id).state == "done":
                continue
            if self._cancelling:
                raise Cancelled
            if recorded.step(step.id).state == "todo":
                await recorded.set(step.id, state="now", started=time.time(), ended=None, note="")
            note = await self._do(step)
            ended = {"state": "done", "ended": time.time(), "note": note, "progress": None}
            await recorded.set(step.id, **ended)
        if self._cancelling:
            # Asked for while the last step was done.
            raise Cancelled

    async def _do(self, step: Step) -> str:
        """What came of it, in words."""
        match step:
            case Upload():
                put = (put_source, *self._place, Path(step.source), step.to)
                return await self.patiently(*put, self.progress(step.id), step=step.id)
            case Pack():
                uris = step.model, step.script, step.to
                progress = self.progress(step.id)
                return await self.patiently(pack, *self._place, *uris, progress, step=step.id)
            case Make():
                return await self._make(step)
            case Ready():
                return await self._ready(step)
            case Ask():
                for call in step.calls:
                    await self.patiently(self._calls.call, call, step=step.id)
                return ""

    async def _make(self, step: Make) -> str:
        recorded = self.recorded
        again = step.id in recorded.record.asked
        if not again:
            # What is there before it is asked for is somebody else's; what is there after, ours.
            await self.patiently(self._calls.check_free, step, step=step.id)
            await recorded.note({"asked": (*recorded.record.asked, step.id)})
        try:
            made, arn = await self.patiently(self._calls.make, step, again, step=step.id)
        except ProblemError as error:
            if error.problem.cause not in PASSES:
                asked = tuple(id for id in recorded.record.asked if id != step.id)
                await recorded.note({"asked": asked})
            raise
        if made is None:
            await recorded.change(arn=arn or recorded.task.arn)
            return arn or ""
        try:
            await recorded.made(step.id, made, arn)
            if recorded.task.target is not None and recorded.task.target.kind == made.kind:
                await recorded.change(target=made)
        finally:
            self._changed(made.kind)
        return made.name

    async def _ready(self, step: Ready) -> str:
        """Look until it is made no more; its states are notes of the step."""
        made = self.recorded.record.made[step.of]
        of, pause = kinds()[made.kind], FIRST_LOOK
        while True:
            found = await self.patiently(self._calls.describe, made, step=step.id)
            if found is None:
                raise ProblemError(
                    problem(
                        "not_found",
                        f"{made.name} is gone",
                        "Somebody deleted it while it was being created.",
                        "Create it again.",
                    )
                )
            status = status_of(of, found)
            if not making(status):
                self._changed(made.kind)
                if tone(status) == "bad":
                    raise _failed(made, status, str(found.get("FailureReason") or ""))
                return f"{made.name} is {status}" if status else made.name
            if status != self.recorded.step(step.id).note:
                await self.recorded.set(step.id, note=status)
                self._changed(made.kind)
            await self.sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)

    def _takes_back(self) -> bool:
        """Whether anything is there that a cancel would take back."""
        record = self.recorded.record
        begun = {step.id for step in self.recorded.task.steps if step.started is not None}
        return bool(record.made or record.asked) or any(
            step.id in begun and isinstance(step, (Upload, Pack, Ask)) for step in record.steps
        )

    async def _undone(self) -> None:
        """End as cancelled, with nothing left behind. Raises ProblemError: something is."""
        recorded, now = self.recorded, time.time()
        if not self._takes_back() and not recorded.record.undoing:
            await recorded.end("cancelled", None)
            return
        steps = tuple(
            replace(step, state="skipped", ended=now) if step.state == "now" else step
            for step in recorded.task.steps
            if step.id != UNDO
        )
        undo = TaskStep(UNDO, "Take back what was made", "now", started=now)
        await self._note_undoing(steps=(*steps, undo), problem=None)
        gone: list[MadeResource] = []
        try:
            for step in reversed(recorded.record.steps):
                await self._take_back(step, gone)
        except ProblemError:
            left = tuple(each for each in recorded.task.made if each not in gone)
            await self._note_undoing(left=left)
            raise
        await recorded.set(UNDO, state="done", ended=time.time(), note="Nothing is left")
        await recorded.end("cancelled", None, left=())

    async def _note_undoing(self, **members: Any) -> None:
        try:
            await self.recorded.note({"undoing": True}, **members)
        except OSError as error:
            # What was made costs money: it is taken back all the same.
            log.warning("That %s is undone could not be kept: %s", self.recorded.task.id, error)
            self.recorded.only_tell(**members)

    async def _take_back(self, step: Step, gone: list[MadeResource]) -> None:
        record = self.recorded.record
        if step.id not in {each.id for each in self.recorded.task.steps if each.started}:
            return
        match step:
            case Make(undo=("delete" | "stop") as undo):
                made = record.made.get(step.id)
                if made is None and step.id in record.asked:
                    made = step.resource
                    if made is not None and not made.id:
                        raise unknown(step)
                if made is not None:
                    await self._until_gone(made, undo)
                    gone.append(made)
            case Ask(undo=calls):
                for call in calls:
                    await self.patiently(self._call_back, call, step=UNDO)
            case Pack():
                await self.patiently(delete_packed, *self._place, step.to, step=UNDO)
            case Upload():
                # A job that is stopped keeps its source.
                if not any(
                    isinstance(each, Make) and each.undo == "stop" and each.id in record.made
                    for each in record.steps
                ):
                    await self.patiently(take_back_source, *self._place, step.to, step=UNDO)

    async def _until_gone(self, made: MadeResource, undo: str) -> None:
        pause = FIRST_LOOK
        while status := await self.patiently(self._calls.take_back, made, undo, step=UNDO):
            await self.recorded.set(UNDO, note=f"{made.name}: {status}")
            if self._giving_up:
                raise ProblemError(
                    problem(
                        "conflict",
                        f"{made.name} is still there",
                        f"It is {status}.",
                        "See to it in the panel.",
                    )
                )
            await self.sleep(pause, undoing=True)
            pause = min(1.3 * pause, LAST_LOOK)
        self._changed(made.kind)

    def _call_back(self, call: Any) -> None:
        try:
            self._calls.call(call)
        except ProblemError as error:
            if error.problem.cause != "not_found":
                raise

    async def _kept(self, writing: Any) -> None:
        try:
            await writing
        except OSError as error:
            raise ProblemError(on_disk(error, ON_DISK)) from error


def _failed(made: MadeResource, status: str, reason: str) -> ProblemError:
    label = kinds()[made.kind].label.lower()
    return ProblemError(
        problem("broken", f"The {label} {made.name} is {status}", reason, "Its page says why.")
    )
