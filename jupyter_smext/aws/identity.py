"""Who a connection is signed in as, and until when."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from ..protocol import Identity
from . import profiles
from .calls import calling
from .errors import ProblemError, problem_of

if TYPE_CHECKING:
    from .sessions import Sessions

_log = logging.getLogger(__name__)

# IAM Identity Center names its roles AWSReservedSSO_<permission set>_<16 hex digits>.
SSO_ROLE = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}")


def name_of(arn: str) -> str:
    """`DataScientist` of a role's or user's ARN: what its owner calls it."""
    resource = arn.split(":", 5)[-1]
    parts = resource.split("/")
    if parts[0] == "assumed-role" and len(parts) > 1:
        match = SSO_ROLE.fullmatch(parts[1])
        return match[1] if match else parts[1]
    return parts[-1]


def identity(sessions: Sessions, connection: str, region: str) -> Identity:
    """STS GetCallerIdentity, plus the account's alias where IAM lets it be read. Blocking."""
    try:
        found = sessions.client(connection, region, "sts").get_caller_identity()
    except Exception as error:
        problem = problem_of(
            error, connection=connection, operation="GetCallerIdentity", service="sts"
        )
        return Identity(connection, None, None, None, None, None, problem)
    return Identity(
        connection=connection,
        account=found.get("Account"),
        alias=_alias(sessions, connection, region),
        arn=found.get("Arn"),
        name=name_of(found.get("Arn", "")),
        expires_at=sessions.credentials_expire_at(connection),
        problem=None,
    )


def _alias(sessions: Sessions, connection: str, region: str) -> str | None:
    """The account's alias; None when it has none, or may not be read: it is a nicety."""
    if connection == profiles.LOCAL:
        return None
    try:
        with calling(connection, "ListAccountAliases", "iam"):
            answer = sessions.client(connection, region, "iam").list_account_aliases()
    except ProblemError as error:
        _log.debug("ListAccountAliases: %s", error.problem.title)
        return None
    aliases = answer.get("AccountAliases", [])
    return aliases[0] if aliases else None
