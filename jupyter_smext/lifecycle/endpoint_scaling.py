"""How an endpoint's production variants scale: Application Auto Scaling's targets and policies.

Sources: Application Auto Scaling's API reference, and AWS "Automatic scaling of Amazon SageMaker AI
models".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..kinds.model import loader
from ..protocol import AwsCall, EndpointScaling, ScalingChange, TargetTracking, VariantScaling

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

SERVICE = "application-autoscaling"
DIMENSIONS: Mapping[str, Literal["instances", "concurrency"]] = {
    "sagemaker:variant:DesiredInstanceCount": "instances",
    "sagemaker:variant:DesiredProvisionedConcurrency": "concurrency",
}
PREFIX = "SageMakerVariant"
OF_CONCURRENCY = "SageMakerVariantProvisionedConcurrencyUtilization"
TRACKING = "TargetTrackingScaling"
CONFIGURATION = f"{TRACKING}PolicyConfiguration"

Answer = Mapping[str, Any]


def read_scaling(
    sessions: Sessions, connection: str, region: str, endpoint: Answer
) -> EndpointScaling:
    """How the variants of a described endpoint scale. Blocks. Raises ProblemError."""
    name = endpoint["EndpointName"]
    variants = endpoint.get("ProductionVariants", ())
    ids = [_resource(name, variant["VariantName"]) for variant in variants]
    if not ids:
        return EndpointScaling(name, ())
    client = sessions.client(connection, region, SERVICE)
    place = {"ServiceNamespace": "sagemaker"}
    with calling(connection, "DescribeScalableTargets", SERVICE):
        pages = client.get_paginator("describe_scalable_targets")
        targets = pages.paginate(**place, ResourceIds=ids).build_full_result()["ScalableTargets"]
    policies: list[Answer] = []
    # Without a target there is no policy.
    for id in dict.fromkeys(target["ResourceId"] for target in targets):
        with calling(connection, "DescribeScalingPolicies", SERVICE):
            pages = client.get_paginator("describe_scaling_policies")
            found = pages.paginate(**place, ResourceId=id).build_full_result()
            policies += found["ScalingPolicies"]
    return EndpointScaling(name, tuple(_variant(name, one, targets, policies) for one in variants))


def change_scaling(
    sessions: Sessions,
    connection: str,
    region: str,
    endpoint: Answer,
    variant: str,
    change: ScalingChange | None,
) -> None:
    """Let a variant scale so, or not at all (None). Blocks.

    Raises a ProblemError: 404 for no such variant, 409 where it cannot be scaled, 400 for values
    that contradict each other, or AWS's own.
    """
    known = read_scaling(sessions, connection, region, endpoint)
    now = next((one for one in known.variants if one.variant == variant), None)
    if now is None:
        names = ", ".join(one.variant for one in known.variants)
        raise ProblemError(
            problem(
                "not_found",
                f"{known.endpoint} has no variant {variant[:80]!r}",
                f"Its variants are {names or 'not there yet'}.",
            )
        )
    if now.of is None:
        raise ProblemError(problem("conflict", f"{variant} cannot be scaled", now.why_not))
    if change is None:
        calls: Sequence[AwsCall] = unscaling_calls(known.endpoint, now)
    else:
        check(change, now.metrics)
        calls = scaling_calls(known.endpoint, variant, now.of, change)
    for call in calls:
        call_scaling(sessions, connection, region, call)


def call_scaling(sessions: Sessions, connection: str, region: str, call: AwsCall) -> None:
    """One call of Application Auto Scaling. Blocks. Raises ProblemError."""
    from botocore import xform_name

    client = sessions.client(connection, region, SERVICE)
    with calling(connection, call.operation, SERVICE):
        getattr(client, xform_name(call.operation))(**call.parameters)


def check(change: ScalingChange, metrics: Sequence[str]) -> None:
    """Raises a 400 ProblemError for what contradicts itself."""
    why = ""
    if not 0 <= change.least <= change.most:
        why = f"{change.least} to {change.most} is no range from 0 upwards."
    elif change.tracking is not None:
        tracking = change.tracking
        if tracking.metric not in metrics:
            why = f"Its metric is one of {', '.join(metrics)}."
        elif not tracking.target > 0:
            why = "Its target is more than 0."
        elif min(tracking.scale_in_cooldown or 0, tracking.scale_out_cooldown or 0) < 0:
            why = "A cooldown has no fewer than 0 seconds."
    if why:
        raise ProblemError(problem("invalid", "A variant cannot scale like this", why))


def scaling_calls(
    endpoint: str,
    variant: str,
    of: Literal["instances", "concurrency"],
    change: ScalingChange,
) -> tuple[AwsCall, ...]:
    """The calls that let a variant scale, in order."""
    named = _named(endpoint, variant, of)
    target = {**named, "MinCapacity": change.least, "MaxCapacity": change.most}
    calls = [AwsCall("RegisterScalableTarget", target, SERVICE)]
    tracking = change.tracking
    if tracking is not None:
        configuration: dict[str, Any] = {
            "TargetValue": tracking.target,
            "PredefinedMetricSpecification": {"PredefinedMetricType": tracking.metric},
        }
        cooldowns = {
            "ScaleInCooldown": tracking.scale_in_cooldown,
            "ScaleOutCooldown": tracking.scale_out_cooldown,
        }
        configuration |= {name: s for name, s in cooldowns.items() if s is not None}
        policy = {
            **named,
            "PolicyName": tracking.name or f"{variant}-{tracking.metric}",
            "PolicyType": TRACKING,
            CONFIGURATION: configuration,
        }
        calls.append(AwsCall("PutScalingPolicy", policy, SERVICE))
    return tuple(calls)


def unscaling_calls(endpoint: str, now: VariantScaling) -> tuple[AwsCall, ...]:
    """The call that leaves a variant as it is: AWS deletes the policies with the target."""
    if now.least is None or now.of is None:
        return ()
    return (AwsCall("DeregisterScalableTarget", _named(endpoint, now.variant, now.of), SERVICE),)


@functools.cache
def metrics_of(of: Literal["instances", "concurrency"]) -> tuple[str, ...]:
    """The predefined metrics that a target of a variant may be of, from AWS's model."""
    from botocore.model import ServiceModel

    model = ServiceModel(loader().load_service_model(SERVICE, "service-2"), SERVICE)
    names = [name for name in model.shape_for("MetricType").enum if name.startswith(PREFIX)]
    return tuple(name for name in names if (name == OF_CONCURRENCY) == (of == "concurrency"))


