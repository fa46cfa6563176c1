"""SageMaker: the operations that code was written for; every other one is generic (`records`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..engine import Engine

Answer = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request: `parameters` hold what the operation's input shape allows, times as epoch seconds."""

    operation: str
    region: str
    parameters: dict[str, Any]
    engine: Engine

    def arn(self, resource: str, name: str) -> str:
        """arn:aws:sagemaker:REGION:ACCOUNT:RESOURCE/NAME."""
        return f"arn:aws:sagemaker:{self.region}:{self.engine.account}:{resource}/{name}"


Handler = Callable[[Call], "Answer | Awaitable[Answer]"]
_F = TypeVar("_F", bound=Handler)

OPERATIONS: dict[str, Handler] = {}


def operation(name: str) -> Callable[[_F], _F]:
    """Register the function that answers an operation, in place of the generic one."""

    def register(function: _F) -> _F:
        OPERATIONS[name] = function
        return function

    return register
