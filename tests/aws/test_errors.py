"""What AWS, the network and botocore say, as Problems that a person can act on."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore import exceptions as its

from jupyter_smext.aws import clients
from jupyter_smext.aws.errors import ProblemError, problem, problem_of
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.protocol import Problem

from .conftest import KEYS, Answer, Endpoint

Configure = Callable[[str], None]
DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/DataScientist/ann is not authorized to perform:"
    " sagemaker:ListEndpoints on resource: * because no identity-based policy allows the action"
)


@pytest.fixture
def me(configure: Configure, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """A profile whose every service is the test's endpoint, and one attempt per call."""
    monkeypatch.setattr(clients, "ATTEMPTS", 1)
    configure(f"[profile me]{KEYS}endpoint_url = {endpoint.url}\n")
    return Sessions()


def called(
    sessions: Sessions,
    operation: str = "ListEndpoints",
    method: str = "list_endpoints",
    **asked: Any,
) -> Problem:
    client = sessions.client("profile:me", "us-east-1")
    with pytest.raises(Exception) as raised:
        getattr(client, method)(**asked)
    return problem_of(raised.value, connection="profile:me", operation=operation)


@pytest.mark.parametrize(
    ("code", "message", "cause", "status"),
    [
        ("AccessDeniedException", DENIED, "denied", 403),
        ("ThrottlingException", "Rate exceeded", "throttled", 429),
        ("com.amazon.coral.availability#ThrottlingException", "Rate exceeded", "throttled", 429),
        ("TooManyRequestsException", "", "throttled", 429),
        ("ExpiredTokenException", "The security token included is expired", "signed_out", 401),
        ("ExpiredToken", "", "signed_out", 401),
        ("UnrecognizedClientException", "The security token is invalid", "signed_out", 401),
        ("InvalidSignatureException", "The request signature does not match", "signed_out", 401),
        ("InvalidSignatureException", "Signature expired: 2026 is now earlier", "signed_out", 401),
        ("ValidationException", "1 validation error detected", "invalid", 400),
        ("ValidationException", 'Could not find endpoint "x".', "not_found", 404),
        ("ValidationException", "RecordNotFound", "not_found", 404),
        ("ValidationException", "Cannot create already existing endpoint", "conflict", 409),
        (
            "ValidationException",
            "Status (InService) not in ([Stopped]). Unable to transition to (Pending)",
            "conflict",
            409,
        ),
        ("ResourceNotFound", "Requested resource not found.", "not_found", 404),
        ("ResourceInUse", "In use", "conflict", 409),
        ("ResourceAlreadyExists", "", "conflict", 409),
        ("ConflictException", "", "conflict", 409),
        ("ResourceLimitExceeded", "limit for 'ml.g5.xlarge' is 0 Instances", "limit", 409),
        ("InternalFailure", "", "broken", 502),
        ("SomethingNew", "", "broken", 502),
    ],
)
def test_answers(
    me: Sessions, endpoint: Endpoint, code: str, message: str, cause: str, status: int
) -> None:
    endpoint.refuse(code, message, 500 if code == "InternalFailure" else 400)
    found = called(me)
    assert (found.cause, found.status) == (cause, status)
    assert found.code == code.rpartition("#")[2]
    assert found.request_id == "request-1"
    assert found.title and found.next
    assert message in found.detail


def test_denied_names_the_permission(me: Sessions, endpoint: Endpoint) -> None:
    endpoint.refuse("AccessDeniedException", DENIED)
    found = called(me)
    assert found.permission == "sagemaker:ListEndpoints"
    assert found.title == "Not allowed: sagemaker:ListEndpoints"
    endpoint.refuse("AccessDeniedException", "no")
    assert called(me).permission == "sagemaker:ListEndpoints"
    endpoint.refuse(
        "AccessDeniedException", "not authorized to perform: iam:PassRole on resource: r"
    )
    assert called(me).permission == "iam:PassRole"


def test_expired_keys_say_how_to_get_new_ones(me: Sessions, endpoint: Endpoint) -> None:
    endpoint.refuse("ExpiredTokenException")
    found = called(me)
    assert (found.title, found.command) == ("Sign-in expired", "aws configure --profile me")


def test_a_wrong_clock_is_named(me: Sessions, endpoint: Endpoint) -> None:
    endpoint.refuse("InvalidSignatureException", "Signature expired: 20261122T0000Z is now earlier")
    assert called(me).title == "This machine's clock is wrong"


def test_retry_after_is_kept(me: Sessions, endpoint: Endpoint) -> None:
    endpoint.refuse("ThrottlingException", Retry_After="20")
    before = time.time()
    at = called(me).retry_at
    assert at is not None and before + 19 < at < time.time() + 21


@pytest.mark.parametrize("body", [b'{"Endpoints": [', b"", b"<html>sign in</html>"])
def test_an_unreadable_answer_is_broken(me: Sessions, endpoint: Endpoint, body: bytes) -> None:
    endpoint.answer(Answer(body))
    found = called(me)
    assert (found.cause, found.status) == ("broken", 502)
    assert found.title == "The answer of AWS could not be read"
    assert "ListEndpoints" in found.detail


def test_a_proxys_page_is_not_shown(me: Sessions, endpoint: Endpoint) -> None:
    endpoint.answer(Answer(b"<html><script>alert(1)</script></html>", 502))
    found = called(me)
    assert (found.cause, found.code, found.detail) == ("broken", "502", "Bad Gateway")


def test_parameters_that_cannot_be_sent(me: Sessions, endpoint: Endpoint) -> None:
    found = called(me, "DescribeEndpoint", "describe_endpoint", Nope="x" * 1_000_000)
    assert (found.cause, found.status) == ("invalid", 400)
    assert 'Missing required parameter in input: "EndpointName"' in found.detail
    assert len(found.detail) <= 2000
    assert endpoint.asked == []


