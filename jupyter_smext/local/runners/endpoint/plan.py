"""What a deployment is made of, as it was when it was asked for: it outlives what it was made from.

An endpoint configuration or a model can be deleted while an endpoint runs; the endpoint's record
keeps a plan, so that it comes up again after a restart of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ... import errors, nouns
from ...contract import ServiceError
from ..model.container import container_of
from .variant import Settings

if TYPE_CHECKING:
    from ...engine import Engine

Detail = dict[str, Any]

#: Parts of an endpoint configuration that change what an endpoint does and have no counterpart.
_NOT_RUN = {
    "ExplainerConfig": "online explanations (ExplainerConfig)",
    "ShadowProductionVariants": "shadow variants (ShadowProductionVariants)",
    "CrossRegionTrafficConfig": "cross-Region traffic (CrossRegionTrafficConfig)",
}


@dataclass(frozen=True)
class Plan:
    """JSON through and through: records of the config and its models, settings by variant."""

    config: Detail
    models: Mapping[str, Detail]
    settings: Mapping[str, Detail]

    @property
    def trees(self) -> int:
        """How many process trees it takes."""
        return sum(one["count"] for one in self.settings.values())

    @property
    def instance_types(self) -> list[str]:
        """The instance types of its variants; none for a serverless one."""
        given = self.config["ProductionVariants"]
        return [one["InstanceType"] for one in given if "InstanceType" in one]

    def record(self) -> Detail:
        """The plan as a member of a record; `Plan(**record)` reads it."""
        return asdict(self)


def plan_of(engine: Engine, region: str, config: Detail, kept: Mapping[str, Detail]) -> Plan:
    """Check that a configuration can be run here, and keep what it is made of.

    `kept` are settings that go before the configuration's own. Raises ServiceError for a model that
    is missing, and in words for what only AWS runs.
    """
    for member, words in _NOT_RUN.items():
        if config.get(member):
            raise _needs_aws(config, words)
    notify = config.get("AsyncInferenceConfig", {}).get("OutputConfig", {})
    if notify.get("NotificationConfig"):
        raise _needs_aws(config, "notifications through Amazon SNS (NotificationConfig)")
    capture = config.get("DataCaptureConfig")
    if capture:
        engine.objects.split_uri(capture["DestinationS3Uri"])
    models: dict[str, Detail] = {}
    settings: dict[str, Detail] = {}
    for given in config["ProductionVariants"]:
        name = given["VariantName"]
        if not given.get("ModelName"):
            raise _needs_aws(config, f"inference components (variant {name} names no model)")
        if given.get("InstancePools"):
            raise _needs_aws(config, f"instance pools (variant {name})")
        if "ServerlessConfig" not in given and "InstanceType" not in given:
            raise ServiceError(
                "ValidationException",
                f"Variant {name} of {config['EndpointConfigName']} has neither an InstanceType nor "
                "a ServerlessConfig.",
            )
        if name in settings:
            raise ServiceError(
                "ValidationException",
                f"{config['EndpointConfigName']} has two variants of the name {name}.",
            )
        models[given["ModelName"]] = _model(engine, region, given["ModelName"])
        settings[name] = kept.get(name) or asdict(settings_of(given))
    return Plan(config, models, settings)


def settings_of(given: Detail) -> Settings:
    """What a configuration says of a variant; defaults as CreateEndpointConfig's."""
    serverless = given.get("ServerlessConfig")
    return Settings(
        weight=given.get("InitialVariantWeight", 1.0),
        count=1 if serverless else given.get("InitialInstanceCount", 1),
        concurrency=serverless["MaxConcurrency"] if serverless else None,
    )


def retained(
    current: Mapping[str, Detail], new: Iterable[Detail], excluded: Iterable[str]
) -> dict[str, Detail]:
    """The settings that UpdateEndpoint keeps with RetainAllVariantProperties.

    `excluded` are the VariantPropertyTypes for which the new configuration goes.
    """
    kept = {}
    for given in new:
        had = current.get(given["VariantName"])
        if had is None:
            continue
        own = asdict(settings_of(given))
        if "DesiredWeight" not in excluded:
            own["weight"] = had["weight"]
        if "DesiredInstanceCount" not in excluded and "ServerlessConfig" not in given:
            own["count"] = had["count"]
        kept[given["VariantName"]] = own
    return kept


def _model(engine: Engine, region: str, name: str) -> Detail:
    noun = nouns.find("Model")
    key = {"ModelName": name}
    model = engine.store.get(region, "Model", noun.key(key))
    if model is None:
        raise errors.missing("Model", name, noun.arn(region, engine.account, key))
    container_of(engine, region, model)
    return model


def _needs_aws(config: Detail, what: str) -> ServiceError:
    return ServiceError(
        "UnsupportedOperation",
        f"The local engine does not run {what}, which endpoint configuration "
        f"{config['EndpointConfigName']} asks for. Choose an AWS connection.",
    )
