"""The endpoint operations: who may ask for what in which state, in AWS's words."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ... import errors, nouns
from ...contract import ServiceError
from ...services import records
from ...services.sagemaker import Answer, Call, operation
from ..model.server import missing_client
from .plan import Plan, plan_of, retained, settings_of
from .runner import NOUN, EndpointRunner

__all__ = ["EndpointRunner"]

Detail = dict[str, Any]

#: States in which AWS takes no other request on an endpoint ("Cannot update in-progress
#: endpoint": ACK's sagemaker-controller matches on it, for DeleteEndpoint too).
_BUSY = ("Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting")


@operation("CreateEndpoint")
def create(call: Call) -> Answer:
    """Record an endpoint and start its model servers: Creating, then InService or Failed."""
    given = call.parameters
    name = given["EndpointName"]
    # Names are one in any case here; InvokeEndpoint asks for the very name.
    arn = call.arn("endpoint", name.lower())
    if call.engine.store.find(arn) is not None:
        raise ServiceError(  # aws/sagemaker-python-sdk#101
            "ValidationException", f'Cannot create already existing endpoint "{arn}".'
        )
    _, config = records.locate(call, nouns.find("EndpointConfig"), given["EndpointConfigName"])
    plan = _plan(call, config, {})
    wait = _deployment_config(given)
    call.engine.capacity.hold(arn, trees=plan.trees)
    now = time.time()
    detail: Detail = {
        "EndpointName": name,
        "EndpointArn": arn,
        "EndpointConfigName": config["EndpointConfigName"],
        "EndpointStatus": "Creating",
        "CreationTime": now,
        "LastModifiedTime": now,
        "_arn": arn,
        "_id": secrets.token_hex(6),
        "_plan": plan.record(),
        "_wait": wait,
        "_tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())},
    }
    if "DeploymentConfig" in given:
        detail["LastDeploymentConfig"] = given["DeploymentConfig"]
    call.engine.store.put(call.region, NOUN, name, detail)
    call.engine.runner(EndpointRunner).create(call.region, name)
    return {"EndpointArn": arn}


@operation("UpdateEndpoint")
def update(call: Call) -> Answer:
    """Bring a new configuration's servers up beside the old ones, then change over."""
    given = call.parameters
    name, detail = _resolve(call)
    _require_own(detail)
    _, config = records.locate(call, nouns.find("EndpointConfig"), given["EndpointConfigName"])
    current = Plan(**detail["_plan"])
    kept: Mapping[str, Detail] = {}
    if given.get("RetainAllVariantProperties"):
        excluded = [
            one["VariantPropertyType"] for one in given.get("ExcludeRetainedVariantProperties", ())
        ]
        kept = retained(current.settings, config["ProductionVariants"], excluded)
    plan = _plan(call, config, kept)
    deployment = given.get("DeploymentConfig")
    if deployment is None and given.get("RetainDeploymentConfig"):
        deployment = detail.get("LastDeploymentConfig")
    wait = _deployment_config({"DeploymentConfig": deployment} if deployment else {})
    # Both are up for a while.
    running = current.trees if call.engine.runner(EndpointRunner).find(call.region, name) else 0
    call.engine.capacity.hold(detail["EndpointArn"], trees=running + plan.trees)
    now = time.time()
    variants = [_pending(plan, one, now) for one in config["ProductionVariants"]]
    changes: Detail = {
        "EndpointStatus": "Updating",
        "FailureReason": None,
        "LastDeploymentConfig": deployment,
        "PendingDeploymentSummary": {
            "EndpointConfigName": config["EndpointConfigName"],
            "ProductionVariants": variants,
            "StartTime": now,
        },
        "_next": plan.record(),
        "_wait": wait,
    }
    call.engine.store.update(call.region, NOUN, name, changes)
    call.engine.runner(EndpointRunner).update(call.region, name)
    return {"EndpointArn": detail["EndpointArn"]}


@operation("UpdateEndpointWeightsAndCapacities")
def update_weights(call: Call) -> Answer:
    """Change weights, counts of servers and a serverless variant's concurrency, as it runs."""
    name, detail = _resolve(call)
    _require_own(detail)
    plan = Plan(**detail["_plan"])
    settings = {variant: dict(one) for variant, one in plan.settings.items()}
    for asked in call.parameters["DesiredWeightsAndCapacities"]:
        variant = asked["VariantName"]
        if variant not in settings:
            raise ServiceError(
                "ValidationException",
                f'The variant name(s) "{variant}" is/are not present within endpoint '
                f'configuration "{plan.config["EndpointConfigName"]}".',
            )
        _adjust(settings[variant], asked)
    if call.engine.runner(EndpointRunner).find(call.region, name) is None:
        raise ServiceError(
            "ValidationException",
            f'Endpoint "{detail["EndpointArn"]}" is {detail["EndpointStatus"]}: it has no '
            "instances to change. Update it to a configuration, or delete it.",
        )
    trees = sum(one["count"] for one in settings.values())
    call.engine.capacity.hold(detail["EndpointArn"], trees=max(trees, plan.trees))
    wanted = Plan(plan.config, plan.models, settings).record()
    changes = {"EndpointStatus": "Updating", "_next": wanted}
    call.engine.store.update(call.region, NOUN, name, changes)
    call.engine.runner(EndpointRunner).adjust(call.region, name)
    return {"EndpointArn": detail["EndpointArn"]}