def test_no_secret_gets_through(me: Sessions, endpoint: Endpoint) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    endpoint.refuse(
        "ValidationException",
        f"AKIAIOSFODNN7EXAMPLE {secret} https://x.aws/?authToken=abc&X-Amz-Signature=def",
    )
    found = called(me)
    text = repr(found) + str(ProblemError(found))
    for part in ("AKIA", secret, "abc", "=def"):
        assert part not in text


def test_nobody_answers(configure: Configure) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configure(f"[profile me]{KEYS}endpoint_url = http://127.0.0.1:{port}\n")
    found = called(Sessions())
    assert (found.cause, found.status, found.title) == ("offline", 503, "No answer from AWS")


def test_an_untrusted_certificate(
    configure: Configure, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "ATTEMPTS", 1)
    configure(f"[profile me]{KEYS}endpoint_url = {endpoint.url.replace('http:', 'https:')}\n")
    found = called(Sessions())
    assert found.cause == "offline"
    assert "AWS_CA_BUNDLE" in found.next


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (its.NoRegionError(), "invalid"),
        (its.UnknownRegionError(region_name="x", error_msg="y"), "invalid"),
        (its.LoginRefreshRequired(), "signed_out"),
        (its.LoginTokenLoadError(error_msg="x"), "signed_out"),
        (its.LoginAuthorizationCodeError(error_msg="x"), "signed_out"),
        (its.LoginError(), "signed_out"),
        (its.LoginInsufficientPermissions(), "denied"),
        (its.RefreshWithMFAUnsupportedError(), "signed_out"),
        (its.MetadataRetrievalError(error_msg="x"), "signed_out"),
        (its.InfiniteLoopConfigError(source_profile="a", visited_profiles=["a"]), "invalid"),
        (its.ConfigNotFound(path="x"), "invalid"),
        # What goes on through a profile waits for it, and takes nothing for gone.
        (its.ProfileNotFound(profile="x"), "signed_out"),
        (its.ReadTimeoutError(endpoint_url="https://x"), "offline"),
        (its.ConnectTimeoutError(endpoint_url="https://x"), "offline"),
        (its.ConnectionClosedError(endpoint_url="https://x"), "offline"),
        (its.ProxyConnectionError(proxy_url="http://x"), "offline"),
        (its.CapacityNotAvailableError(), "throttled"),
        (ZeroDivisionError("x"), "broken"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_botocore_raises(error: Exception, cause: str) -> None:
    found = problem_of(error, connection="profile:me", operation="ListModels")
    assert found.cause == cause
    assert found.title and found.next


def test_every_exception_of_botocore_is_understood() -> None:
    """None of those that mean a sign-in or a network ends as `broken`."""
    for name, error in vars(its).items():
        if isinstance(error, type) and issubclass(error, its.BotoCoreError):
            made = error.__new__(error)
            Exception.__init__(made, name)
            cause = problem_of(made, connection="profile:me").cause
            if any(word in name for word in ("Credential", "SSO", "Login", "Token")):
                assert cause in ("signed_out", "denied", "invalid"), name
            if any(word in name for word in ("Connect", "Timeout", "Proxy")):
                assert cause in ("offline", "invalid"), name


def test_no_region(configure: Configure) -> None:
    from botocore.session import Session

    with pytest.raises(its.NoRegionError) as raised:
        Session().create_client("sagemaker")
    found = problem_of(raised.value, connection="environment")
    assert (found.cause, found.next) == ("invalid", "Choose a region.")


def test_a_problem_stays_itself() -> None:
    own = problem("conflict", "No")
    assert problem_of(ProblemError(own), connection="local") is own


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("UnknownOperationException", "needs_aws"),
        ("UnsupportedOperation", "needs_aws"),
        ("AccessDeniedException", "denied"),
    ],
)
def test_the_local_engine_says_what_needs_aws(
    me: Sessions, endpoint: Endpoint, code: str, cause: str
) -> None:
    endpoint.refuse(code, "Endpoint needs AWS: this local engine does not run it yet.")
    client = me.client("profile:me", "us-east-1")
    with pytest.raises(its.ClientError) as raised:
        client.list_endpoints()
    found = problem_of(raised.value, connection="local", operation="CreateEndpoint")
    assert found.cause == cause


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (
            "No room for 659 bytes: the disk has 9 MB left.",
            "A limit of the local engine is reached",
        ),
        ("The account-level service limit 'm' is 0 Instances", "A quota of the account is used up"),
    ],
)
def test_the_local_engines_own_limits_are_no_quotas(
    me: Sessions, endpoint: Endpoint, message: str, title: str
) -> None:
    endpoint.refuse("ResourceLimitExceeded", message)
    with pytest.raises(its.ClientError) as raised:
        me.client("profile:me", "us-east-1").list_endpoints()
    found = problem_of(raised.value, connection="local")
    assert (found.cause, found.title) == ("limit", title)
    assert ("Service Quotas" in found.next) == title.startswith("A quota")
    aws = problem_of(raised.value, connection="profile:me")
    assert aws.title == "A quota of the account is used up"


def test_throttled_calls_are_tried_ten_times_and_failed_ones_three(
    configure: Configure, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How often is the question, not how long: the waits between are botocore's.
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_: True)
    configure(f"[profile me]{KEYS}endpoint_url = {endpoint.url}\n")
    endpoint.refuse("InternalFailure", "", 500)
    assert called(Sessions()).cause == "broken"
    assert len(endpoint.asked) == 3
    endpoint.asked.clear()
    endpoint.refuse("ThrottlingException", "Rate exceeded")
    assert called(Sessions()).cause == "throttled"
    assert len(endpoint.asked) == 10
