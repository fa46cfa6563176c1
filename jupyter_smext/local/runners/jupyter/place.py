"""What a JupyterLab is started for and with."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .files import Door, JupyterFiles


class StartFailed(Exception):
    """A server that did not come up; the message is its FailureReason."""


@dataclass(frozen=True)
class Script:
    """A lifecycle script; `about` says whose it is, as the start of a FailureReason."""

    hook: str
    about: str
    content: bytes

    @classmethod
    def decoded(cls, hook: str, about: str, content: str) -> Script:
        """A script as AWS's records hold it. Raises StartFailed when that is not base64."""
        try:
            # `base64` breaks its output into lines.
            return cls(hook, about, base64.b64decode("".join(content.split()), validate=True))
        except ValueError as error:
            raise StartFailed(f"{about}: its {hook} script is not base64 ({error}).") from None

    @property
    def log(self) -> str:
        return f"LifecycleConfig{self.hook}"


@dataclass(frozen=True)
class LogPlace:
    """Where in CloudWatch Logs it goes what a server (`stream`) and its scripts (`hook`) print.

    `{}` in `hook` is for the name of a script's log.
    """

    group: str
    stream: str
    hook: str


@dataclass(frozen=True)
class Place:
    """What a JupyterLab is started for and with.

    `what` names the resource in sentences; `kept` are settings that are kept but not applied;
    `metadata` is what AWS's clients read in /opt/ml/metadata, shown there where the OS allows.
    """

    what: str
    arn: str
    region: str
    instance_type: str
    files: JupyterFiles
    door: Door
    metadata: Mapping[str, Any]
    logs: LogPlace
    kept: Sequence[str] = ()
    scripts: Sequence[Script] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    idle_seconds: int | None = None
    port: int = 0
