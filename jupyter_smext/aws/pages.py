"""All items of one list operation, page by page: `get_paginator` is slow when it is cold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class PageNames(NamedTuple):
    """What an operation calls the size of a page, the token that asks for one, and the next one."""

    size: str
    asked: str
    next: str


PAGE_NAMES = PageNames("MaxResults", "NextToken", "NextToken")
KMS_PAGE_NAMES = PageNames("Limit", "Marker", "NextMarker")


def walk(
    client: Any,
    operation: str,
    parameters: Mapping[str, Any],
    result_key: str,
    max_results: int | None = 100,
    on_page: Callable[[list[dict[str, Any]]], None] | None = None,
    names: PageNames = PAGE_NAMES,
) -> list[dict[str, Any]]:
    """The items of every page; `on_page` gets each page as it comes; `names` are of its members.

    Raises botocore's errors, and UnreadableAnswer when AWS repeats a page token or leaves a list
    out that its model promises: neither may read as "that is all".
    """
    from botocore import xform_name

    from .parser import UnreadableAnswer

    call = getattr(client, xform_name(operation))
    asked = dict(parameters)
    if max_results is not None:
        asked[names.size] = max_results
    items: list[dict[str, Any]] = []
    tokens: set[str] = set()
    while True:
        answer = call(**asked)
        page = answer.get(result_key)
        if page is None:
            shape = client.meta.service_model.operation_model(operation).output_shape
            if result_key in shape.required_members:
                raise UnreadableAnswer(f"The answer to {operation} has no {result_key}")
            page = []
        items += page
        if on_page is not None:
            on_page(page)
        token = answer.get(names.next)
        if not token:
            return items
        if token in tokens:
            raise UnreadableAnswer(f"{operation} gave the same page token twice")
        tokens.add(token)
        asked[names.asked] = token
