"""CloudFormation: stacks made, told and deleted through the engine's own operations."""

from __future__ import annotations

import inspect

from ... import errors
from ..sagemaker import Answer, Call

__all__ = ["answer"]


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    from .handlers import HANDLERS  # here: an engine starts without all that reads templates

    handler = HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("cloudformation", call.operation)
    result = handler(call)
    return await result if inspect.isawaitable(result) else result
