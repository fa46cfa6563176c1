"""Application Auto Scaling of endpoints: settings kept as records. Nothing here scales anything."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from .. import errors, nouns
from ..contract import ServiceError
from .sagemaker import Answer, Call

Detail = dict[str, Any]

_TARGET, _POLICY = "_ScalableTarget", "_ScalingPolicy"
_COUNT = "sagemaker:variant:DesiredInstanceCount"
_PROVISIONED = "sagemaker:variant:DesiredProvisionedConcurrency"
_RESOURCE = re.compile(r"endpoint/(?P<endpoint>[^/]+)/variant/(?P<variant>[^/]+)")
_PAGE = 50
#: The quota on tags of one scalable target.
_MOST_TAGS = 50
_ROLE = (
    "arn:aws:iam::{account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
)


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("application-autoscaling", call.operation)
    return handler(call)


def _register(call: Call) -> Answer:
    """A scalable target: new, or changed in what is given."""
    given = call.parameters
    variant = _variant(call)
    serverless = "CurrentServerlessConfig" in variant
    if serverless != (given["ScalableDimension"] == _PROVISIONED):
        kind = "serverless" if serverless else "on instances"
        raise _invalid(
            f"The scalable dimension {given['ScalableDimension']} is not one of the variant "
            f"{variant['VariantName']}, which is {kind}."
        )
    key = _key(given)
    old = call.engine.store.get(call.region, _TARGET, key) or {}
    least, most = (given.get(member, old.get(member)) for member in ("MinCapacity", "MaxCapacity"))
    if least is None or most is None:
        raise _invalid("MinCapacity and MaxCapacity are required to register a scalable target.")
    if not 0 <= least <= most:
        raise _invalid(f"MinCapacity {least} has to be at least 0 and at most MaxCapacity {most}.")
    tags = given.get("Tags", {})
    if tags and old:
        raise _invalid("Tags are given when a target is registered first; then use TagResource.")
    _check_tags(tags)
    number = secrets.token_hex(17)
    arn = old.get("ScalableTargetARN") or (
        f"arn:aws:application-autoscaling:{call.region}:{call.engine.account}"
        f":scalable-target/{number}"
    )
    suspended = {
        "DynamicScalingInSuspended": False,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": False,
        **old.get("SuspendedState", {}),
        **given.get("SuspendedState", {}),
    }
    detail: Detail = {
        **_named(given),
        "MinCapacity": least,
        "MaxCapacity": most,
        "RoleARN": _ROLE.replace("{account}", call.engine.account),
        "CreationTime": old.get("CreationTime", time.time()),
        "SuspendedState": suspended,
        "ScalableTargetARN": arn,
        "_arn": arn,
        "_tags": old.get("_tags", tags),
    }
    call.engine.store.put(call.region, _TARGET, key, detail)
    return {"ScalableTargetARN": arn}


def _deregister(call: Call) -> Answer:
    """A target goes with its policies, as on AWS."""
    store, key = call.engine.store, _key(call.parameters)
    if not store.delete(call.region, _TARGET, key):
        raise _not_found("No scalable target found", call.parameters)
    for _, policy, detail in store.all(_POLICY, call.region):
        if _key(detail) == key:
            store.delete(call.region, _POLICY, policy)
    return {}


def _put_policy(call: Call) -> Answer:
    given = call.parameters
    if call.engine.store.get(call.region, _TARGET, _key(given)) is None:
        raise _not_found("No scalable target registered", given)
    key = f"{_key(given)},{given['PolicyName']}"
    old = call.engine.store.get(call.region, _POLICY, key) or {}
    # "The default is StepScaling"; a policy keeps its type.
    kind = given.get("PolicyType", old.get("PolicyType", "StepScaling"))
    member = f"{kind}PolicyConfiguration"
    if old and old["PolicyType"] != kind:
        raise _invalid(f"The policy {given['PolicyName']} is of the type {old['PolicyType']}.")
    if kind == "PredictiveScaling":
        raise _invalid("PredictiveScaling is not supported for sagemaker.")
    if member not in given and member not in old:
        raise _invalid(f"{member} is required for a policy of the type {kind}.")
    number = str(uuid.uuid4())
    arn = old.get("PolicyARN") or (
        f"arn:aws:autoscaling:{call.region}:{call.engine.account}:scalingPolicy:{number}:resource/"
        f"sagemaker/{given['ResourceId']}:policyName/{given['PolicyName']}"
    )
    detail = {
        "PolicyARN": arn,
        "PolicyName": given["PolicyName"],
        **_named(given),
        "PolicyType": kind,
        member: given.get(member, old.get(member)),
        # No alarms: nothing watches the metric here.
        "Alarms": [],
        "CreationTime": old.get("CreationTime", time.time()),
        "_arn": arn,
    }
    call.engine.store.put(call.region, _POLICY, key, detail)
    return {"PolicyARN": arn, "Alarms": []}


def _delete_policy(call: Call) -> Answer:
    given = call.parameters
    key = f"{_key(given)},{given['PolicyName']}"
    if not call.engine.store.delete(call.region, _POLICY, key):
        raise _not_found("No scaling policy found", given)
    return {}


def _describe_targets(call: Call) -> Answer:
    wanted = call.parameters.get("ResourceIds")
    if "ScalableDimension" in call.parameters and not wanted:
        raise _invalid("A ScalableDimension asks for ResourceIds, too.")
    found = (
        detail for detail in _all(call, _TARGET) if not wanted or detail["ResourceId"] in wanted
    )
    return _page(call, "ScalableTargets", found, "ScalableTargetARN")


def _describe_policies(call: Call) -> Answer:
    given = call.parameters
    names, resource = given.get("PolicyNames"), given.get("ResourceId")
    found = (
        detail
        for detail in _all(call, _POLICY)
        if (not names or detail["PolicyName"] in names or detail["PolicyARN"] in names)
        and resource in (None, detail["ResourceId"])
    )
    return _page(call, "ScalingPolicies", found, "PolicyARN")


def _describe_activities(call: Call) -> Answer:
    """None, which is the truth: nothing scales here."""
    return {"ScalingActivities": []}


def _describe_scheduled(call: Call) -> Answer:
    """None, which is the truth: PutScheduledAction is refused."""
    return {"ScheduledActions": []}


def _tag(call: Call) -> Answer:
    key, detail = _tagged(call)
    tags = {**detail.get("_tags", {}), **call.parameters["Tags"]}
    _check_tags(tags)
    call.engine.store.update(call.region, _TARGET, key, {"_tags": tags})
    return {}


def _untag(call: Call) -> Answer:
    key, detail = _tagged(call)
    gone = set(call.parameters["TagKeys"])
    tags = {name: value for name, value in detail.get("_tags", {}).items() if name not in gone}
    call.engine.store.update(call.region, _TARGET, key, {"_tags": tags})
    return {}


def _list_tags(call: Call) -> Answer:
    return {"Tags": _tagged(call)[1].get("_tags", {})}


def _tagged(call: Call) -> tuple[str, Detail]:
    arn = call.parameters["ResourceARN"]
    found = call.engine.store.find(arn)
    if found is None or found[:2] != (call.region, _TARGET):
        raise ServiceError(
            "ResourceNotFoundException",
            f"The resource {arn} does not exist.",
            members={"ResourceName": arn},
        )
    return found[2], found[3]


def _check_tags(tags: Detail) -> None:
    if len(tags) > _MOST_TAGS:
        raise ServiceError(
            "TooManyTagsException", f"A scalable target carries at most {_MOST_TAGS} tags."
        )


def _variant(call: Call) -> Detail:
    """The variant that a ResourceId names. Raises ServiceError ValidationException."""
    given = call.parameters
    found = _RESOURCE.fullmatch(given["ResourceId"])
    known = given["ScalableDimension"] in (_COUNT, _PROVISIONED)
    if given["ServiceNamespace"] != "sagemaker" or not found or not known:
        raise _invalid("Unsupported service namespace, resource type or scalable dimension")
    key = nouns.find("Endpoint").key({"EndpointName": found["endpoint"]})
    detail = call.engine.store.get(call.region, "Endpoint", key) or {}
    for variant in detail.get("ProductionVariants", ()):
        if variant["VariantName"] == found["variant"]:
            described: Detail = variant
            return described
    raise _invalid(f"SageMaker endpoint variant doesn't exist: {given['ResourceId']}")


def _named(given: Detail) -> Detail:
    return {
        member: given[member] for member in ("ServiceNamespace", "ResourceId", "ScalableDimension")
    }


def _key(given: Detail) -> str:
    return ",".join(_named(given).values())


def _all(call: Call, noun: str) -> list[Detail]:
    """The records of a noun that the common members of a Describe choose."""
    given = call.parameters
    dimension = given.get("ScalableDimension")
    return [
        detail
        for _, _, detail in call.engine.store.all(noun, call.region)
        if detail["ServiceNamespace"] == given["ServiceNamespace"]
        and dimension in (None, detail["ScalableDimension"])
    ]


def _page(call: Call, member: str, found: Iterable[Detail], key: str) -> Answer:
    """Ordered by ARN; the token is the last one of the page before."""
    after = call.parameters.get("NextToken", "")
    most = call.parameters.get("MaxResults", _PAGE)
    if not 1 <= most <= _PAGE:
        raise _invalid(f"MaxResults is from 1 to {_PAGE}.")
    if after and not after.startswith("arn:"):
        raise ServiceError("InvalidNextTokenException", "The token was not given by this service.")
    rows = sorted((row for row in found if row[key] > after), key=lambda row: str(row[key]))
    page: Answer = {member: rows[:most]}
    if len(rows) > most:
        page["NextToken"] = rows[most - 1][key]
    return page


def _invalid(why: str) -> ServiceError:
    return ServiceError("ValidationException", why)


def _not_found(what: str, given: Detail) -> ServiceError:
    return ServiceError(
        "ObjectNotFoundException",
        f"{what} for service namespace: {given['ServiceNamespace']}, resource ID: "
        f"{given['ResourceId']}, scalable dimension: {given['ScalableDimension']}",
    )


_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "DeleteScalingPolicy": _delete_policy,
    "DeregisterScalableTarget": _deregister,
    "DescribeScalableTargets": _describe_targets,
    "DescribeScalingActivities": _describe_activities,
    "DescribeScalingPolicies": _describe_policies,
    "DescribeScheduledActions": _describe_scheduled,
    "ListTagsForResource": _list_tags,
    "PutScalingPolicy": _put_policy,
    "RegisterScalableTarget": _register,
    "TagResource": _tag,
    "UntagResource": _untag,
}
