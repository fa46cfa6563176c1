"""An endpoint configuration, deployed: its variants, the choice between them, its end."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...contract import ServiceError
from ..model.files import ModelFiles
from ..model.server import ServerFailed
from ..model.serving import START_SECONDS, NotServable, Serving, serving_of
from ..supervision import limits
from ..supervision.instance_size import size
from .plan import Plan
from .variant import Settings, Variant

if TYPE_CHECKING:
    from ...engine import Engine

Detail = dict[str, Any]

#: Members of models and variants that this machine has no counterpart of.
_NOT_APPLIED = """
    ExecutionRoleArn VpcConfig VolumeSizeInGB CoreDumpConfig EnableSSMAccess InferenceAmiVersion
    ManagedInstanceScaling RoutingConfig ModelDataDownloadTimeoutInSeconds CapacityReservationConfig
""".split()

GROUP = "/aws/sagemaker/Endpoints"


class DeploymentFailed(Exception):
    """A deployment that did not come up; the message is the FailureReason."""


class Deployment:
    """The processes of one endpoint configuration. `up`, then `choose`; `drain` and `end`."""

    def __init__(
        self,
        engine: Engine,
        region: str,
        endpoint: Mapping[str, Any],
        plan: Plan,
        changed: Callable[[], None],
    ) -> None:
        config = plan.config
        self._engine = engine
        self._region = region
        self._endpoint = endpoint
        self._models = plan.models
        self._changed = changed
        self._id = secrets.token_hex(4)
        self._given = [dict(one) for one in config["ProductionVariants"]]
        self.settings = {
            one["VariantName"]: Settings(**plan.settings[one["VariantName"]]) for one in self._given
        }
        self._made = time.time()
        self.config = str(config["EndpointConfigName"])
        self.capture: Detail | None = config.get("DataCaptureConfig")
        self.asynchronous: Detail | None = config.get("AsyncInferenceConfig")
        self.variants: dict[str, Variant] = {}

    async def up(self) -> None:
        """Bring every variant up. Raises DeploymentFailed; nothing of it is left then."""
        try:
            for index, given in enumerate(self._given):
                self.variants[given["VariantName"]] = await self._variant(index, given)
            await asyncio.gather(*(self._start(one) for one in self.variants.values()))
        except BaseException:
            await self.end()
            raise

    def choose(self, name: str | None) -> Variant:
        """The named variant, or one by weight. Raises ServiceError when there is none."""
        if name is not None:
            if name not in self.variants:
                raise ServiceError(
                    "ValidationError",
                    f"Variant {name} was not found for endpoint {self._endpoint['EndpointName']}.",
                )
            return self.variants[name]
        found = list(self.variants.values())
        if len(found) == 1:
            return found[0]
        weights = [one.settings.weight for one in found]
        if not sum(weights):
            raise ServiceError(
                "ValidationError",
                f"All variants of endpoint {self._endpoint['EndpointName']} have the weight 0: "
                "name one as TargetVariant.",
            )
        return random.choices(found, weights)[0]

    async def drain(self) -> None:
        """Wait until the requests it has are answered."""
        await asyncio.gather(*(one.drained() for one in self.variants.values()))

    async def end(self) -> None:
        """End all of it, and delete its files. Raises StillRunning and OSError."""
        await asyncio.gather(*(one.end() for one in self.variants.values()))
        await asyncio.to_thread(ModelFiles(self._root).delete)

    def settings_record(self) -> dict[str, Detail]:
        """What its variants are set to now, as a member of a record."""
        return {name: asdict(settings) for name, settings in self.settings.items()}

    def summaries(self) -> list[Detail]:
        """ProductionVariants of DescribeEndpoint: what runs now."""
        return [self._summary(given) for given in self._given]

    @property
    def _root(self) -> Path:
        return root_of(self._engine.home, self._endpoint) / self._id

    async def _variant(self, index: int, given: Detail) -> Variant:
        name, model = given["VariantName"], self._models[given["ModelName"]]
        serverless = given.get("ServerlessConfig")
        if serverless:
            allowed = limits(1, serverless["MemorySizeInMB"] / 1024)
            words = (
                f"is serverless: one process that stays up, for {allowed.memory_gib:g} GiB and at "
                f"most {serverless['MaxConcurrency']} invocations at a time"
            )
        else:
            allowed, words = size(given["InstanceType"])
        try:
            serving = await serving_of(
                self._engine,
                self._region,
                self._endpoint["EndpointArn"],
                model,
                self._root / str(index),
                allowed,
                # What AWS's hosts tell a container beside the Model's own.
                {"SAGEMAKER_VARIANT_NAME": name},
            )
        except NotServable as error:
            raise DeploymentFailed(str(error)) from error
        given["_image"] = serving.image
        seconds = given.get("ContainerStartupHealthCheckTimeoutInSeconds", START_SECONDS)
        notes = _notes(serving, words, [*_not_applied(model), *_not_applied(given)])
        serving = replace(serving, notes=notes, start_seconds=seconds)
        group = f"{GROUP}/{self._endpoint['EndpointName']}"
        return Variant(name, serving, self.settings[name], group=group, changed=self._changed)

    async def _start(self, variant: Variant) -> None:
        try:
            await variant.start()
        except ServerFailed as error:
            # AWS's words, then what AWS leaves to the log.
            raise DeploymentFailed(
                f"The primary container for production variant {variant.name} did not pass the "
                f"ping health check. Please check CloudWatch logs for this endpoint. {error}"
            ) from error

    def _summary(self, given: Detail) -> Detail:
        name = given["VariantName"]
        variant, settings = self.variants.get(name), self.settings[name]
        image = given.get("_image")
        summary: Detail = {
            "VariantName": name,
            "CurrentWeight": settings.weight,
            "DesiredWeight": settings.weight,
        }
        if image:
            summary["DeployedImages"] = [
                {"SpecifiedImage": image, "ResolvedImage": image, "ResolutionTime": self._made}
            ]
        if "ServerlessConfig" in given:
            config = {**given["ServerlessConfig"], "MaxConcurrency": settings.concurrency}
            summary["CurrentServerlessConfig"] = summary["DesiredServerlessConfig"] = config
        else:
            summary["CurrentInstanceCount"] = variant.count if variant else 0
            summary["DesiredInstanceCount"] = settings.count
        for member in ("ManagedInstanceScaling", "RoutingConfig"):
            if member in given:
                summary[member] = given[member]
        return summary


def root_of(home: Path, endpoint: Mapping[str, Any]) -> Path:
    """The folder of an endpoint, by its generated id: its name is never part of a path."""
    return home / "endpoints" / str(endpoint["_id"])


def _not_applied(given: Mapping[str, Any]) -> list[str]:
    return [member for member in _NOT_APPLIED if given.get(member)]


def _notes(serving: Serving, words: str, kept: list[str]) -> tuple[str, ...]:
    """The first lines of a server's log: what serves, and what of the request is not applied."""
    lines = (
        f"The image {serving.image} is served with {serving.runtime}, by the local SageMaker "
        "engine, as the user who started it.",
        f"No container: the model server {words}. local: no charge.",
        f"Kept but not applied: {', '.join(kept)}.",
    )
    return tuple(f"[local engine] {line}" for line in lines)
