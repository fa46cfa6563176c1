"""One plan, running: acts in order, waits for each end state, journals every change."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ..aws.errors import ProblemError
from ..inventory import Watched
from ..kinds import kind
from ..protocol import Plan, Problem
from ..server_process import this_server
from .check import left_over
from .journal import Journal
from .plan import Proposal
from .states import (
    ENDING,
    begun,
    deletes,
    ended,
    nothing_to_do,
    put_back,
    too_long,
    went_wrong,
)

log = logging.getLogger(__name__)

# A record is gone at once, an instance in minutes.
AT_ONCE = 0.2
FIRST_LOOK = 1.0
LAST_LOOK = 5.0
LOOKS_A_SECOND = 4
WAIT_LIMIT = 3600.0
# A describe may still tell the state from before the act for this long.
SETTLES = 60.0
LOST_LOOKS = 5


class Run:
    """Runs the steps of a plan that are still to do; a second run of a running plan is harmless.

    A step that fails holds up those that come after it in the dependencies, and no others.
    `changed` is told of each new state of the plan.
    """

    def __init__(
        self,
        proposal: Proposal,
        watched: Watched,
        journal: Journal,
        changed: Callable[[Plan], None],
    ) -> None:
        self.plan = proposal.plan
        self._after = proposal.after
        self._watched = watched
        self._journal = journal
        self._changed = changed
        self._writing = asyncio.Lock()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self.plan.state == "running"

    def start(self) -> None:
        """Begin, or go on with what failed or was never begun."""
        if self.running:
            return
        self._stopping = False
        # Said at once, so that who asked sees a running plan.
        before, self.plan = self.plan, begun(self.plan)
        work = self._whole(before, self._task)
        self._task = asyncio.create_task(work, name=f"smext-{self.plan.id}")

    def stop(self) -> None:
        """Begin no further step; what AWS was told already is waited for."""
        self._stopping = True

    async def close(self) -> None:
        """The server ends: leave the journal as it is, to be resumed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _whole(self, before: Plan, last: asyncio.Task[None] | None) -> None:
        try:
            if last is not None:
                # Its end is told before it is in the journal.
                await asyncio.wait([last])
            await self._write(self._journal.run_by, this_server())
            await self._publish(before)
            await self._steps()
            await self._end()
        except Exception as error:
            log.exception("Plan %s broke", self.plan.id)
            problem = Problem(
                status=500,
                cause="broken",
                title="The run of the plan broke",
                detail=f"{type(error).__name__}; the Jupyter server's log has the details.",
                next="Retry goes on from here: what is done is not done twice.",
            )
            plan = replace(
                put_back(self.plan, "The run broke here"),
                state="failed",
                ended=time.time(),
                problems=(*self.plan.problems, problem),
            )
            # The journal may be what broke: the browser is told in any case.
            self.plan = replace(plan, rev=plan.rev + 1)
            self._changed(self.plan)

    async def _steps(self) -> None:
        waits: set[asyncio.Task[None]] = set()
        try:
            while True:
                place = None if self._stopping else self._next()
                if place is not None:
                    if await self._act(place):
                        wait = self._wait(place, waits)
                        waits.add(asyncio.create_task(wait, name=f"smext-wait-{place}"))
                elif waits:
                    done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                    waits -= done
                    for task in done:
                        task.result()
                else:
                    return
        finally:
            for task in waits:
                task.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    def _next(self) -> int | None:
        """The first step to do that has nothing undone before it."""
        steps = self.plan.steps
        for place, step in enumerate(steps):
            if step.state == "todo" and all(steps[p].state == "done" for p in self._after[place]):
                return place
        return None

    async def _act(self, place: int) -> bool:
        """Do the step; whether its end has to be waited for."""
        step = self.plan.steps[place]
        of = kind(step.kind)
        await self._set(place, state="now", started=time.time(), ended=None, note="", problem=None)
        try:
            if of.describe_operation is not None:
                resource = await self._watched.describe(of, step.id)
                if note := nothing_to_do(step, resource):
                    await self._done(place, note)
                    return False
                if resource.row.status.lower().startswith(ENDING):
                    await self._set(place, state="waiting", note=resource.row.status)
                    return True
                if deletes(step):
                    await self._write(
                        self._journal.save, step.kind, step.id, step.operation, resource.definition
                    )
            await self._watched.act(of, step.id, step.operation, {})
        except ProblemError as error:
            if error.problem.cause == "not_found":
                await self._done(place, "Was gone already")
            else:
                await self._failed(place, error.problem)
            return False
        if of.describe_operation is None:
            await self._done(place, "")
            return False
        await self._set(place, state="waiting")
        return True

    async def _wait(self, place: int, waits: set[asyncio.Task[None]]) -> None:
        """Look until the resource is at its end state; looks of many steps share a budget."""
        step = self.plan.steps[place]
        of = kind(step.kind)
        told = time.monotonic()
        pause = AT_ONCE
        lost = 0
        before: str | None = None
        while True:
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))
            pause = max(FIRST_LOOK, min(pause * 1.5, LAST_LOOK), len(waits) / LOOKS_A_SECOND)
            try:
                resource = await self._watched.describe(of, step.id)
            except ProblemError as error:
                lost += 1
                if error.problem.cause == "not_found":
                    return await self._done(place, "")
                passes = error.problem.cause in ("throttled", "offline", "broken")
                if not passes or lost >= LOST_LOOKS:
                    return await self._failed(place, error.problem)
                continue
            lost = 0
            row = resource.row
            waited = time.monotonic() - told
            before = row.status if before is None else before
            if ended(step, resource):
                return await self._done(place, "" if deletes(step) else row.status)
            if row.tone == "bad" and (row.status != before or waited > SETTLES):
                return await self._failed(place, went_wrong(step, resource))
            if waited > WAIT_LIMIT:
                return await self._failed(place, too_long(step, row.status, int(WAIT_LIMIT // 60)))
            if row.status != self.plan.steps[place].note:
                await self._set(place, note=row.status)

    async def _done(self, place: int, note: str) -> None:
        await self._set(place, state="done", ended=time.time(), note=note)

    async def _failed(self, place: int, problem: Problem) -> None:
        await self._set(place, state="failed", ended=time.time(), problem=problem)
        if problem.cause == "signed_out":
            # Every further step would fail of the same; all can be resumed after the sign-in.
            self._stopping = True

    async def _end(self) -> None:
        steps = self.plan.steps
        for place, step in enumerate(steps):
            held = [steps[p].name for p in self._after[place] if steps[p].state != "done"]
            if step.state == "todo" and held:
                await self._set(place, note=f"Waits for {', '.join(held)}")
        over, problems = await left_over(self.plan, self._watched)
        states = {step.state for step in self.plan.steps}
        state = "failed" if "failed" in states else "stopped" if "todo" in states else "done"
        await self._change(
            state=state,
            ended=time.time(),
            checked_at=None if problems else time.time(),
            left_over=over,
            problems=problems,
        )

    async def _set(self, place: int, **members: Any) -> None:
        steps = list(self.plan.steps)
        steps[place] = replace(steps[place], **members)
        await self._change(steps=tuple(steps))

    async def _change(self, **members: Any) -> None:
        before = self.plan
        self.plan = replace(before, rev=before.rev + 1, **members)
        await self._publish(before)

    async def _publish(self, before: Plan) -> None:
        now = self.plan
        await self._write(self._journal.changed, before, now)
        self._changed(now)

    async def _write(self, write: Callable[..., None], *arguments: Any) -> None:
        """Journal lines in the order of the changes, off the server's loop."""
        async with self._writing:
            await asyncio.to_thread(write, *arguments)
