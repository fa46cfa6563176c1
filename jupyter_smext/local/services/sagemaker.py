"""SageMaker: who answers an operation: code written for it, else the generic record operations."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from .. import errors, nouns
from ..contract import service_model
from ..wire.incoming import Incoming, Response

if TYPE_CHECKING:
    from ..engine import Engine

Answer = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request: `parameters` hold what the input shape allows, times as epoch seconds.

    `request` is what it came as, for services whose answer depends on it; `response` takes what
    their answer needs beside the output shape's members: a status, headers, a body as it is.
    """

    operation: str
    region: str
    parameters: dict[str, Any]
    engine: Engine
    request: Incoming | None = None
    response: Response = field(default_factory=Response)

    def arn(self, resource: str, name: str) -> str:
        """arn:aws:sagemaker:REGION:ACCOUNT:RESOURCE/NAME."""
        return f"arn:aws:sagemaker:{self.region}:{self.engine.account}:{resource}/{name}"


Handler = Callable[[Call], "Answer | Awaitable[Answer]"]
_F = TypeVar("_F", bound=Handler)

OPERATIONS: dict[str, Handler] = {}

#: Answers that are AWS's own catalogue, not the account's records: an empty list would be a lie.
_CATALOGUE = frozenset(
    """
    DescribeFeatureMetadata DescribeJobSchemaVersion ListClusterExtensionVersions
    ListJobSchemaVersions ListModelMetadata ListPipelineVersions UpdateFeatureMetadata
    """.split()
)


def operation(name: str) -> Callable[[_F], _F]:
    """Register the function that answers an operation, in place of the generic one."""

    def register(function: _F) -> _F:
        OPERATIONS[name] = function
        return function

    return register


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = OPERATIONS.get(call.operation) or generic(call.operation)
    if handler is None:
        raise errors.not_run("sagemaker", call.operation)
    result = handler(call)
    return await result if inspect.isawaitable(result) else result


@functools.cache
def generic(name: str) -> Handler | None:
    """What answers an operation by its name alone, or None when the engine does not run it."""
    from . import list_plan, listing, records

    if name in _CATALOGUE:
        return None
    if name in nouns.list_operations():
        return functools.partial(listing.answer, list_plan.plan(name))
    verbs: dict[str, Callable[[Call, nouns.Noun], Answer]] = {
        "Create": records.create,
        "Describe": records.describe,
        "Update": records.update,
        "Delete": records.delete,
        "Start": records.change_state,
        "Stop": records.change_state,
    }
    for verb, function in verbs.items():
        noun = name.removeprefix(verb)
        if noun != name and noun in nouns.all_nouns():
            if f"Describe{noun}" in service_model("sagemaker").operation_names:
                found = nouns.find(noun)
                return lambda call: function(call, found)
    return None
