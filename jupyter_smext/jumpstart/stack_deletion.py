"""The deletion of a solution's stack, followed until it is proved."""

from __future__ import annotations

import time

from msgspec.structs import replace

from ..lifecycle.task_run import FIRST_LOOK, LAST_LOOK
from ..protocol import StackResource
from .calls import LAUNCH_TAG
from .stack_follower import GONE, StackFollower
from .stack_problems import not_deleted
from .stacks import tags


class StackDeleter(StackFollower):
    """Deletes the stack that it follows. As StackFollower."""

    async def delete_stack(self) -> None:
        """Return when it is deleted, or could not be. Raises ProblemError, OSError."""
        id = self.launch.stack_id
        if id is None:
            # It was cancelled before it was asked for, or its server ended then.
            id = await self._asked_before()
            if id is None:
                await self._deleted("DELETE_COMPLETE", ())
                return
            await self.publish(stack_id=id)
        await self.look()
        before = self.newest_of_stack()
        if self.record.empty_buckets:
            await self._empty(id)
        request = self.launch.request
        await self.patiently(self.stacks.delete, id, request.role)
        pause = FIRST_LOOK
        while True:
            found = await self.look()
            status = found["StackStatus"] if found else "DELETE_COMPLETE"
            if status == "DELETE_COMPLETE":
                await self._deleted(status, await self.resources())
                return
            # The state of an earlier attempt may be told for a moment.
            if status == "DELETE_FAILED" and self.newest_of_stack() != before:
                await self._not_deleted(await self.resources())
                return
            await self.sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)

    async def _asked_before(self) -> str | None:
        found = await self.patiently(self.stacks.look, self.launch.request.stack)
        if found is not None and tags(found).get(LAUNCH_TAG) == self.launch.id:
            return str(found["StackId"])
        return None

    async def _empty(self, id: str) -> None:
        found = await self.patiently(self.stacks.look, id)
        if found is None or found["StackStatus"] == "DELETE_COMPLETE":
            return
        for bucket in await self.patiently(self.stacks.buckets, id):
            count = await self.patiently(self.stacks.empty, bucket)
            deletion = self.launch.deletion
            assert deletion is not None
            if count:
                emptied = tuple(dict.fromkeys((*deletion.emptied, bucket)))
                await self.publish(
                    deletion=replace(deletion, emptied=emptied),
                    note=f"{count:,} objects were deleted from {bucket}",
                )

    async def _deleted(self, status: str, resources: tuple[StackResource, ...]) -> None:
        retained = tuple(
            f"{each.name} ({each.physical or each.type})"
            for each in resources
            if each.status == "DELETE_SKIPPED"
        )
        left = [each for each in resources if each.physical and each.status not in GONE]
        deletion = self.launch.deletion
        assert deletion is not None
        now, why = time.time(), self.launch.problem
        await self.publish(
            state="failed" if why else "deleted",
            status=status,
            ended=now,
            outputs=(),
            resources=resources,
            note="",
            deletion=replace(
                deletion,
                ended=now,
                status=status,
                resources=resources,
                retained=retained,
                proven=not left,
            ),
        )

    async def _not_deleted(self, resources: tuple[StackResource, ...]) -> None:
        why = not_deleted(self.launch, resources, self.record.empty_buckets)
        deletion = self.launch.deletion
        assert deletion is not None
        now = time.time()
        await self.publish(
            state="not deleted",
            ended=now,
            resources=resources,
            problem=why,
            note="",
            deletion=replace(deletion, ended=now, status="DELETE_FAILED", resources=resources),
        )
