"""Time windows lose nothing and invent nothing, whatever changes while they are read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_smext.inventory.windows import cut, join, since

FILTERS = ("CreationTimeAfter", "CreationTimeBefore")


@st.composite
def times_of_lists(draw: st.DrawFn) -> list[float]:
    """Creation times of a list, long more often than not; a short spread makes ties and crowds."""
    size = draw(st.sampled_from((0, 1, 100, 101, 250, 400)))
    spread = draw(st.sampled_from((0, 3, 40, 400, 1e6)))
    chance = draw(st.randoms(use_true_random=False))
    return [1.7e9 + round(chance.random() * spread, chance.choice((0, 2))) for _ in range(size)]


TIMES = times_of_lists()


class Listing:
    """What a List operation promises: newest first, pages of 100, bounds strict or inclusive."""

    def __init__(self, times: list[float], strict: bool) -> None:
        self.items = {f"item-{index}": time for index, time in enumerate(times)}
        self.strict = strict

    def pages(self, parameters: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
        """Page after page; every page is cut from the items that are there at that time."""
        # botocore sends whole seconds.
        bounds = {name: math.floor(value.timestamp()) for name, value in parameters.items()}
        last: tuple[float, str] | None = None
        while True:
            found = sorted(
                (
                    (time, name)
                    for name, time in self.items.items()
                    if self._within(time, bounds) and (last is None or (time, name) < last)
                ),
                reverse=True,
            )
            yield [{"Name": name, "CreationTime": time} for time, name in found[:100]]
            if len(found) <= 100:
                return
            last = found[99]

    def _within(self, time: float, bounds: dict[str, int]) -> bool:
        after, before = (bounds.get(name) for name in FILTERS)
        if self.strict:
            return (after is None or time > after) and (before is None or time < before)
        return (after is None or time >= after) and (before is None or time <= before)


@given(times=TIMES, strict=st.booleans(), data=st.data())
def test_windows_find_all_that_stayed_and_nothing_else(
    times: list[float], strict: bool, data: st.DataObject
) -> None:
    listing = Listing(times, strict)
    before = set(listing.items)
    ever = set(before)
    walks = [listing.pages(window) for window in cut(times, FILTERS)]
    parts: list[list[dict[str, Any]]] = [[] for _ in walks]
    unfinished = list(range(len(walks)))
    while unfinished:
        turn = data.draw(st.sampled_from(unfinished), label="who reads its next page")
        page = next(walks[turn], None)
        if page is None:
            unfinished.remove(turn)
            continue
        parts[turn] += page
        change = data.draw(st.sampled_from(("none", "add", "delete")), label="meanwhile")
        if change == "add":
            name = f"new-{len(ever)}"
            listing.items[name] = 1.7e9 + 500
            ever.add(name)
        elif change == "delete" and listing.items:
            del listing.items[data.draw(st.sampled_from(sorted(listing.items)))]
    got = [item["Name"] for item in join(parts, lambda item: item["Name"])]
    assert len(got) == len(set(got))
    assert (before & set(listing.items)) - set(got) == set()
    assert set(got) - ever == set()


@given(times=TIMES)
def test_windows_fit_a_page_unless_an_instant_is_crowded(times: list[float]) -> None:
    windows = cut(times, FILTERS)
    if len(times) <= 100:
        assert windows == [{}]
    for window in windows:
        assert set(window) <= set(FILTERS)


def test_windows_are_cut_newest_first_and_overlap() -> None:
    windows = cut([1.7e9 + 1000 * index for index in range(500)], FILTERS)
    assert len(windows) == 7
    assert set(windows[0]) == {FILTERS[0]} and set(windows[-1]) == {FILTERS[1]}
    for newer, older in zip(windows, windows[1:], strict=False):
        assert older[FILTERS[1]] > newer[FILTERS[0]]


def test_items_without_a_time_are_not_cut() -> None:
    assert cut([None] * 500, FILTERS) == [{}]


def test_a_watermark_includes_the_newest_known_item() -> None:
    (bound,) = since([None, 1.7e9, 1.7e9 + 5.7], FILTERS[0]).values()
    assert bound.timestamp() <= 1.7e9 + 5 - 0.3
    assert since([], FILTERS[0]) == {}
