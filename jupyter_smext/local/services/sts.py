"""STS: who the engine's own key is."""

from __future__ import annotations

from .. import errors
from .sagemaker import Answer, Call


async def answer(call: Call) -> Answer:
    """GetCallerIdentity; all else needs AWS. Raises ServiceError."""
    if call.operation != "GetCallerIdentity":
        raise errors.not_run("sts", call.operation)
    account = call.engine.account
    return {
        "UserId": call.engine.keys.access_key,
        "Account": account,
        "Arn": f"arn:aws:iam::{account}:user/local",
    }
