"""The life of endpoints: a state follows the model servers, never the other way round."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ...contract import ServiceError
from ..model.server import ServerFailed
from ..supervision import StillRunning
from .capture import Capture
from .deployment import Deployment, DeploymentFailed, root_of
from .metrics import Meter
from .plan import Plan
from .queue import Queue
from .usage import Usage

if TYPE_CHECKING:
    from ...engine import Engine

NOUN = "Endpoint"

Detail = dict[str, Any]
Name = tuple[str, str]

#: Longer than any invocation lasts: a streamed one has 8 minutes.
_DRAIN_SECONDS = 600.0

_log = logging.getLogger(__name__)


class Live:
    """An endpoint whose processes run, as its invocations see it."""

    def __init__(self, engine: Engine, region: str, detail: Detail) -> None:
        self.region = region
        self.name = str(detail["EndpointName"])
        self.arn = str(detail["EndpointArn"])
        self.deployment: Deployment | None = None
        self.meter = Meter(engine, region, self.name)
        self.capture = Capture(engine, region, self.name)
        self.queue = Queue(engine, self)
        self.usage = Usage(engine, self)

    async def close(self) -> None:
        """Put what was measured and captured."""
        await self.usage.close()
        await self.meter.close()
        await self.capture.close()


class EndpointRunner:
    """Starts, updates and ends the model servers behind Endpoint records.

    The operations write the state that a request leads to (Creating, Updating, Deleting) and call
    here; what comes of it is written when the processes show it. An endpoint whose servers cannot
    be kept up is OutOfService, then Failed: AWS would call it InService for as long as it tries.
    """

    nouns: tuple[str, ...] = (NOUN,)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._live: dict[Name, Live] = {}
        self._tasks: dict[Name, asyncio.Task[None]] = {}
        self._ends: set[asyncio.Task[None]] = set()
        self._closing = False
        # Endpoints that took invocations before a restart, and will again.
        self._returning: dict[Name, asyncio.Event] = {}
        # Before the first request is answered: nothing of ours runs yet, so nothing is in service.
        for region, name, detail in self._made():
            if detail["EndpointStatus"] in ("InService", "OutOfService"):
                self._set(region, name, EndpointStatus="SystemUpdating")
            if detail["EndpointStatus"] in ("InService", "SystemUpdating", "Updating"):
                self._returning[region, name] = asyncio.Event()

    async def recover(self) -> None:
        """Bring up what was up, and finish what was under way when the engine ended."""
        # Model data is fetched anew by each deployment.
        await asyncio.to_thread(shutil.rmtree, self._engine.home / "endpoints", True)
        for region, name, detail in self._made():
            status = detail["EndpointStatus"]
            if status == "Deleting":
                self.delete(region, name)
            elif status in ("Creating", "Updating", "SystemUpdating"):
                plans = [Plan(**detail[m]) for m in ("_plan", "_next") if detail.get(m)]
                try:
                    self._engine.capacity.hold(
                        detail["EndpointArn"], trees=max(plan.trees for plan in plans)
                    )
                except ServiceError as error:
                    self._fail(region, name, error.message)
                    continue
                self._do(region, name, self._again)

    async def close(self) -> None:
        """End every server; the records stay as they are, so that the next start takes them up."""
        self._closing = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *self._ends, return_exceptions=True)
        lives = list(self._live.values())
        self._live.clear()
        for problem in await asyncio.gather(*map(_end, lives), return_exceptions=True):
            if isinstance(problem, BaseException):
                _log.error("An endpoint did not end: %s", problem)

    def find(self, region: str, name: str) -> Live | None:
        """The endpoint of that name, when it takes invocations."""
        live = self._live.get((region, name))
        return live if live is not None and live.deployment is not None else None

    async def reach(self, region: str, name: str, seconds: float) -> Live | None:
        """As `find`; waits for one that is on its way back after a restart of the engine."""
        back = self._returning.get((region, name))
        if back is not None:
            await asyncio.wait([asyncio.ensure_future(back.wait())], timeout=seconds)
        return self.find(region, name)

    def create(self, region: str, name: str) -> None:
        """Bring a Creating endpoint up."""
        self._do(region, name, self._create)

    def update(self, region: str, name: str) -> None:
        """Take an Updating endpoint to its next plan."""
        self._do(region, name, self._update)

    def adjust(self, region: str, name: str) -> None:
        """Take an Updating endpoint to the weights and counts of its next plan, as it runs."""
        self._do(region, name, self._adjust)

    def delete(self, region: str, name: str) -> None:
        """End a Deleting endpoint with its processes."""
        self._do(region, name, self._delete)

    def _do(self, region: str, name: str, work: Callable[[str, str], Awaitable[None]]) -> None:
        """Do one thing with an endpoint; whatever goes wrong ends up as its FailureReason."""
        before = self._tasks.get((region, name))

        async def guarded() -> None:
            try:
                if before is not None:
                    await asyncio.wait([before])
                await work(region, name)
            except (DeploymentFailed, StillRunning, OSError) as error:
                self._fail(region, name, str(error))
            except Exception as error:
                _log.exception("Endpoint %s in %s", name, region)
                self._fail(region, name, f"InternalServerError of the local engine: {error!r}")

        task = self._tasks[region, name] = asyncio.ensure_future(guarded())

        def forget(done: asyncio.Task[None]) -> None:
            if self._tasks.get((region, name)) is done:
                del self._tasks[region, name]

        task.add_done_callback(forget)

    async def _create(self, region: str, name: str) -> None:
        detail = self._get(region, name)
        await self._engine.hang(NOUN, "Creating")
        deployment = await self._deploy(region, name, Plan(**detail["_plan"]))
        self._serve(region, name, deployment, Plan(**detail["_plan"]))

    async def _again(self, region: str, name: str) -> None:
        """Bring an endpoint up after a restart; an update that was under way goes on."""
        detail = self._get(region, name)
        reason = None
        if detail.get("_next"):
            try:
                plan = Plan(**detail["_next"])
                deployment = await self._deploy(region, name, plan)
                return self._serve(region, name, deployment, plan)
            except DeploymentFailed as error:
                reason = str(error)
        plan = Plan(**detail["_plan"])
        deployment = await self._deploy(region, name, plan)
        self._serve(region, name, deployment, plan, reason)

    async def _update(self, region: str, name: str) -> None:
        detail = self._get(region, name)
        plan = Plan(**detail["_next"])
        live = self._live.get((region, name))
        old = live.deployment if live else None
        await self._engine.hang(NOUN, "Updating")
        try:
            deployment = await self._deploy(region, name, plan)
        except DeploymentFailed as error:
            if old is None:
                raise
            self._engine.capacity.hold(detail["EndpointArn"], trees=Plan(**detail["_plan"]).trees)
            return self._serve(region, name, old, Plan(**detail["_plan"]), str(error))
        # New requests go to the new servers from here on; the old ones finish what they have.
        live = self._serving(region, name)
        live.deployment = deployment
        if old is not None:
            try:
                await asyncio.wait([asyncio.ensure_future(old.drain())], timeout=_DRAIN_SECONDS)
                await asyncio.sleep(detail.get("_wait", 0))
            finally:
                await old.end()
        self._engine.capacity.hold(detail["EndpointArn"], trees=plan.trees)
        self._serve(region, name, deployment, plan)

    async def _adjust(self, region: str, name: str) -> None:
        detail = self._get(region, name)
        plan = Plan(**detail["_next"])
        await self._engine.hang(NOUN, "Updating")
        live = self._serving(region, name)
        assert live.deployment is not None
        reason = None
        for variant_name, wanted in plan.settings.items():
            variant = live.deployment.variants[variant_name]
            variant.settings.weight = wanted["weight"]
            variant.settings.concurrency = wanted["concurrency"]
            try:
                await variant.scale(wanted["count"])
            except ServerFailed as error:
                reason = f"Variant {variant_name} keeps its instance count: {error}"
        plan = Plan(plan.config, plan.models, live.deployment.settings_record())
        self._engine.capacity.hold(detail["EndpointArn"], trees=plan.trees)
        self._serve(region, name, live.deployment, plan, reason)

    async def _delete(self, region: str, name: str) -> None:
        detail = self._get(region, name)
        await self._engine.hang(NOUN, "Deleting")
        live = self._live.pop((region, name), None)
        if live is not None:
            # To its end, also when the engine closes meanwhile: nothing else knows it any more.
            ending = asyncio.ensure_future(_end(live))
            self._ends.add(ending)
            ending.add_done_callback(self._ends.discard)
            await asyncio.shield(ending)
        await asyncio.to_thread(shutil.rmtree, root_of(self._engine.home, detail), True)
        await asyncio.to_thread(Queue.forget, self._engine, region, detail["EndpointArn"])
        self._engine.capacity.release(detail["EndpointArn"])
        self._engine.store.delete(region, NOUN, name)

    async def _deploy(self, region: str, name: str, plan: Plan) -> Deployment:
        """Bring a plan's servers up beside what runs. Raises DeploymentFailed."""
        for instance_type in plan.instance_types:
            reason = self._engine.capacity_failure(NOUN, instance_type)
            if reason:
                raise DeploymentFailed(reason)
        detail = self._get(region, name)
        deployment = Deployment(
            self._engine, region, detail, plan, lambda: self._changed(region, name, deployment)
        )
        await deployment.up()
        return deployment

    def _serving(self, region: str, name: str) -> Live:
        live = self._live.get((region, name))
        if live is None:
            live = self._live[region, name] = Live(self._engine, region, self._get(region, name))
        return live

    def _serve(
        self,
        region: str,
        name: str,
        deployment: Deployment,
        plan: Plan,
        reason: str | None = None,
    ) -> None:
        """A deployment answers: the endpoint is in service, as the record says from here on."""
        self._settled(region, name)
        live = self._serving(region, name)
        live.deployment = deployment
        live.queue.start()
        self._set(
            region,
            name,
            **_shown(deployment),
            EndpointStatus="InService",
            EndpointConfigName=deployment.config,
            FailureReason=reason[:1024] if reason else None,
            PendingDeploymentSummary=None,
            _plan=plan.record(),
            _next=None,
        )

    def _changed(self, region: str, name: str, deployment: Deployment) -> None:
        """A server of a deployment died, came back or was given up."""
        live = self._live.get((region, name))
        if self._closing or live is None or live.deployment is not deployment:
            return
        status = self._get(region, name)["EndpointStatus"]
        if status not in ("InService", "OutOfService"):
            return
        down = [one for one in deployment.variants.values() if not one.count and one.trouble]
        if any(one.given_up for one in down):
            self._do(region, name, lambda r, n: self._give_up(r, n, down[0].trouble))
        status = "OutOfService" if down else "InService"
        reason = down[0].trouble[:1024] if down else None
        self._set(region, name, **_shown(deployment), EndpointStatus=status, FailureReason=reason)

    async def _give_up(self, region: str, name: str, trouble: str) -> None:
        raise DeploymentFailed(f"The model server could not be kept up. {trouble}")

    def _settled(self, region: str, name: str) -> None:
        """An endpoint is back after a restart, or is not going to be."""
        back = self._returning.pop((region, name), None)
        if back is not None:
            back.set()

    def _made(self) -> list[tuple[str, str, Detail]]:
        """The endpoints this engine made; a test or bench may have written other records."""
        return [found for found in self._engine.store.all(NOUN) if "_id" in found[2]]

    def _get(self, region: str, name: str) -> Detail:
        detail = self._engine.store.get(region, NOUN, name)
        assert detail is not None
        return detail

    def _set(self, region: str, name: str, **changes: Any) -> None:
        self._engine.store.update(region, NOUN, name, changes)

    def _fail(self, region: str, name: str, reason: str) -> None:
        """Nothing of the endpoint runs any more, and the record says why."""
        if self._closing:
            return
        self._settled(region, name)
        live = self._live.pop((region, name), None)
        detail = self._get(region, name)
        self._engine.capacity.release(detail["EndpointArn"])
        variants = [
            {**one, "CurrentInstanceCount": 0} if "CurrentInstanceCount" in one else one
            for one in detail.get("ProductionVariants", ())
        ]
        self._set(
            region,
            name,
            EndpointStatus="Failed",
            FailureReason=reason[:1024],
            ProductionVariants=variants,
            PendingDeploymentSummary=None,
            _next=None,
        )
        if live is not None:
            self._do(region, name, lambda r, n: _end(live))


async def _end(live: Live) -> None:
    """End an endpoint's processes. Raises StillRunning and OSError."""
    # First: what its servers' end breaks off has not failed, it waits for the next run.
    await live.queue.close()
    deployment, live.deployment = live.deployment, None
    if deployment is not None:
        await deployment.end()
    await live.close()


def _shown(deployment: Deployment) -> Detail:
    """What DescribeEndpoint says of a deployment."""
    shown: Detail = {
        "ProductionVariants": deployment.summaries(),
        "AsyncInferenceConfig": deployment.asynchronous,
    }
    capture = deployment.capture
    if capture:
        enabled = capture.get("EnableCapture", True)
        shown["DataCaptureConfig"] = {
            "EnableCapture": enabled,
            "CaptureStatus": "Started" if enabled else "Stopped",
            "CurrentSamplingPercentage": capture["InitialSamplingPercentage"],
            "DestinationS3Uri": capture["DestinationS3Uri"],
            "KmsKeyId": capture.get("KmsKeyId", ""),
        }
    else:
        shown["DataCaptureConfig"] = None
    return shown
