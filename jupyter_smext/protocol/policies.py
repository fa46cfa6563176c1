"""The IAM policies that the extension asks for."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

PolicyName = Literal["panel", "resources", "solutions"]


class Policy(msgspec.Struct, frozen=True):
    """An IAM policy document, and what of it is for the permission that was asked about.

    `name` is what it is for: the panel with all that starts from it, the tabs of resources, or the
    solutions of JumpStart. `statements` are the Sids of those that hold the permission; all of them
    where none was named.
    """

    name: PolicyName
    document: dict[str, Any]
    statements: tuple[str, ...]
