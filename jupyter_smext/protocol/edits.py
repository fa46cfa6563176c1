"""What is changed of a resource that is there: its tags, and how an endpoint scales."""

from __future__ import annotations

import msgspec

from .problem import Problem


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
    """A target-tracking policy: AWS keeps `metric` near `target` by more or fewer instances.

    `metric` is a PredefinedMetricType, or None for one of the policy's own; cooldowns in seconds,
    None where AWS's own hold.
    """

    name: str
    metric: str | None
    target: float
    scale_in_cooldown: int | None = None
    scale_out_cooldown: int | None = None


class VariantScaling(msgspec.Struct, frozen=True):
    """How one production variant scales: between `least` and `most`, None where it does not.

    `dimension` says of what (`instances`, or a serverless variant's provisioned `concurrency`),
    None for a variant that cannot be scaled; `why_not` says why. `others` are names of policies
    that are no target tracking.
    """

    variant: str
    dimension: str | None
    why_not: str
    least: int | None
    most: int | None
    policies: tuple[TargetTracking, ...]
    others: tuple[str, ...]
    suspended: bool


class EndpointScaling(msgspec.Struct, frozen=True):
    """How the production variants of an endpoint scale, and the metrics that a target may be of."""

    endpoint: str
    variants: tuple[VariantScaling, ...]
    metrics: tuple[str, ...]
    problem: Problem | None


class ScalingChange(msgspec.Struct, frozen=True):
    """How a variant is to scale; `policy` None leaves the policies as they are."""

    least: int
    most: int
    policy: TargetTracking | None = None
