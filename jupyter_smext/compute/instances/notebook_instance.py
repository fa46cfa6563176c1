"""A notebook instance: Stop, Update and Start from the states that AWS allows them in."""

from __future__ import annotations

from typing import Any

from ... import kinds
from ...aws.errors import ProblemError
from ...protocol import NewNotebookInstance, Resource
from .instance import Instance, State


def _kind() -> kinds.Kind:
    return kinds.kind("notebook-instance")


def state_of(resource: Resource) -> State:
    """What a describe answer says: Update and Start are allowed from Stopped and Failed."""
    row, told = resource.row, resource.definition
    (rests,) = [verb.when for verb in _kind().verbs if verb.label == "Start"]
    return State(
        status=row.status,
        tone=row.tone,
        instance_type=told.get("InstanceType"),
        up=row.status in _kind().open_when,
        rests=row.status in rests,
        reason=str(told.get("FailureReason") or ""),
        definition=told,
        volume_gib=told.get("VolumeSizeInGB"),
    )


def parameters_of_new(new: NewNotebookInstance, instance_type: str) -> dict[str, Any]:
    """The parameters of CreateNotebookInstance."""
    given = {
        "NotebookInstanceName": new.name,
        "InstanceType": instance_type,
        "RoleArn": new.role,
        "VolumeSizeInGB": new.volume_gib,
        "LifecycleConfigName": new.lifecycle_config,
        "PlatformIdentifier": new.platform,
    }
    return {name: value for name, value in given.items() if value not in (None, "")}


class NotebookInstance(Instance):
    use = "notebook"
    operations = {
        "stop": "StopNotebookInstance",
        "retype": "UpdateNotebookInstance",
        "start": "StartNotebookInstance",
    }

    @property
    def name(self) -> str:
        return self.at.id

    def show(self) -> None:
        self.watched.look_at(_kind(), self.at.id)

    async def look(self) -> State | None:
        try:
            return state_of(await self.watched.describe(_kind(), self.at.id))
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise

    async def create(self, parameters: dict[str, Any]) -> None:
        """Have AWS begin to create it; a conflict where there is one of that name."""
        await self.watched.create(_kind(), parameters)

    async def tell_stop(self) -> None:
        await self._act("stop")

    async def tell_type(self, instance_type: str, state: State) -> None:
        await self._act("retype", InstanceType=instance_type)

    async def tell_start(self, state: State) -> None:
        await self._act("start")

    async def _act(self, word: str, **parameters: Any) -> None:
        operation = self.operations[word]
        await self.watched.act(_kind(), self.at.id, operation, parameters)
