"""A deployment, running: model, endpoint config, endpoint, and what comes behind it."""

from __future__ import annotations

from collections.abc import Mapping

from ..aws.errors import ProblemError, problem
from ..lifecycle.task_run import FIRST_LOOK, LAST_LOOK, UNDO
from ..protocol import AwsCall
from .deploy_calls import Deployment
from .launch_run import Run, Work
from .packing import delete_packed, pack
from .resources import BUSY, Resource, status_of

TITLES = {
    "pack": "Put the script into the model's archive",
    "model": "Create the model",
    "config": "Create the endpoint config",
    "endpoint": "Create the endpoint",
    "component": "Create the inference component",
    "scaling": "Set automatic scaling",
}


def steps_of(deployment: Deployment) -> tuple[str, ...]:
    """The ids of its steps, in order."""
    left_out = {
        "pack": deployment.packing is None,
        "component": deployment.component is None,
        "scaling": not deployment.scaling,
    }
    return tuple(id for id in TITLES if not left_out.get(id, False))


class DeployRun(Run):
    """Runs a deployment. As Run."""

    @property
    def deployment(self) -> Deployment:
        found = self.recorded.record.deployment
        assert found is not None
        return found

    def undoes(self, failed: bool) -> bool:
        """As Run."""
        request = self.recorded.launch.deploy
        return not (failed and request is not None and request.keep_failed)

    @property
    def _resources(self) -> dict[str, tuple[AwsCall, Resource]]:
        """By step, in order."""
        of = self.deployment
        found = {
            "model": (of.model, Resource("model", of.model.parameters["ModelName"])),
            "config": (
                of.config,
                Resource("endpoint-config", of.config.parameters["EndpointConfigName"]),
            ),
            "endpoint": (of.endpoint, Resource("endpoint", of.endpoint.parameters["EndpointName"])),
        }
        if of.component is not None:
            name = of.component.parameters["InferenceComponentName"]
            found["component"] = (of.component, Resource("inference-component", name))
        return found

    def works(self) -> Mapping[str, Work]:
        """As Run."""
        works: dict[str, Work] = {
            "pack": self._pack,
            "model": lambda: self._create("model"),
            "config": lambda: self._create("config"),
            "endpoint": lambda: self._create_and_wait("endpoint"),
            "component": lambda: self._create_and_wait("component"),
            "scaling": self._scale,
        }
        return {id: works[id] for id in steps_of(self.deployment)}

    async def undo(self) -> str:
        """As Run."""
        begun = {step.id for step in self.recorded.launch.steps if step.started is not None}
        scaled: ProblemError | None = None
        if "scaling" in begun:
            try:
                await self.patiently(self._unscale, step=UNDO)
            except ProblemError as error:
                # The endpoint costs money, what scales it does not.
                scaled = error
        for id, (_, resource) in reversed(self._resources.items()):
            if id in begun:
                await self.gone(resource)
        packing = self.deployment.packing
        if packing is not None and "pack" in begun:
            place = self.aws.connection, self.aws.region
            await self.patiently(delete_packed, self.sessions, *place, packing, step=UNDO)
        if scaled is not None:
            raise scaled
        return "Nothing is left"

    async def _pack(self) -> str:
        packing = self.deployment.packing
        assert packing is not None
        place = self.aws.connection, self.aws.region
        progress = self.progress("pack")
        return await self.patiently(pack, self.sessions, *place, packing, progress, step="pack")

    async def _create(self, id: str) -> str:
        call, resource = self._resources[id]
        await self.patiently(self.aws.create, call, resource, step=id)
        await self.made(resource)
        return resource.name

    async def _create_and_wait(self, id: str) -> str:
        await self._create(id)
        _, resource = self._resources[id]
        pause = FIRST_LOOK
        while True:
            found = await self.patiently(self.aws.describe, resource, step=id)
            if found is None:
                raise ProblemError(
                    problem(
                        "not_found",
                        f"The {resource.label} is gone",
                        "Somebody deleted it while it was being created.",
                        "Deploy it again.",
                    )
                )
            status = status_of(resource, found)
            if status == "InService":
                self._changed(resource.kind)
                return f"{resource.name} is in service"
            if status not in BUSY:
                raise _failed(resource, status, str(found.get("FailureReason", "")))
            if status != self.recorded.step(id).note:
                await self.recorded.set(id, note=status)
                self._changed(resource.kind)
            await self.sleep(pause)
            pause = min(1.3 * pause, LAST_LOOK)

    async def _scale(self) -> str:
        for call in self.deployment.scaling:
            await self.patiently(self.aws.call, call, step="scaling")
        least, most = (
            self.deployment.scaling[0].parameters[name] for name in ("MinCapacity", "MaxCapacity")
        )
        return f"Between {least} and {most}"

    def _unscale(self) -> None:
        """Its policies go with it."""
        target = self.deployment.scaling[0]
        named = ("ServiceNamespace", "ResourceId", "ScalableDimension")
        parameters = {name: target.parameters[name] for name in named}
        try:
            self.aws.call(AwsCall("DeregisterScalableTarget", parameters, target.service))
        except ProblemError as error:
            if error.problem.cause != "not_found":
                raise


def _failed(resource: Resource, status: str, reason: str) -> ProblemError:
    return ProblemError(
        problem(
            "broken",
            f"The {resource.label} is {status}",
            reason,
            "Its log says more, under Deploy in the panel.",
        )
    )
