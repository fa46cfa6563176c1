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
        found = error.problem
        if found.cause == "needs_aws":
            title = f"The local engine has no {noun}: {why}"
            found = msgspec.structs.replace(found, title=title, next="Leave this empty.")
        raise ProblemError(found) from error
