"""Which instances a resource runs on, read where its kind says they stand."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from ..protocol import InstanceGroup, Use
from .kind import Describe, Kind

TYPE_SHAPES: Mapping[Use, str] = {
    "notebook": "InstanceType",
    "studio": "AppInstanceType",
    "training": "TrainingInstanceType",
    "processing": "ProcessingInstanceType",
    "hosting": "ProductionVariantInstanceType",
}
"""A use → the shape of botocore's model whose values are its instance types."""


def no_describe(kind: str, name: str) -> Mapping[str, Any]:
    """For callers that may not ask AWS for more: nothing further is known."""
    return {}


@functools.cache
def _expression(path: str) -> Any:
    import jmespath  # type: ignore[import-untyped]

    return jmespath.compile(path)


def written(groups: Iterable[InstanceGroup]) -> str | None:
    """`2 × ml.m5.xlarge`; None when no type is known."""
    texts = []
    for group in groups:
        if group.type:
            texts.append(group.type if group.count == 1 else f"{group.count} × {group.type}")
    return " + ".join(texts) or None


def groups_of(
    kind: Kind, answer: Mapping[str, Any], describe: Describe = no_describe
) -> tuple[InstanceGroup, ...]:
    """The instances by type; none when the answer does not say.

    `answer` is the summary or the describe answer, as `kind.instance_source` tells; `describe`
    reads a further resource, such as an endpoint's config.
    """
    if kind.instance is None:
        return ()
    if callable(kind.instance):
        return kind.instance(answer, describe)
    found = _expression(kind.instance).search(answer) or ()
    billed_as = kind.billed(answer) if kind.billed is not None else kind.billed_as
    return tuple(
        InstanceGroup(name, 1 if count is None else count, next(iter(more), None), billed_as)
        for name, count, *more in filter(None, found)
        if name
    )
