"""NextToken: where the next page goes on, as text that a client passes back as it is."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from ..contract import ServiceError

_T = TypeVar("_T")


def sealed(value: Any) -> str:
    """A token that carries a JSON value, in letters that every service's model allows."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def opened(token: str, refusal: ServiceError) -> Any:
    """The value in a token of `sealed`. Raises `refusal` for a token that no answer gave."""
    try:
        return json.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise refusal from None


def behind(token: str, refusal: ServiceError) -> int:
    """How many items a token of `sealed` says are behind. Raises `refusal` as `opened`."""
    value = opened(token, refusal)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise refusal
    return value


def page(
    given: Mapping[str, Any], items: list[_T], size: int, refusal: ServiceError
) -> tuple[list[_T], dict[str, str]]:
    """The items that a request's NextToken and MaxResults (else `size`) ask for, and the members
    that lead to the next. Raises `refusal` as `opened`.
    """
    first = behind(given["NextToken"], refusal) if "NextToken" in given else 0
    last = first + given.get("MaxResults", size)
    return items[first:last], {"NextToken": sealed(last)} if last < len(items) else {}
