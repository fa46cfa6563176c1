"""AWS::ApplicationAutoScaling::*: how an endpoint is to scale, as records; nothing here scales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .place import Detail, Failed, Made, Place, ResourceType
from .property_values import fit, input_shape

_SERVICE = "application-autoscaling"
_WHAT = ("ResourceId", "ScalableDimension", "ServiceNamespace")


class ScalableTarget(ResourceType):
    """A variant and the bounds of its count."""

    attributes = ("Id",)

    async def find(self, place: Place, properties: Detail) -> Made | None:
        what = {name: str(properties.get(name)) for name in _WHAT}
        return self._made(what) if await self._there(place, what) else None

    async def create(self, place: Place, properties: Detail) -> Made:
        if properties.get("ScheduledActions"):
            raise Failed("ScheduledActions need AWS: nothing scales on the local engine.")
        given = {name: one for name, one in properties.items() if name != "ScheduledActions"}
        tags = place.tags(given.pop("Tags", ()))
        given["Tags"] = {tag["Key"]: tag["Value"] for tag in tags}
        fitting = fit(input_shape(_SERVICE, "RegisterScalableTarget"), given)
        what = {name: str(fitting.get(name)) for name in _WHAT}
        # To register a target again changes it: it would not be this stack's.
        if all(name in fitting for name in _WHAT) and await self._there(place, what):
            raise Failed(f"{self._made(what).ref} already exists")
        await place.ask(_SERVICE, "RegisterScalableTarget", **fitting)
        return self._made(what)

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        if await self._there(place, made.identity):
            await place.ask(_SERVICE, "DeregisterScalableTarget", **made.identity)

    async def _there(self, place: Place, what: Mapping[str, Any]) -> bool:
        found = await place.ask(
            _SERVICE,
            "DescribeScalableTargets",
            ServiceNamespace=what["ServiceNamespace"],
            ResourceIds=[what["ResourceId"]],
            ScalableDimension=what["ScalableDimension"],
        )
        return bool(found["ScalableTargets"])

    def _made(self, what: Mapping[str, str]) -> Made:
        ref = "|".join(what[name] for name in _WHAT)
        return Made(ref, what, {"Id": ref})


class ScalingPolicy(ResourceType):
    """A policy of a scalable target."""

    attributes = ("Arn",)

    async def create(self, place: Place, properties: Detail) -> Made:
        given = dict(properties)
        if (target := given.pop("ScalingTargetId", None)) is not None:
            given |= dict(zip(_WHAT, str(target).split("|"), strict=False))
        fitting = fit(input_shape(_SERVICE, "PutScalingPolicy"), given)
        answer = await place.ask(_SERVICE, "PutScalingPolicy", **fitting)
        members = ("PolicyName", *_WHAT)
        arn = str(answer["PolicyARN"])
        return Made(arn, {name: fitting[name] for name in members}, {"Arn": arn})

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        found = await place.ask(
            _SERVICE,
            "DescribeScalingPolicies",
            PolicyNames=[made.identity["PolicyName"]],
            **{name: made.identity[name] for name in _WHAT},
        )
        if found["ScalingPolicies"]:  # it goes with its target too
            await place.ask(_SERVICE, "DeleteScalingPolicy", **made.identity)


SCALING: Mapping[str, ResourceType] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": ScalableTarget(),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ScalingPolicy(),
}
