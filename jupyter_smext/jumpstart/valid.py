"""Whether a call is one that AWS's model allows, before anything of a launch is done."""

from __future__ import annotations

from ..aws.call_check import errors_of
from ..aws.errors import ProblemError, problem
from ..protocol import AwsCall


def check(call: AwsCall) -> None:
    """Raises a 400 ProblemError that names the member."""
    for error in errors_of(call):
        where = "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.path
        ).lstrip(".")
        said = f"{where}: {error.message}" if where else error.message
        raise ProblemError(
            problem("invalid", f"{call.operation} does not take these values", said, "Change them.")
        )
