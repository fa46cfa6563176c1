"""Which version of a model is newer."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec


class Versions(msgspec.Struct, frozen=True):
    """Of a model, newest first; those `deprecated` are among them."""

    all: tuple[str, ...]
    deprecated: tuple[str, ...] = ()


def _order(version: str) -> tuple[tuple[int, ...], str]:
    """By their numbers: proprietary models have versions like `v1.0-rc3`, which no standard has."""
    return tuple(int(part[:9]) for part in re.findall(r"\d+", version)), version


def newest_first(versions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(versions), key=_order, reverse=True))
