"""Every way of signing in, broken in every way there is: what is said, and how it recovers."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError, problem_of
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.protocol import Problem

from .conftest import KEYS, Answer, Endpoint

Configure = Callable[[str], None]
REGION = "us-east-1"
ROLE = "sso_account_id = 123456789012\nsso_role_name = DataScientist\n"
NEW_SSO = f"""
[profile me]
sso_session = corp
{ROLE}
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example/start
"""
OLD_SSO = f"""
[profile me]
sso_region = us-east-1
sso_start_url = https://corp.example/start
{ROLE}"""


def problem(sessions: Sessions, connection: str = "profile:me") -> Problem:
    """What a list call of the connection ends in."""
    with pytest.raises(ProblemError) as raised:
        listed(sessions, connection)
    return raised.value.problem


def listed(sessions: Sessions, connection: str = "profile:me") -> Any:
    client = sessions.client(connection, REGION)
    try:
        return client.list_models()["Models"]
    except Exception as error:
        found = problem_of(error, connection=connection, operation="ListModels")
        raise ProblemError(found) from error


def token(home: Path, key: str, seconds: float, **more: str) -> None:
    """The token that `aws sso login` leaves, good for that many seconds."""
    until = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    text = {"accessToken": "a", "expiresAt": until.strftime("%Y-%m-%dT%H:%M:%SZ"), **more}
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha1(key.encode()).hexdigest()
    (cache / f"{name}.json").write_text(json.dumps(text))


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_no_credentials(configure: Configure) -> None:
    configure("[profile me]\nregion = us-east-1\n")
    found = problem(Sessions())
    assert (found.cause, found.status) == ("signed_out", 401)
    assert found.title == "No credentials found"
    assert found.command == "aws configure --profile me"


def test_half_a_key_pair(configure: Configure) -> None:
    configure("[profile me]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
    sessions = Sessions()
    assert "profile:me" in [connection.id for connection in sessions.connections()]
    found = problem(sessions)
    assert (found.cause, found.title) == ("signed_out", "Half of a key pair is missing")
    assert "aws_secret_access_key" in found.detail
    assert found.command == "aws configure --profile me"


def test_unknown_profile() -> None:
    found = problem(Sessions(), "profile:gone")
    # As what is said of a resource, `not_found` would mean that it is gone.
    assert (found.cause, found.status) == ("signed_out", 401)
    assert "gone" in found.detail


@pytest.mark.parametrize("id", ["", "nonsense", "LOCAL", "x" * 100_000])
def test_unknown_connection(id: str) -> None:
    found = problem(Sessions(), id)
    assert found.cause == "not_found"
    assert len(found.title) < 200


def test_a_configuration_that_does_not_parse(configure: Configure) -> None:
    configure("[profile me\nnonsense")
    sessions = Sessions()
    assert [found.id for found in sessions.connections()] == ["local", "profile:default"]
    found = problem(sessions, "profile:default")
    assert (found.cause, found.title) == ("invalid", "The AWS configuration does not add up")
    assert "config" in found.next


@pytest.mark.parametrize("config", [NEW_SSO, OLD_SSO], ids=["sso_session", "legacy"])
def test_sso_never_signed_in(configure: Configure, config: str) -> None:
    configure(config)
    found = problem(Sessions())
    assert (found.cause, found.title) == ("signed_out", "Not signed in")
    assert found.command == "aws sso login --profile me"


@pytest.mark.parametrize(
    ("config", "key"),
    [(NEW_SSO, "corp"), (OLD_SSO, "https://corp.example/start")],
    ids=["sso_session", "legacy"],
)
def test_sso_expired_and_signed_in_again(
    configure: Configure,
    aws_home: Path,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    config: str,
    key: str,
) -> None:
    """`aws sso login` in a terminal is all it takes: no restart."""
    configure(config)
    token(aws_home, key, -60)
    sessions = Sessions()
    found = problem(sessions)
    assert (found.cause, found.title) == ("signed_out", "Sign-in expired")
    assert found.command == "aws sso login --profile me"

    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    until = (datetime.now(timezone.utc) + timedelta(hours=1)).timestamp()
    keys = {"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "s", "sessionToken": "t"}
    endpoint.answer({"roleCredentials": {**keys, "expiration": int(until * 1000)}}, {"Models": []})
    token(aws_home, key, 3600)
    assert listed(sessions) == []
    assert "AKIDEXAMPLE" in endpoint.asked[-1].headers["Authorization"]
    assert sessions.credentials_expire_at("profile:me") == pytest.approx(until, abs=2)


def test_sso_role_that_is_not_ours(
    configure: Configure, aws_home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(NEW_SSO)
    token(aws_home, "corp", 3600)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    headers = {"x-amzn-ErrorType": "ForbiddenException"}
    endpoint.answer(Answer(b'{"message": "No access"}', 403, headers))
    found = problem(Sessions())
    assert (found.cause, found.permission) == ("denied", "sso:GetRoleCredentials")


def test_sso_refused_by_the_portal(
    configure: Configure, aws_home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(OLD_SSO)
    token(aws_home, "https://corp.example/start", 3600)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    headers = {"x-amzn-ErrorType": "UnauthorizedException"}
    endpoint.answer(Answer(b'{"message": "Session token not found"}', 401, headers))
    found = problem(Sessions())
    assert (found.cause, found.command) == ("signed_out", "aws sso login --profile me")


def test_sso_refreshable_but_offline(
    configure: Configure, aws_home: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(NEW_SSO)
    later = (datetime.now(timezone.utc) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    more = {"refreshToken": "r", "clientId": "c", "clientSecret": "s"}
    token(aws_home, "corp", -60, registrationExpiresAt=later, **more)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    found = problem(Sessions())
    assert (found.cause, found.status, found.title) == ("offline", 503, "No answer from AWS")


def test_credential_process_that_fails(configure: Configure) -> None:
    configure("[profile me]\ncredential_process = sh -c 'echo no vault >&2; exit 3'\n")
    found = problem(Sessions())
    assert (found.cause, found.title) == ("signed_out", "The credentials could not be read")
    assert "no vault" in found.detail
    assert "credential_process of profile me" in found.next


def test_role_whose_source_has_no_keys(configure: Configure) -> None:
    configure(
        "[profile me]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
        "[profile base]\nregion = us-east-1\n"
    )
    found = problem(Sessions())
    assert (found.cause, found.title) == ("invalid", "The AWS configuration does not add up")
    assert "base" in found.detail


def test_role_of_an_sso_profile_signs_the_source_in(configure: Configure) -> None:
    role = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = me\n"
    configure(f"{NEW_SSO}\n[profile role]\n{role}")
    found = problem(Sessions(), "profile:role")
    assert (found.cause, found.command) == ("signed_out", "aws sso login --profile me")


def test_role_that_may_not_be_taken(
    configure: Configure, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = "arn:aws:iam::123456789012:role/r"
    configure(f"[profile base]{KEYS}[profile me]\nrole_arn = {role}\nsource_profile = base\n")
    said = f"User: u is not authorized to perform: sts:AssumeRole on resource: {role}"
    error = f"<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{said}</Message></Error>"
    text = f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>"
    endpoint.answer(Answer(text.encode(), 403, {"Content_Type": "text/xml"}))
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    found = problem(Sessions())
    assert (found.cause, found.permission) == ("denied", "sts:AssumeRole")


def test_mfa_is_never_asked_on_the_servers_terminal(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: object) -> str:
        raise AssertionError("the server would wait for its terminal")

    monkeypatch.setattr("getpass.getpass", ask)
    configure(
        f"[profile base]{KEYS}[profile me]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
        "source_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/ann\n"
    )
    found = problem(Sessions())
    assert (found.cause, found.title) == ("signed_out", "The role wants an MFA code")
    assert found.command == "aws sts get-caller-identity --profile me"


def test_web_identity_without_its_token(configure: Configure, aws_home: Path) -> None:
    configure(
        "[profile me]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
        f"web_identity_token_file = {aws_home / 'gone'}\n"
    )
    found = problem(Sessions())
    assert (found.cause, found.title) == ("signed_out", "The credentials could not be read")
    assert "token file of profile me" in found.next


def test_container_role_that_does_not_answer(
    closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}/keys")
    monkeypatch.setattr("botocore.utils.ContainerMetadataFetcher.SLEEP_TIME", 0)
    sessions = Sessions()
    listed_ = {found.id: found.how for found in sessions.connections()}
    assert listed_ == {"local": "this machine", "environment": "container role"}
    found = problem(sessions, "environment")
    assert (found.cause, found.title) == ("signed_out", "The credentials could not be read")


def test_aws_login_without_its_package(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.credentials.EC", None)
    configure("[profile me]\nlogin_session = arn:aws:iam::123456789012:user/ann\n")
    found = problem(Sessions())
    assert (found.cause, found.command) == ("invalid", "pip install 'botocore[crt]'")


def test_aws_login_never_signed_in(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.credentials.EC", object())
    configure("[profile me]\nlogin_session = arn:aws:iam::123456789012:user/ann\n")
    sessions = Sessions()
    found = problem(sessions)
    assert (found.cause, found.title) == ("signed_out", "Not signed in")
    assert found.command == "aws login --profile me"
    [_, me] = sessions.connections()
    assert me.how == "AWS sign-in"


def test_new_keys_count_without_a_restart(
    configure: Configure, aws_home: Path, endpoint: Endpoint
) -> None:
    configure(f"[profile me]\nendpoint_url = {endpoint.url}\n")
    endpoint.answer({"Models": []})
    sessions = Sessions()
    assert problem(sessions).cause == "signed_out"
    (aws_home / ".aws" / "credentials").write_text(f"[me]{KEYS}")
    assert listed(sessions) == []
    same = sessions.client("profile:me", REGION)
    assert sessions.client("profile:me", REGION) is same
    (aws_home / ".aws" / "credentials").write_text(f"[me]{KEYS.replace('7EXAMPLE', '8ANOTHER')}")
    assert listed(sessions) == []
    assert "AKIAIOSFODNN8ANOTHER" in endpoint.asked[-1].headers["Authorization"]


def test_a_profile_that_comes_later_is_found(configure: Configure) -> None:
    sessions = Sessions()
    assert [found.id for found in sessions.connections()] == ["local"]
    assert problem(sessions).title == "There is no such profile"
    configure("[profile me]\nregion = eu-west-1\n")
    assert [found.id for found in sessions.connections()] == ["local", "profile:me"]
    assert problem(sessions).title == "No credentials found"
