"""What is changed of a resource that is there: its tags, and how an endpoint scales."""

from __future__ import annotations

from typing import Literal

import msgspec


class Tag(msgspec.Struct, frozen=True):
    """A tag of a resource; AWS keeps keys that begin with `aws:` to itself."""

    key: str
    value: str


class Tags(msgspec.Struct, frozen=True):
    """The tags of the resource with this ARN, by key."""

    arn: str
    tags: tuple[Tag, ...]


class TagChanges(msgspec.Struct, frozen=True):
    """Tags to set, by key, and keys to take away: all others stay, whoever set them meanwhile."""

    put: dict[str, str] = {}
    remove: tuple[str, ...] = ()


class TargetTracking(msgspec.Struct, frozen=True):
    """A target-tracking policy: Application Auto Scaling keeps `metric` near `target`.

    `metric` is a PredefinedMetricType, None for one that the policy describes itself. Cooldowns
    are in seconds, None where AWS's own hold.
    """

    metric: str | None
    target: float
    scale_in_cooldown: int | None = None
    scale_out_cooldown: int | None = None
    name: str = ""


class VariantScaling(msgspec.Struct, frozen=True):
    """How one production variant scales: from `least` to `most`, both None where it does not.

    `of` is what there is more or less of: instances, or provisioned concurrency; None where it
    cannot be scaled, and `why_not` says why. `metrics` are what a target may be of, and `others`
    the names of policies that track no target.
    """

    variant: str
    of: Literal["instances", "concurrency"] | None
    why_not: str
    least: int | None
    most: int | None
    tracking: tuple[TargetTracking, ...]
    others: tuple[str, ...]
    metrics: tuple[str, ...]


class EndpointScaling(msgspec.Struct, frozen=True):
    """How the production variants of an endpoint scale."""

    endpoint: str
    variants: tuple[VariantScaling, ...]


class ScalingChange(msgspec.Struct, frozen=True):
    """How a variant is to scale. Without `tracking` its policies stay as they are."""

    least: int
    most: int
    tracking: TargetTracking | None = None
