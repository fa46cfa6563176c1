"""One solution's stack: made, or what is left of it deleted, over the end of a server."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ..aws.errors import ProblemError, problem
from ..lifecycle.task_run import FIRST_LOOK, LAST_LOOK
from ..protocol import AwsCall, Problem, SolutionLaunch, StackDeletion
from .calls import LAUNCH_TAG, SOLUTION_TAG
from .solution_journal import SETTLED, Record, SolutionJournals
from .stack_deletion import StackDeleter
from .stack_problems import first_failed, not_made, on_disk, taken
from .stack_template import NESTED
from .stacks import Stacks, outputs, tags

log = logging.getLogger(__name__)

CHECKED_FOR = 30.0
"""Seconds for which that is taken for true."""

#: A stack in such a state has ended to be made, and is not made.
_NOT_MADE = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


class SolutionRun(StackDeleter):
    """Makes and deletes one stack. As StackFollower.

    `values` are the hidden parameters, which no journal has.
    """

    def __init__(
        self,
        record: Record,
        stacks: Stacks,
        journals: SolutionJournals,
        told: Callable[[SolutionLaunch], None],
        changed: Callable[[str], None],
        values: dict[str, str] | None = None,
    ) -> None:
        super().__init__(record, stacks, journals, told, changed)
        self._values = values
        self._task: asyncio.Task[None] | None = None
        self._checked = -CHECKED_FOR

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def begin(self) -> None:
        """Write the journal, then start. Raises ProblemError: nothing is begun without one."""
        try:
            await self.publish()
        except OSError as error:
            raise ProblemError(on_disk(error)) from error
        self.start()

    def start(self) -> None:
        """Go on from where it stands."""
        self._task = asyncio.create_task(self._whole(), name=f"smext-{self.launch.id}")

    def check(self) -> None:
        """See, in a while, whether somebody else deleted the stack."""
        looked = time.monotonic() - self._checked
        if not self.running and looked > CHECKED_FOR and self.launch.state in SETTLED:
            self._checked = time.monotonic()
            self.start()

    async def delete(self, empty_buckets: bool) -> None:
        """Delete the stack, or what is left of it; of one that is gone there is nothing to do.

        Raises ProblemError as begin.
        """
        launch = self.launch
        gone = launch.deletion is not None and launch.deletion.proven
        if launch.state == "deleting" or gone or self._never_was():
            return
        deletion = StackDeletion(time.time(), None, launch.status, (), (), (), False)
        try:
            await self.publish(
                empty_buckets=empty_buckets,
                state="deleting",
                ended=None,
                problem=None,
                deletion=deletion,
                note="",
            )
        except OSError as error:
            raise ProblemError(on_disk(error)) from error
        self.wake.set()
        if not self.running:
            self.start()

    async def close(self) -> None:
        """The server ends: the journal stays, and the next server goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _never_was(self) -> bool:
        return self.launch.state == "failed" and self.launch.stack_id is None

    async def _whole(self) -> None:
        try:
            if self.launch.state in SETTLED:
                await self._check()
            # Of a failure, or by somebody, the deletion may be begun while it is made.
            for state, work in (("creating", self._make), ("deleting", self.delete_stack)):
                if self.launch.state == state:
                    try:
                        await work()
                    except ProblemError as error:
                        if self.launch.state == state:
                            await self._end(error.problem)
        except OSError as error:
            await self._only_end(on_disk(error))
        except Exception as error:
            log.exception("The solution's launch %s broke", self.launch.id)
            why = Problem(
                status=500,
                cause="broken",
                title="The launch broke",
                detail=f"{type(error).__name__}; the Jupyter server's log has the details.",
                next="Its stack is in AWS's CloudFormation console.",
            )
            await self._only_end(why)

    async def _end(self, why: Problem) -> None:
        """AWS refused what cannot be tried again."""
        before = self.launch.state
        state = "failed" if before == "creating" else "not deleted"
        if self.launch.stack_id is not None:
            goes_on = "The stack itself is as AWS left it, and is not followed any more."
            why = replace(why, detail=f"{why.detail} {goes_on}".strip())
        # By now somebody may want it deleted.
        await self.publish(before, state=state, ended=time.time(), problem=why, note="")

    async def _only_end(self, why: Problem) -> None:
        """The journal may be what broke it: who looks is told in any case."""
        try:
            await self._end(why)
        except OSError as error:
            log.warning("How %s ended could not be kept: %s", self.launch.id, error)
            state = "failed" if self.launch.state == "creating" else "not deleted"
            changed = {"state": state, "ended": time.time(), "problem": why, "note": ""}
            launch = replace(self.launch, rev=self.launch.rev + 1, **changed)
            self.record = replace(self.record, launch=launch)
            self._told(launch)

    async def _check(self) -> None:
        id, state = self.launch.stack_id, self.launch.state
        assert id is not None
        try:
            found = await asyncio.to_thread(self.stacks.look, id)
        except ProblemError as error:
            log.info("Whether %s is there still: %s", id, error.problem.title)
            return
        status = found["StackStatus"] if found else "DELETE_COMPLETE"
        if status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
            deletion = StackDeletion(time.time(), None, status, (), (), (), False)
            await self.publish(state, state="deleting", ended=None, problem=None, deletion=deletion)

    async def _make(self) -> None:
        if self.launch.stack_id is None:
            id = await self._asked()
            if id is None:
                return
            try:
                await self.publish(stack_id=id)
            except OSError:
                # It is there, and can be deleted.
                self.record = replace(self.record, launch=replace(self.launch, stack_id=id))
                raise
        pause = FIRST_LOOK
        while self.launch.state == "creating":
            found = await self.look()
            status = found["StackStatus"] if found else "DELETE_COMPLETE"
            if status == "CREATE_COMPLETE":
                assert found is not None
                resources = await self.resources()
                await self.publish(
                    "creating",
                    state="created",
                    ended=time.time(),
                    outputs=outputs(found),
                    resources=resources,
                    note="",
                )
                return
            if status in _NOT_MADE or status.startswith("DELETE_"):
                await self._not_made(status)
                return
            await self.sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)

    async def _asked(self) -> str | None:
        """The id of the stack, asked for if it was not; None: it is not wanted any more."""
        request, record = self.launch.request, self.record
        found = await self.patiently(self.stacks.look, request.stack)
        # Asked for by this launch, whose server ended then?
        if found is not None and tags(found).get(LAUNCH_TAG) == self.launch.id:
            return str(found["StackId"])
        if self.launch.state != "creating":
            return None
        if found is not None:
            raise ProblemError(taken(request.stack, found["StackStatus"]))
        if record.hidden and self._values is None:
            raise ProblemError(
                problem(
                    "conflict",
                    "The server ended before the stack was asked for",
                    f"The values of {', '.join(record.hidden)} are not kept, and are gone with it.",
                    "Launch the solution again.",
                )
            )
        call = create_call(record, self._values or {})
        id = await self.patiently(self.stacks.create, call)
        self._values = None
        return id

    async def _not_made(self, status: str) -> None:
        """It failed: what was made is deleted, unless it is to be looked at."""
        why = self.launch.problem or await self._why()
        if self.launch.request.keep_failed and not status.startswith("DELETE_"):
            resources = await self.resources()
            await self.publish(
                "creating",
                state="failed",
                ended=time.time(),
                problem=why,
                resources=resources,
                note="",
            )
            return
        deletion = StackDeletion(time.time(), None, status, (), (), (), False)
        await self.publish("creating", state="deleting", problem=why, deletion=deletion)

    async def _why(self) -> Problem:
        """Why it could not be made, from the stack inside where that is what failed."""
        id = self.launch.stack_id
        assert id is not None
        first = first_failed(self.launch.events, id)
        while first is not None and first.type == NESTED and first.physical:
            inner = await self.patiently(self.stacks.events, first.physical)
            deeper = first_failed(inner, first.physical)
            if deeper is None:
                break
            first = deeper
        return not_made(self.launch, first)


def create_call(record: Record, hidden: dict[str, str]) -> AwsCall:
    """CreateStack for a launch, with the values that its journal does not have."""
    launch, request = record.launch, record.launch.request
    values = {**request.parameters, **hidden}
    given = {**request.tags, LAUNCH_TAG: launch.id, SOLUTION_TAG: request.solution}
    parameters: dict[str, Any] = {
        "StackName": request.stack,
        **record.template,
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in values.items()
        ],
        "Capabilities": list(request.capabilities),
        "OnFailure": "DO_NOTHING" if request.keep_failed else "DELETE",
        "Tags": [{"Key": key, "Value": value} for key, value in given.items()],
        "ClientRequestToken": launch.id,
    }
    if request.role:
        parameters["RoleARN"] = request.role
    return AwsCall("CreateStack", parameters, "cloudformation")
