"""What the local engine has not, in the words of the field that it would have been chosen for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from .errors import ProblemError


@contextmanager
def told_of_engine(noun: str, why: str) -> Iterator[None]:
    """The engine's refusal of a whole service, as a ProblemError that says to leave it empty."""
    try:
        yield
    except ProblemError as error:
        if error.problem.cause != "needs_aws":
            raise
        title = f"The local engine has no {noun}: {why}"
        told = msgspec.structs.replace(error.problem, title=title, next="Leave this empty.")
        raise ProblemError(told) from error
