"""What a remote Jupyter server's answers have at least (jupyter_server, its openapi.yaml)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from ..aws.errors import ProblemError
from ..aws.problems import problem
from ..decoding import convert

if TYPE_CHECKING:
    import httpx


class Kernel(msgspec.Struct):
    id: str
    name: str
    execution_state: str
    connections: int
    last_activity: str


class KernelOfSession(msgspec.Struct):
    id: str


class Session(msgspec.Struct):
    path: str = ""
    kernel: KernelOfSession | None = None


class Spec(msgspec.Struct):
    display_name: str = ""
    language: str = ""
    metadata: dict[str, Any] = {}


class Named(msgspec.Struct):
    spec: Spec


class Kernelspecs(msgspec.Struct):
    default: str
    kernelspecs: dict[str, Named]


class Folder(msgspec.Struct):
    content: list[Any]


def told(name: str, answer: httpx.Response, type: Any) -> Any:
    """The JSON of an answer of `name`, which has at least what `type` has. Raises ProblemError."""
    try:
        told = answer.json()
        convert(told, type)
    except (ValueError, RecursionError) as error:
        raise ProblemError(
            problem(
                "broken",
                f"The Jupyter server of {name} answered in an unknown way",
                f"{error} ({answer.request.method} {answer.request.url.path})",
                "Open it and look whether its Jupyter works.",
            )
        ) from error
    return told


def moment(stamp: str) -> datetime:
    """Of a stamp as Jupyter writes it: `2026-11-25T21:43:16.000000Z`. Raises ValueError."""
    return datetime.fromisoformat(stamp.replace("Z", "+00:00"))
