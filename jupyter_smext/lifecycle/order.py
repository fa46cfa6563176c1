"""The order of a shut-down: who uses something goes before what is used."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Set
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def in_order(items: Iterable[T], after: Mapping[T, Set[T]]) -> list[T]:
    """`items` as they come, but each behind all it is `after`; a circle is cut at its first."""
    left = list(items)
    placed: set[T] = set()
    order: list[T] = []
    known = set(left)
    while left:
        ready = (item for item in left if after.get(item, set()) & known <= placed)
        item = next(ready, left[0])
        left.remove(item)
        placed.add(item)
        order.append(item)
    return order