@operation("DeleteEndpoint")
def delete(call: Call) -> Answer:
    """Deleting, then gone with its processes and files."""
    name, detail = _resolve(call)
    if "_id" not in detail:  # a record that a test or bench wrote: nothing runs behind it
        call.engine.store.delete(call.region, NOUN, name)
        return {}
    call.engine.store.update(call.region, NOUN, name, {"EndpointStatus": "Deleting"})
    call.engine.runner(EndpointRunner).delete(call.region, name)
    return {}


def _resolve(call: Call) -> tuple[str, Detail]:
    """The endpoint a request names, when nothing is under way on it. Raises ServiceError."""
    name, detail = records.resolve(call, nouns.find(NOUN))
    if detail["EndpointStatus"] in _BUSY:
        raise ServiceError(
            "ValidationException",
            f'Cannot update in-progress endpoint "{detail["EndpointArn"]}".',
        )
    return name, detail


def _require_own(detail: Detail) -> None:
    """Raises ServiceError for a record that no endpoint of this engine is behind."""
    if "_id" not in detail:
        raise errors.needs_aws(NOUN)


def _plan(call: Call, config: Detail, kept: Mapping[str, Detail]) -> Plan:
    """The plan of a configuration, if this machine takes it. Raises ServiceError."""
    missing = missing_client()
    if missing:
        raise missing
    plan = plan_of(call.engine, call.region, config, kept)
    for instance_type in plan.instance_types:
        call.engine.refuse_instance(NOUN, instance_type)
    return plan


def _deployment_config(given: Detail) -> float:
    """Seconds to wait before the old servers end. Raises ServiceError for what is not run."""
    config = given.get("DeploymentConfig") or {}
    policy = config.get("BlueGreenUpdatePolicy", {})
    routing = policy.get("TrafficRoutingConfiguration", {}).get("Type", "ALL_AT_ONCE")
    unmet = [
        words
        for there, words in (
            (routing != "ALL_AT_ONCE", f"{routing} traffic shifting"),
            ("RollingUpdatePolicy" in config, "rolling updates"),
            (config.get("AutoRollbackConfiguration", {}).get("Alarms"), "rollback by alarms"),
        )
        if there
    ]
    if unmet:
        raise ServiceError(
            "UnsupportedOperation",
            f"The local engine does not run {' and '.join(unmet)}: it changes all traffic over at "
            "once, when every new server answers. Leave it out, or choose an AWS connection.",
        )
    return float(policy.get("TerminationWaitInSeconds", 0))


def _adjust(settings: Detail, wanted: Detail) -> None:
    """Take what is wanted into a variant's settings. Raises ServiceError."""
    serverless = settings["concurrency"] is not None
    if "DesiredWeight" in wanted:
        settings["weight"] = wanted["DesiredWeight"]
    if "DesiredInstanceCount" in wanted:
        count = wanted["DesiredInstanceCount"]
        if serverless or count < 1:
            why = "is serverless" if serverless else "needs at least one instance"
            raise ServiceError(
                "ValidationException",
                f"DesiredInstanceCount {count}: the variant {wanted['VariantName']} {why}.",
            )
        settings["count"] = count
    concurrency = wanted.get("ServerlessUpdateConfig", {}).get("MaxConcurrency")
    if concurrency is not None:
        if not serverless:
            raise ServiceError(
                "ValidationException",
                f"ServerlessUpdateConfig: the variant {wanted['VariantName']} is not serverless.",
            )
        settings["concurrency"] = concurrency


def _pending(plan: Plan, given: Detail, now: float) -> Detail:
    """A variant that is on its way, as PendingDeploymentSummary has it."""
    settings = plan.settings.get(given["VariantName"]) or asdict(settings_of(given))
    pending = {
        "VariantName": given["VariantName"],
        "DesiredWeight": settings["weight"],
        "VariantStatus": [{"Status": "Creating", "StartTime": now}],
    }
    if "ServerlessConfig" not in given:
        pending |= {
            "CurrentInstanceCount": 0,
            "DesiredInstanceCount": settings["count"],
            "InstanceType": given["InstanceType"],
        }
    return pending
