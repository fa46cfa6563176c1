"""Which instances a resource runs on, read where its kind says they stand."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from .kind import Describe, Kind


def no_describe(kind: str, name: str) -> Mapping[str, Any]:
    """For callers that may not ask AWS for more: nothing further is known."""
    return {}


@functools.cache
def _expression(path: str) -> Any:
    import jmespath  # type: ignore[import-untyped]

    return jmespath.compile(path)


def written(pairs: Iterable[tuple[str | None, Any]]) -> str | None:
    """`[("ml.m5.xlarge", 2)]` → `2 × ml.m5.xlarge`; None when no type is known."""
    texts = []
    for type_, count in pairs:
        if type_:
            texts.append(type_ if count in (None, 1) else f"{count} × {type_}")
    return " + ".join(texts) or None


def instance_of(
    kind: Kind, answer: Mapping[str, Any], describe: Describe = no_describe
) -> str | None:
    """`2 × ml.m5.xlarge`, or None when the answer does not say.

    `answer` is the summary or the describe answer, as `kind.instance_source` tells; `describe`
    reads a further resource, such as an endpoint's config.
    """
    if kind.instance is None:
        return None
    if callable(kind.instance):
        return kind.instance(answer, describe)
    return written(_expression(kind.instance).search(answer) or ())