def _variant(
    endpoint: str, described: Answer, targets: Sequence[Answer], policies: Sequence[Answer]
) -> VariantScaling:
    name = described["VariantName"]
    of, why_not = _scaled(described)
    dimension = next((key for key, value in DIMENSIONS.items() if value == of), None)

    def of_it(found: Sequence[Answer]) -> Iterator[Answer]:
        wanted = _resource(endpoint, name), dimension
        return (one for one in found if (one["ResourceId"], one["ScalableDimension"]) == wanted)

    target = next(of_it(targets), {})
    own = list(of_it(policies))
    return VariantScaling(
        variant=name,
        of=of,
        why_not=why_not,
        least=target.get("MinCapacity"),
        most=target.get("MaxCapacity"),
        tracking=tuple(_tracking(one) for one in own if CONFIGURATION in one),
        others=tuple(one["PolicyName"] for one in own if CONFIGURATION not in one),
        metrics=metrics_of(of) if of else (),
    )


def _scaled(described: Answer) -> tuple[Literal["instances", "concurrency"] | None, str]:
    """What of a variant is scaled; or why nothing is."""
    if described.get("ManagedInstanceScaling", {}).get("Status") == "ENABLED":
        return None, "SageMaker scales its instances by the inference components on them."
    serverless = described.get("CurrentServerlessConfig")
    if serverless is None:
        return "instances", ""
    if "ProvisionedConcurrency" in serverless:
        return "concurrency", ""
    return None, "Serverless without provisioned concurrency scales by itself."


def _tracking(policy: Answer) -> TargetTracking:
    found = policy[CONFIGURATION]
    return TargetTracking(
        metric=found.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType"),
        target=found["TargetValue"],
        scale_in_cooldown=found.get("ScaleInCooldown"),
        scale_out_cooldown=found.get("ScaleOutCooldown"),
        name=policy["PolicyName"],
    )


def _resource(endpoint: str, variant: str) -> str:
    return f"endpoint/{endpoint}/variant/{variant}"


def _named(endpoint: str, variant: str, of: Literal["instances", "concurrency"]) -> dict[str, str]:
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": _resource(endpoint, variant),
        "ScalableDimension": next(key for key, value in DIMENSIONS.items() if value == of),
    }
