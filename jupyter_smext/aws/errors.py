"""Any error of a call to AWS → a `Problem`: what happened, why, and what to do next."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

from ..protocol import Problem
from . import codes, profiles
from .scrub import scrubbed

Cause = Literal[
    "denied",
    "throttled",
    "signed_out",
    "offline",
    "broken",
    "invalid",
    "not_found",
    "conflict",
    "limit",
    "needs_aws",
]
STATUS: dict[Cause, int] = {
    "denied": 403,
    "throttled": 429,
    "signed_out": 401,
    "offline": 503,
    "broken": 502,
    "invalid": 400,
    "not_found": 404,
    "conflict": 409,
    "limit": 409,
    "needs_aws": 501,
}

# The part before the colon of an IAM action, where it is not the service's name in botocore.
PREFIXES = {"sagemaker-runtime": "sagemaker", "application-autoscaling": "application-autoscaling"}


class ProblemError(Exception):
    """A `Problem` on its way to whoever asked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.title}. {problem.detail}".strip())
        self.problem = problem


def problem(cause: Cause, title: str, detail: str = "", next: str = "", **more: Any) -> Problem:
    """A Problem with the status that its cause has, and a detail without secrets."""
    status = STATUS[cause]
    return Problem(
        status=status, cause=cause, title=title, detail=scrubbed(detail), next=next, **more
    )


def problem_of(
    error: BaseException,
    *,
    connection: str,
    operation: str | None = None,
    service: str = "sagemaker",
) -> Problem:
    """What an exception means to the person whose call it ended. Never raises.

    `operation` is the AWS operation, for the permission it needs; `connection` picks the way to
    sign in again.
    """
    if isinstance(error, ProblemError):
        return error.problem
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        return _of_answer(error, connection, operation, service)
    for types, make in _table():
        if isinstance(error, types):
            return make(error, connection)
    return problem(
        "broken",
        f"{operation or 'The call'} failed before it reached AWS",
        f"{type(error).__name__}: {error}",
        "Try again; if it stays, report it with the server's log.",
    )


def _place(connection: str) -> str:
    return "the local engine" if connection == profiles.LOCAL else "AWS"


def _signed_out(connection: str, title: str, detail: str = "", **more: Any) -> Problem:
    next, command = profiles.sign_in(connection)
    return problem("signed_out", title, detail, next, command=command, **more)


def _of_answer(error: Any, connection: str, operation: str | None, service: str) -> Problem:
    """A ClientError: AWS answered, and said no."""
    answer = error.response.get("Error", {})
    meta = error.response.get("ResponseMetadata", {})
    code, message = str(answer.get("Code") or ""), str(answer.get("Message") or "")
    asked = operation or error.operation_name
    place = _place(connection)
    said: dict[str, Any] = {"code": code or None, "request_id": meta.get("RequestId")}
    if code in codes.CLOCK or codes.SKEWED.search(message):
        return problem(
            "signed_out",
            "This machine's clock is wrong",
            message,
            "Set the clock: AWS refuses requests that are more than 5 minutes off.",
            **said,
        )
    if code in codes.EXPIRED:
        return _signed_out(connection, "Sign-in expired", message, **said)
    if code in codes.NOT_ACCEPTED:
        title = f"{place[0].upper()}{place[1:]} does not accept these keys"
        return _signed_out(connection, title, message, **said)
    if code in codes.DENIED:
        return _denied(error, message, asked, service, said)
    if code in codes.THROTTLED or "Throttl" in code:
        return problem(
            "throttled",
            f"{place[0].upper()}{place[1:]} is limiting requests",
            message,
            "It is tried again by itself.",
            retry_at=_retry_at(meta),
            **said,
        )
    if connection == profiles.LOCAL and code in codes.NEEDS_AWS:
        return problem(
            "needs_aws", f"{asked} needs AWS", message, "Choose an AWS connection.", **said
        )
    if code in codes.LIMIT:
        return problem(
            "limit",
            "A quota of the account is used up",
            message,
            "Shut something down, or ask for more in Service Quotas.",
            **said,
        )
    if code in codes.CONFLICT or (code in codes.INVALID and codes.TAKEN.search(message)):
        return problem(
            "conflict",
            f"{asked} is not possible now",
            message,
            "Read it again, then retry.",
            **said,
        )
    if code in codes.NOT_FOUND or (code in codes.INVALID and codes.ABSENT.search(message)):
        return problem("not_found", "It is not there", message, "Refresh the list.", **said)
    if code in codes.INVALID or (not code and meta.get("HTTPStatusCode") == 400):
        return problem(
            "invalid",
            f"{place[0].upper()}{place[1:]} refused {asked}",
            message,
            "Change it.",
            **said,
        )
    return problem(
        "broken",
        f"{place[0].upper()}{place[1:]} failed at {asked}",
        # A proxy's HTML page is no message.
        "" if message.lstrip().startswith("<") else message,
        "Try again.",
        **said,
    )


def _denied(error: Any, message: str, asked: str, service: str, said: dict[str, Any]) -> Problem:
    found = codes.ACTION.search(message)
    # Signing in makes calls of its own, which may be what is denied.
    own = {"AssumeRole": "sts", "AssumeRoleWithWebIdentity": "sts", "GetRoleCredentials": "sso"}
    prefix = own.get(error.operation_name) or PREFIXES.get(service, service)
    action = error.operation_name if error.operation_name in own else asked
    permission = found[1] if found else f"{prefix}:{action}"
    return problem(
        "denied",
        f"Not allowed: {permission}",
        message,
        f"Ask for {permission}, or use a profile that has it.",
        permission=permission,
        **said,
    )


