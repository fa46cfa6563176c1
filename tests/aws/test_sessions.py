"""Clients are shared, redirected whole or not at all, and reach the engine whatever is broken."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from jupyter_smext.aws import local_engine
from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.identity import name_of
from jupyter_smext.aws.sessions import Sessions
from tests.local_engine import RunningEngine

from .conftest import KEYS, Answer, Endpoint

pytest_plugins = ("tests.local_engine",)

Configure = Callable[[str], None]
REGION = "us-east-1"


def engine_file(engine: RunningEngine, **changes: object) -> Path:
    """What a running engine leaves for the extension to find it by."""
    state = local_engine.EngineState(
        url=engine.url,
        pid=os.getpid(),
        access_key=engine.keys.access_key,
        secret_key=engine.keys.secret_key,
        region=REGION,
        account="000000000000",
        version="1",
        started=time.time(),
    )
    path = local_engine.home() / "engine.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**asdict(state), **changes}))
    return path


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "cn-north-1"])
def test_a_presigned_url_of_s3_needs_no_redirect(configure: Configure, region: str) -> None:
    configure(f"[profile a]{KEYS}")
    s3 = Sessions().client("profile:a", region, "s3")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "b-1", "Key": "k"})
    suffix = ".cn" if region.startswith("cn-") else ""
    assert url.startswith(f"https://b-1.s3.{region}.amazonaws.com{suffix}/k?")
    assert "X-Amz-Signature=" in url


def test_clients_are_shared_and_made_once(configure: Configure) -> None:
    configure(f"[profile a]{KEYS}[profile b]{KEYS}")
    sessions = Sessions()
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: sessions.client("profile:a", REGION), range(64)))
    assert len(set(map(id, made))) == 1
    others = [
        sessions.client("profile:a", "eu-west-1"),
        sessions.client("profile:a", REGION, "sagemaker-runtime"),
        sessions.client("profile:b", REGION),
    ]
    assert len(set(map(id, [made[0], *others]))) == 4


def test_clients_retry_and_wait_as_measured(configure: Configure) -> None:
    configure(f"[profile a]{KEYS}")
    client = Sessions().client("profile:a", REGION)
    config = client.meta.config
    assert config.retries["mode"] == "adaptive"
    assert config.retries["total_max_attempts"] == 10
    assert config.max_pool_connections == 50


def test_a_slow_connection_holds_up_no_other(configure: Configure, tmp_path: Path) -> None:
    """A credential_process that hangs, while another profile goes on."""
    pipe = tmp_path / "go"
    os.mkfifo(pipe)
    configure(f"[profile slow]\ncredential_process = cat {pipe}\n[profile quick]{KEYS}")
    sessions = Sessions()
    results: list[object] = []

    def slow() -> None:
        results.append(sessions.client("profile:slow", REGION))

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert sessions.client("profile:quick", REGION)
        assert results == []
    finally:
        keys = {"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s"}
        pipe.write_text(json.dumps(keys))
        thread.join()
    assert len(results) == 1


@pytest.mark.parametrize("service", ["sagemaker-runtime", "sagemaker-featurestore-runtime"])
def test_a_service_that_would_slip_through_to_aws_is_refused(
    configure: Configure, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    configure(f"[profile me]{KEYS}")
    assert Sessions().client("profile:me", REGION, service)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", "http://127.0.0.1:9")
    with pytest.raises(ProblemError) as raised:
        Sessions().client("profile:me", REGION, service)
    variable = f"AWS_ENDPOINT_URL_{service.replace('-', '_').upper()}"
    assert variable in raised.value.problem.next
    monkeypatch.setenv(variable, "http://127.0.0.1:8")
    client = Sessions().client("profile:me", REGION, service)
    assert client.meta.endpoint_url == "http://127.0.0.1:8"


def test_a_profiles_own_endpoints_count(configure: Configure) -> None:
    configure(
        f"[profile me]{KEYS}services = mine\n"
        "[services mine]\nsagemaker =\n  endpoint_url = http://127.0.0.1:9\n"
        f"[profile all]{KEYS}endpoint_url = http://127.0.0.1:7\n"
    )
    sessions = Sessions()
    assert sessions.client("profile:me", REGION).meta.endpoint_url == "http://127.0.0.1:9"
    with pytest.raises(ProblemError, match="would go to AWS itself"):
        sessions.client("profile:me", REGION, "sagemaker-runtime")
    for service in ("sagemaker", "sagemaker-runtime", "sts", "s3", "logs"):
        url = sessions.client("profile:all", REGION, service).meta.endpoint_url
        assert url == "http://127.0.0.1:7"


def test_the_environment_does_not_take_the_default_profiles_keys(
    configure: Configure, aws_home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(f"[default]{KEYS}")
    with pytest.raises(ProblemError) as raised:
        Sessions().client("environment", REGION)
    assert raised.value.problem.title == "No credentials found"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FROMENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    sessions = Sessions()
    sessions.client("environment", REGION).list_domains()
    sessions.client("profile:default", REGION).list_domains()
    first, second = (asked.headers["Authorization"] for asked in endpoint.asked)
    assert "FROMENVIRONMENT" in first
    assert "AKIAIOSFODNN7EXAMPLE" in second


def test_the_local_engine_does_not_run() -> None:
    sessions = Sessions()
    with pytest.raises(ProblemError) as raised:
        sessions.client("local", REGION)
    found = raised.value.problem
    assert (found.cause, found.command) == ("offline", "jupyter smext local start")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": "http://127.0.0.1:1"}'])
def test_a_state_file_that_is_none(text: str) -> None:
    path = local_engine.home() / "engine.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert local_engine.state() is None


def test_a_state_file_of_a_dead_engine(engine: RunningEngine) -> None:
    gone = next(pid for pid in range(2**22 - 1, 2, -1) if not psutil.pid_exists(pid))
    engine_file(engine, pid=gone)
    assert local_engine.state() is None
    # The number of a dead engine, used again by a process that is younger.
    engine_file(engine, started=psutil.Process().create_time() - 60)
    assert local_engine.state() is None


def test_the_local_engine_answers_whatever_else_is_broken(
    engine: RunningEngine, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine_file(engine)
    configure("[profile broken\nnonsense")
    monkeypatch.setenv("AWS_PROFILE", "gone")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    sessions = Sessions()
    assert sessions.connections()[0].id == "local"
    assert sessions.client("local", "eu-west-1").list_models()["Models"] == []
    found = sessions.identity("local", REGION)
    assert (found.account, found.problem, found.expires_at) == ("000000000000", None, None)


def test_a_restarted_engine_is_found_again(engine: RunningEngine) -> None:
    path = engine_file(engine)
    sessions = Sessions()
    first = sessions.client("local", REGION)
    assert sessions.client("local", REGION) is first
    path.unlink()
    with pytest.raises(ProblemError, match="does not run"):
        sessions.client("local", REGION)
    engine_file(engine)
    assert sessions.client("local", REGION) is not first


def test_no_secret_in_the_engines_repr(engine: RunningEngine) -> None:
    engine_file(engine)
    assert engine.keys.secret_key not in repr(local_engine.state())


def sts(arn: str) -> Answer:
    result = f"<Arn>{arn}</Arn><UserId>u</UserId><Account>123456789012</Account>"
    body = f"<GetCallerIdentityResult>{result}</GetCallerIdentityResult>"
    text = f"<GetCallerIdentityResponse>{body}</GetCallerIdentityResponse>"
    return Answer(text.encode(), 200, {"Content_Type": "text/xml"})


def iam(body: str, status: int = 200) -> Answer:
    return Answer(body.encode(), status, {"Content_Type": "text/xml"})


ALIAS = "<AccountAliases><member>acme-research</member></AccountAliases>"
HAS_ALIAS = iam(
    f"<ListAccountAliasesResponse><ListAccountAliasesResult>{ALIAS}<IsTruncated>false</IsTruncated>"
    "</ListAccountAliasesResult></ListAccountAliasesResponse>"
)
NOT_ALLOWED = iam(
    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    403,
)


def test_identity(configure: Configure, endpoint: Endpoint) -> None:
    configure(f"[profile me]{KEYS}endpoint_url = {endpoint.url}\n")
    arn = "arn:aws:sts::123456789012:assumed-role/DataScientist/ann"
    endpoint.answer(sts(arn), HAS_ALIAS)
    found = Sessions().identity("profile:me", REGION)
    assert (found.account, found.alias, found.arn) == ("123456789012", "acme-research", arn)
    assert (found.name, found.expires_at, found.problem) == ("DataScientist", None, None)


def test_identity_without_the_right_to_read_the_alias(
    configure: Configure, endpoint: Endpoint
) -> None:
    configure(f"[profile me]{KEYS}endpoint_url = {endpoint.url}\n")
    endpoint.answer(sts("arn:aws:iam::123456789012:user/ann"), NOT_ALLOWED)
    found = Sessions().identity("profile:me", REGION)
    assert (found.account, found.alias, found.name) == ("123456789012", None, "ann")
    assert found.problem is None


def test_identity_that_is_not_known(configure: Configure, endpoint: Endpoint) -> None:
    configure(f"[profile me]{KEYS}endpoint_url = {endpoint.url}\n")
    code = "<Code>ExpiredToken</Code><Message>expired</Message>"
    endpoint.answer(iam(f"<ErrorResponse><Error>{code}</Error></ErrorResponse>", 403))
    found = Sessions().identity("profile:me", REGION)
    assert (found.account, found.arn) == (None, None)
    assert found.problem is not None
    assert found.problem.cause == "signed_out"


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::1:root", "root"),
        ("arn:aws:iam::1:user/team/ann", "ann"),
        ("arn:aws:sts::1:assumed-role/Admin/session", "Admin"),
        (
            "arn:aws:sts::1:assumed-role/AWSReservedSSO_DataScientist_0123456789abcdef/ann@x.y",
            "DataScientist",
        ),
        ("arn:aws:sts::1:federated-user/bob", "bob"),
    ],
)
def test_name_of(arn: str, name: str) -> None:
    assert name_of(arn) == name


def test_closing_ends_the_clients(configure: Configure) -> None:
    configure(f"[profile me]{KEYS}")
    sessions = Sessions()
    first = sessions.client("profile:me", REGION)
    sessions.close()
    assert sessions.client("profile:me", REGION) is not first
