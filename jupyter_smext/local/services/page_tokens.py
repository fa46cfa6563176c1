"""NextToken: where the next page goes on, as text that a client passes back as it is."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from ..contract import ServiceError


def sealed(value: Any) -> str:
    """A token that carries a JSON value, in letters that every service's model allows."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def opened(token: str, refusal: ServiceError) -> Any:
    """The value in a token of `sealed`. Raises `refusal` for a token that no answer gave."""
    try:
        return json.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise refusal from None
