"""Any error of a call to AWS → a `Problem`: what happened, why, and what to do next."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..protocol import Problem
from . import profiles
from .answers import of_answer
from .problems import ProblemError, place_of, problem, signed_out

__all__ = ["ProblemError", "problem", "problem_of"]


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
        return of_answer(error, connection, operation, service)
    for types, make in _table():
        if isinstance(error, types):
            return make(error, connection)
    return problem(
        "broken",
        f"{operation or 'The call'} failed before it reached AWS",
        f"{type(error).__name__}: {error}",
        "Try again; if it stays, report it with the server's log.",
    )


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
    return signed_out(connection, "No credentials found", str(error))


def _half_keys(error: Any, connection: str) -> Problem:
    return signed_out(connection, "Half of a key pair is missing", str(error))


def _not_signed_in(error: Any, connection: str) -> Problem:
    return signed_out(connection, "Not signed in", str(error))


def _expired(error: Any, connection: str) -> Problem:
    return signed_out(connection, "Sign-in expired", str(error))


def _no_keys_given(error: Any, connection: str) -> Problem:
    return signed_out(connection, "The credentials could not be read", str(error))


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
    # Not `not_found`: that is what AWS says of a resource, which is there all the same.
    return problem(
        "signed_out",
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
    place = place_of(connection)
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