def _retry_at(meta: dict[str, Any]) -> float | None:
    import time

    after = str(meta.get("HTTPHeaders", {}).get("retry-after", ""))
    return time.time() + int(after) if after.isdigit() else None


def _offline(error: Any, connection: str) -> Problem:
    if connection == profiles.LOCAL:
        return problem(
            "offline",
            "The local engine does not answer",
            str(error),
            "Start it.",
            command="jupyter smext local start",
        )
    return problem(
        "offline", "No answer from AWS", str(error), "Check the network; then try again."
    )


def _certificate(error: Any, connection: str) -> Problem:
    return problem(
        "offline",
        "The certificate of AWS's endpoint is not trusted",
        str(error),
        "Behind a company proxy, set AWS_CA_BUNDLE or ca_bundle to its certificates.",
    )


def _no_keys(error: Any, connection: str) -> Problem:
    return _signed_out(connection, "No credentials found", str(error))


def _half_keys(error: Any, connection: str) -> Problem:
    return _signed_out(connection, "Half of a key pair is missing", str(error))


def _not_signed_in(error: Any, connection: str) -> Problem:
    return _signed_out(connection, "Not signed in", str(error))


def _expired(error: Any, connection: str) -> Problem:
    return _signed_out(connection, "Sign-in expired", str(error))


def _no_keys_given(error: Any, connection: str) -> Problem:
    return _signed_out(connection, "The credentials could not be read", str(error))


def _login_denied(error: Any, connection: str) -> Problem:
    permission = "signin:CreateOAuth2Token"
    return problem(
        "denied",
        f"Not allowed: {permission}",
        str(error),
        f"Ask for {permission}, or use another profile.",
        permission=permission,
    )


def _no_region(error: Any, connection: str) -> Problem:
    return problem("invalid", "No region chosen", str(error), "Choose a region.")


def _no_such_region(error: Any, connection: str) -> Problem:
    return problem(
        "invalid", "SageMaker is not in this region", str(error), "Choose another region."
    )


def _no_profile(error: Any, connection: str) -> Problem:
    return problem(
        "not_found",
        "There is no such profile",
        str(error),
        f"Choose another connection, or add the profile to {profiles.config_path()}.",
        command="aws configure list-profiles",
    )


def _bad_config(error: Any, connection: str) -> Problem:
    return problem(
        "invalid",
        "The AWS configuration does not add up",
        str(error),
        f"Put it right in {profiles.config_path()}; this page goes on by itself.",
    )


def _missing_package(error: Any, connection: str) -> Problem:
    return problem(
        "invalid",
        "A Python package for this way of signing in is missing",
        str(error),
        "Install it where Jupyter runs, and start Jupyter again.",
        command="pip install 'botocore[crt]'",
    )


def _bad_parameters(error: Any, connection: str) -> Problem:
    return problem("invalid", "Some values cannot be sent", str(error), "Change them.")


def _unreadable(error: Any, connection: str) -> Problem:
    place = _place(connection)
    title = f"The answer of {place} could not be read"
    return problem("broken", title, str(error), "Try again.")


def _slowed(error: Any, connection: str) -> Problem:
    return problem(
        "throttled", "AWS is limiting requests", str(error), "It is tried again by itself."
    )


@functools.cache
def _table() -> tuple[tuple[tuple[type[BaseException], ...], Callable[[Any, str], Problem]], ...]:
    """botocore's exceptions, narrow before wide; imported here, as botocore loads on first use."""
    from botocore import exceptions as its
    from botocore.parsers import ResponseParserError

    return (
        ((its.NoCredentialsError,), _no_keys),
        ((its.PartialCredentialsError,), _half_keys),
        ((its.UnauthorizedSSOTokenError, its.LoginRefreshRequired), _expired),
        ((its.TokenRetrievalError,), _expired),
        ((its.LoginInsufficientPermissions,), _login_denied),
        ((its.SSOError, its.LoginError, its.NoAuthTokenError), _not_signed_in),
        (
            (
                its.CredentialRetrievalError,
                its.MetadataRetrievalError,
                its.RefreshWithMFAUnsupportedError,
            ),
            _no_keys_given,
        ),
        ((its.MissingDependencyException,), _missing_package),
        ((its.NoRegionError,), _no_region),
        (
            (its.UnknownRegionError, its.InvalidRegionError, its.UnknownEndpointError),
            _no_such_region,
        ),
        ((its.ProfileNotFound,), _no_profile),
        (
            (
                its.InvalidConfigError,
                its.ConfigParseError,
                its.ConfigNotFound,
                its.UnknownCredentialError,
                its.UnknownTokenProviderError,
                its.EndpointProviderError,
                its.InvalidEndpointConfigurationError,
                its.InvalidRetryConfigurationError,
                its.InvalidDefaultsMode,
                its.InvalidProxiesConfigError,
            ),
            _bad_config,
        ),
        ((its.ParamValidationError, its.ValidationError), _bad_parameters),
        ((its.SSLError,), _certificate),
        ((its.ConnectionError, its.HTTPClientError), _offline),
        ((its.CapacityNotAvailableError,), _slowed),
        ((ResponseParserError,), _unreadable),
        # A web identity's token file, or a config file, that is gone or not ours to read.
        ((FileNotFoundError, PermissionError), _no_keys_given),
    )
