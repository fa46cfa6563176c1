"""Which account a connection leads to, and whether that is still the one something was made in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import ProblemError
from .problems import problem, signed_out

if TYPE_CHECKING:
    from .sessions import Sessions


def account_in(arn: str) -> str | None:
    """The account that an ARN names; None for what is no ARN or names none."""
    parts = arn.split(":", 5)
    return parts[4] or None if len(parts) == 6 and parts[0] == "arn" else None


def account_of(sessions: Sessions, connection: str, region: str) -> str:
    """The account's number. Blocking; raises ProblemError: it cannot be asked for."""
    identity = sessions.identity(connection, region)
    if identity.account is None:
        why = identity.problem or problem("broken", "AWS does not say which account this is")
        raise ProblemError(why)
    return identity.account


def check_account(sessions: Sessions, connection: str, region: str, account: str | None) -> None:
    """Before what another account does not have is taken for gone. Blocking.

    Raises ProblemError: it is another account now, or who we are cannot be asked.
    """
    if account is None:
        return
    now = account_of(sessions, connection, region)
    if now == account:
        return
    raise ProblemError(
        signed_out(
            connection,
            "The connection leads to another account now",
            f"It was {account}, and is {now}.",
        )
    )
