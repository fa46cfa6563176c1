"""Calls of AWS whose failures are `Problem`s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import ProblemError, problem_of


@contextmanager
def calling(connection: str, operation: str, service: str = "sagemaker") -> Iterator[None]:
    """What botocore raises in the block, as a ProblemError; `operation` names the permission."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        found = problem_of(error, connection=connection, operation=operation, service=service)
        raise ProblemError(found) from error
