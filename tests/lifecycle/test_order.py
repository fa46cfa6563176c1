"""The order of steps: who uses something goes before what is used."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_smext.lifecycle.order import in_order

LINKS = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


def test_keeps_the_given_order_where_it_can() -> None:
    assert in_order("abc", {}) == ["a", "b", "c"]
    assert in_order("abc", {"a": {"c"}}) == ["b", "c", "a"]
    assert in_order("ab", {"a": {"z"}}) == ["a", "b"], "what is not in the plan is not waited for"


def test_a_circle_is_cut() -> None:
    assert in_order("abc", {"a": {"b"}, "b": {"a"}}) == ["c", "a", "b"]


@given(LINKS)
def test_users_go_first(links: set[tuple[int, int]]) -> None:
    after: dict[int, set[int]] = {}
    for low, high in links:
        if low < high:
            after.setdefault(low, set()).add(high)
    order = in_order(range(13), after)
    assert sorted(order) == list(range(13))
    for item, users in after.items():
        assert all(order.index(user) < order.index(item) for user in users)


@given(LINKS)
def test_nothing_is_lost_in_circles(links: set[tuple[int, int]]) -> None:
    after: dict[int, set[int]] = {}
    for one, other in links:
        after.setdefault(one, set()).add(other)
    assert sorted(in_order(range(13), after)) == list(range(13))
