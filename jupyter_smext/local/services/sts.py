"""STS: who signs a request, and credentials for a time that the engine really checks.

No policy is evaluated: a role's trust, session policies and tags restrict nothing here.
"""

from __future__ import annotations

from collections.abc import Callable

from .. import errors, sessions
from ..contract import ServiceError
from ..signature import AUTHORIZATION
from . import iam_records
from .sagemaker import Answer, Call

#: The longest session of a role that is assumed with a session's credentials (docs of AssumeRole).
_CHAINED = 3600
_SESSION_TOKEN_SECONDS = 43_200


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("sts", call.operation)
    return handler(call)


def _user(call: Call) -> str:
    return f"arn:aws:iam::{call.engine.account}:user/local"


def _session(call: Call) -> sessions.Session | None:
    """The session that signed the call; None for the engine's own key. It has been verified."""
    if call.request is None:
        return None
    found = AUTHORIZATION.fullmatch(call.request.headers("Authorization"))
    token = call.request.headers("X-Amz-Security-Token")
    keys = call.engine.keys
    if found is None or not token or found["key"] == keys.access_key:
        return None
    return sessions.session_of(keys, found["key"], token)


def _identity(call: Call) -> Answer:
    session = _session(call)
    return {
        "UserId": session.user_id if session else call.engine.keys.access_key,
        "Account": call.engine.account,
        "Arn": session.arn if session else _user(call),
    }


def _assume(call: Call) -> Answer:
    given = call.parameters
    if "SerialNumber" in given or "TokenCode" in given:
        raise ServiceError("ValidationException", "The local engine has no MFA devices.")
    if "Policy" in given:
        iam_records.document(given["Policy"])
    caller = _session(call)
    role = iam_records.role_of(call, given["RoleArn"])
    if role is None:
        who = caller.arn if caller else _user(call)
        raise ServiceError(
            "AccessDeniedException",
            f"User: {who} is not authorized to perform: sts:AssumeRole on resource: "
            f"{given['RoleArn'][:512]} (the local engine has no such role: create it first)",
            403,
        )
    seconds = given.get("DurationSeconds", 3600)
    if seconds > role.get("MaxSessionDuration", 3600):
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise ServiceError("ValidationException", message)
    if caller and seconds > _CHAINED:
        message = (
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining"
        )
        raise ServiceError("ValidationException", message)
    name = given["RoleSessionName"]
    arn = f"arn:aws:sts::{call.engine.account}:assumed-role/{role['RoleName']}/{name}"
    user_id = f"{role['RoleId']}:{name}"
    session = sessions.issue(call.engine.keys, arn, user_id, seconds)
    answer: Answer = {
        "Credentials": _shown(session),
        "AssumedRoleUser": {"AssumedRoleId": user_id, "Arn": arn},
    }
    if "SourceIdentity" in given:
        answer["SourceIdentity"] = given["SourceIdentity"]
    return answer


def _session_token(call: Call) -> Answer:
    if "SerialNumber" in call.parameters or "TokenCode" in call.parameters:
        raise ServiceError("ValidationException", "The local engine has no MFA devices.")
    if _session(call):
        message = "Cannot call GetSessionToken with session credentials"
        raise ServiceError("AccessDeniedException", message, 403)
    seconds = call.parameters.get("DurationSeconds", _SESSION_TOKEN_SECONDS)
    keys = call.engine.keys
    return {"Credentials": _shown(sessions.issue(keys, _user(call), keys.access_key, seconds))}


def _shown(session: sessions.Session) -> Answer:
    return {
        "AccessKeyId": session.keys.access_key,
        "SecretAccessKey": session.keys.secret_key,
        "SessionToken": session.token,
        "Expiration": session.expires,
    }


_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "AssumeRole": _assume,
    "GetCallerIdentity": _identity,
    "GetSessionToken": _session_token,
}
