"""Why something could not be read or done."""

from __future__ import annotations

from typing import Literal

import msgspec

Cause = Literal[
    "denied",
    "throttled",
    "signed_out",
    "offline",
    "broken",
    "invalid",
    "not_found",
    "conflict",
    "limit",
    "needs_aws",
]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why something could not be read or done, in words a user can act on.

    `cause` picks how it is shown; `next` says what to do, `command` is what to type in a terminal
    for it. `code` and `request_id` are AWS's own; `permission` is the missing IAM action;
    `retry_at` is epoch seconds.
    """

    status: int
    cause: Cause
    title: str
    detail: str = ""
    next: str = ""
    command: str | None = None
    code: str | None = None
    request_id: str | None = None
    permission: str | None = None
    retry_at: float | None = None
