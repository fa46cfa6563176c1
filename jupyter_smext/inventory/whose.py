"""Whose account a connection leads to, as far as can be told without asking AWS."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PINS = ("aws_access_key_id", "role_arn", "sso_account_id")
ENVIRONMENT = (
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_ARN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
SECRET = ("secret", "token", "password")


@dataclass(frozen=True)
class Way:
    """How a connection signs in: `print` changes with it, `pinned` ones name one account."""

    print: str
    pinned: bool


def way_of(connection: str) -> Way:
    """Read from the AWS configuration files, the environment, or the local engine's state file."""
    facts: dict[str, Any] = {"connection": connection}
    if connection == "local":
        from ..aws.local_engine import state

        engine = state()
        facts["account"] = engine.account if engine else None
        return Way(_digest(facts), engine is not None)
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    try:
        config: Mapping[str, Any] = Session().full_config
    except BotoCoreError:
        return Way("", False)
    facts["config"] = config
    facts["environment"] = {name: os.environ.get(name) for name in ENVIRONMENT}
    if connection.startswith("profile:"):
        own = config.get("profiles", {}).get(connection.removeprefix("profile:"), {})
        pinned = any(name in own for name in PINS)
    else:
        pinned = bool(os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_ROLE_ARN"))
    return Way(_digest(facts), pinned)


def _digest(facts: Mapping[str, Any]) -> str:
    text = json.dumps(_public(facts), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _public(value: Any) -> Any:
    """Without secrets: not even a hash of one belongs on disk."""
    if isinstance(value, Mapping):
        return {
            str(name): _public(part)
            for name, part in value.items()
            if not any(word in str(name).lower() for word in SECRET)
        }
    return value
