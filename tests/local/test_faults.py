"""Faults: what a client of the engine sees of each, until it is taken off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError, IncompleteReadError, ResponseStreamingError

from jupyter_smext.local import shortage
from jupyter_smext.local.denial import action, denied
from jupyter_smext.local.runners.supervision import process_table
from tests.local_engine import RunningEngine

ROOT = Path(__file__).parents[2]
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
USER = "User: arn:aws:iam::000000000000:user/local is not authorized to perform: "
NOTEBOOK = {"InstanceType": "ml.t3.medium", "RoleArn": ROLE}


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to be true and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def status(engine: RunningEngine, name: str) -> str:
    answer = engine.client("sagemaker").describe_notebook_instance(NotebookInstanceName=name)
    return str(answer["NotebookInstanceStatus"])


@pytest.mark.parametrize(
    ("service", "call", "code", "http", "words"),
    [
        (
            "sagemaker",
            lambda client: client.create_model(ModelName="m", ExecutionRoleArn=ROLE),
            "AccessDeniedException",
            400,
            "sagemaker:CreateModel on resource: arn:aws:sagemaker:us-east-1:000000000000:model/m "
            "because no identity-based policy allows the sagemaker:CreateModel action",
        ),
        (
            "sagemaker",
            lambda client: client.list_models(),
            "AccessDeniedException",
            400,
            "sagemaker:ListModels because no identity-based policy allows the "
            "sagemaker:ListModels action",
        ),
        (
            "iam",
            lambda client: client.get_role(RoleName="r"),
            "AccessDenied",
            403,
            "iam:GetRole on resource: role r because no identity-based policy allows the "
            "iam:GetRole action",
        ),
        (
            "s3",
            lambda client: client.get_object(Bucket="bucket", Key="a/key"),
            "AccessDenied",
            403,
            's3:GetObject on resource: "arn:aws:s3:::bucket/a/key" because no identity-based '
            "policy allows the s3:GetObject action",
        ),
        (
            "s3",
            lambda client: client.list_objects_v2(Bucket="bucket"),
            "AccessDenied",
            403,
            's3:ListBucket on resource: "arn:aws:s3:::bucket" because no identity-based '
            "policy allows the s3:ListBucket action",
        ),
        (
            "sagemaker-runtime",
            lambda client: client.invoke_endpoint(EndpointName="e", Body=b"1"),
            "AccessDeniedException",
            403,
            "sagemaker:InvokeEndpoint on resource: "
            "arn:aws:sagemaker:us-east-1:000000000000:endpoint/e because no identity-based policy "
            "allows the sagemaker:InvokeEndpoint action",
        ),
        (
            "logs",
            lambda client: client.describe_log_streams(logGroupName="/g"),
            "AccessDeniedException",
            400,
            "logs:DescribeLogStreams on resource: "
            "arn:aws:logs:us-east-1:000000000000:log-group:/g:log-stream: because no "
            "identity-based policy allows the logs:DescribeLogStreams action",
        ),
    ],
)
def test_a_denied_action_is_said_as_iam_says_it(
    engine: RunningEngine,
    service: str,
    call: Callable[[Any], Any],
    code: str,
    http: int,
    words: str,
) -> None:
    engine.faults([{"kind": "denied"}])
    with pytest.raises(ClientError) as error:
        call(engine.client(service))
    said = error.value.response
    assert said["Error"]["Code"] == code
    assert said["Error"]["Message"] == USER + words
    assert said["ResponseMetadata"]["HTTPStatusCode"] == http


def test_a_role_that_may_not_be_passed_is_said_as_iam_says_it(engine: RunningEngine) -> None:
    engine.faults([{"kind": "passrole"}])
    client = engine.client("sagemaker")
    role = "arn:aws:iam::000000000000:role/r"
    with pytest.raises(ClientError) as caught:
        client.create_notebook_instance(
            NotebookInstanceName="nb", InstanceType="ml.t3.medium", RoleArn=role
        )
    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert f"is not authorized to perform: iam:PassRole on resource: {role}" in error["Message"]
    client.list_notebook_instances()


def test_only_the_action_that_is_denied_is(engine: RunningEngine) -> None:
    engine.faults([{"kind": "denied", "operation": "ListModels"}])
    with pytest.raises(ClientError, match="sagemaker:ListModels"):
        engine.client("sagemaker").list_models()
    engine.client("sagemaker").list_endpoints()


@pytest.mark.parametrize(
    ("service", "call", "code", "http"),
    [
        ("sagemaker", lambda client: client.list_models(), "ExpiredTokenException", 400),
        ("sts", lambda client: client.get_caller_identity(), "ExpiredToken", 403),
        ("s3", lambda client: client.list_buckets(), "ExpiredToken", 400),
        (
            "sagemaker-runtime",
            lambda client: client.invoke_endpoint(EndpointName="e", Body=b"1"),
            "ExpiredTokenException",
            403,
        ),
    ],
)
def test_an_expired_token_is_said_in_each_protocol(
    engine: RunningEngine, service: str, call: Callable[[Any], Any], code: str, http: int
) -> None:
    engine.faults([{"kind": "expired"}])
    with pytest.raises(ClientError) as error:
        call(engine.client(service))
    assert error.value.response["Error"]["Code"] == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == http


def test_s3_says_slow_down(engine: RunningEngine) -> None:
    engine.faults([{"kind": "throttle"}])
    with pytest.raises(ClientError) as error:
        engine.client("s3").list_buckets()
    assert error.value.response["Error"]["Code"] == "SlowDown"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize("size", [4, 3_000_000])
def test_an_objects_bytes_are_cut_off_or_not_its_own(
    engine: RunningEngine, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="cut-off")
    s3.put_object(Bucket="cut-off", Key="k", Body=b"x" * size)
    engine.faults([{"kind": "truncated"}])
    with pytest.raises((IncompleteReadError, ResponseStreamingError)):
        s3.get_object(Bucket="cut-off", Key="k")["Body"].read()
    engine.faults([{"kind": "nonjson"}])
    assert b"not the API" in s3.get_object(Bucket="cut-off", Key="k")["Body"].read()
    engine.faults([])
    assert s3.get_object(Bucket="cut-off", Key="k")["Body"].read() == b"x" * size
    assert "Traceback" not in caplog.text
    # Nobody holds the bytes any more: they go with the object.
    s3.delete_object(Bucket="cut-off", Key="k")
    assert list((engine.home / "s3").iterdir()) == []
    s3.delete_bucket(Bucket="cut-off")


def test_domains_have_no_name_before_they_are_made() -> None:
    error = denied("sagemaker", "CreateDomain", "us-east-1", "1", {"DomainName": "d"})
    assert "on resource: arn:aws:sagemaker:us-east-1:1:domain/* because" in error.message
    assert action("s3", "UploadPart") == "s3:PutObject"
    assert action("service-quotas", "ListServiceQuotas") == "servicequotas:ListServiceQuotas"


def test_a_quota_of_zero_refuses_the_type_and_keeps_nothing(engine: RunningEngine) -> None:
    client = engine.client("sagemaker")
    engine.faults([{"kind": "quota", "noun": "NotebookInstance", "instance_type": "ml.t3.medium"}])
    with pytest.raises(ClientError) as error:
        client.create_notebook_instance(NotebookInstanceName="refused", **NOTEBOOK)
    assert error.value.response["Error"] == {
        "Code": "ResourceLimitExceeded",
        "Message": "The account-level service limit 'ml.t3.medium for notebook instance usage' is "
        "0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances. "
        "Please use AWS Service Quotas to request an increase for this quota. If AWS Service "
        "Quotas is not available, contact AWS support to request an increase for this quota.",
    }
    assert client.list_notebook_instances()["NotebookInstances"] == []


def test_each_noun_has_its_words() -> None:
    for noun in shortage.WORDS:
        assert "ml.m5.large" in shortage.over_quota(noun, "ml.m5.large").message
        assert "{type}" not in shortage.no_capacity(noun, "ml.m5.large")
    assert "'Studio JupyterLab Apps running on ml.g5.xlarge instances' is 0 Apps" in (
        shortage.over_quota("App", "ml.g5.xlarge").message
    )


def test_without_capacity_it_is_accepted_and_fails(engine: RunningEngine) -> None:
    client = engine.client("sagemaker")
    engine.faults([{"kind": "capacity", "noun": "NotebookInstance", "times": 1}])
    client.create_notebook_instance(NotebookInstanceName="scarce", **NOTEBOOK)
    until(lambda: status(engine, "scarce") == "Failed")
    detail = client.describe_notebook_instance(NotebookInstanceName="scarce")
    assert detail["FailureReason"] == (
        "Insufficient notebook instance capacity. Retry later or with a different instance type."
    )
    assert not list(process_table.trees(os.getpid()))
    client.delete_notebook_instance(NotebookInstanceName="scarce")


def test_a_state_hangs_until_the_fault_is_off_and_a_kill_ends_the_processes(
    engine: RunningEngine,
) -> None:
    client = engine.client("sagemaker")
    engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Pending"}])
    arn = client.create_notebook_instance(NotebookInstanceName="held", **NOTEBOOK)[
        "NotebookInstanceArn"
    ]
    with pytest.raises(urllib.error.HTTPError) as nothing:
        engine.faults([{"kind": "kill", "resource": arn}])
    nothing.value.close()
    assert nothing.value.code == 400
    assert status(engine, "held") == "Pending" and not list(process_table.trees(os.getpid()))
    engine.faults([])
    until(lambda: status(engine, "held") == "InService")

    (tree,) = process_table.trees(os.getpid())
    processes = psutil.Process(tree.pid).children(recursive=True)
    engine.faults([{"kind": "kill", "resource": arn}])
    until(lambda: status(engine, "held") == "Failed")
    assert (
        "killed" in client.describe_notebook_instance(NotebookInstanceName="held")["FailureReason"]
    )
    until(lambda: not any(process.is_running() for process in processes))
    client.delete_notebook_instance(NotebookInstanceName="held")
    client.get_waiter("notebook_instance_deleted").wait(
        NotebookInstanceName="held", WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
    )


def ask(
    engine: RunningEngine, method: str, body: Any = None, path: str = "", **headers: str
) -> Any:
    request = urllib.request.Request(
        f"{engine.url}/_engine/faults{path}",
        None if body is None else json.dumps(body).encode(),
        headers,
        method=method,
    )
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def test_faults_are_listed_added_and_cleared_by_kind(engine: RunningEngine) -> None:
    assert ask(engine, "GET") == []
    ask(engine, "POST", [{"kind": "throttle", "operation": "ListHubs", "times": 2}])
    ask(engine, "PUT", [{"kind": "quota", "instance_type": "ml.m5.large"}])
    with pytest.raises(ClientError):
        engine.client("sagemaker").list_hubs()
    quota = {"kind": "quota", "instance_type": "ml.m5.large"}
    assert ask(engine, "GET") == [{"kind": "throttle", "operation": "ListHubs", "times": 1}, quota]
    ask(engine, "DELETE", path="?kind=throttle")
    assert ask(engine, "GET") == [quota]
    ask(engine, "DELETE")
    assert ask(engine, "GET") == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "tea"},
        {"kind": "throttle", "operation": 1},
        {"kind": "throttle", "operation": "Nope"},
        {"kind": "throttle", "operation": "listmodels"},
        {"kind": "throttle", "times": -1},
        {"kind": "throttle", "times": "2"},
        {"kind": "latency", "seconds": float("nan")},
        {"kind": "latency", "seconds": -1},
        {"kind": "quota", "noun": "Tea"},
        {"kind": "kill"},
        {"kind": "throttle", "colour": "red"},
        {},
    ],
)
def test_what_is_no_fault_is_refused_and_changes_nothing(
    engine: RunningEngine, fault: dict[str, Any]
) -> None:
    ask(engine, "POST", [{"kind": "throttle"}])
    for method in ("POST", "PUT"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(engine, method, [fault])
        refused.value.close()
        assert refused.value.code == 400
    assert ask(engine, "GET") == [{"kind": "throttle"}]


def test_a_web_page_cannot_put_faults_on(engine: RunningEngine) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(engine, "POST", [{"kind": "throttle"}], Origin="https://example.com")
    refused.value.close()
    assert refused.value.code == 403
    assert ask(engine, "GET") == []


def smext(home: Path, *args: str, code: int = 0) -> str:
    """What the command line says, which must end with `code`."""
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_smext.local", *args],
        cwd=ROOT,
        env={**os.environ, "SMEXT_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_command_line_puts_faults_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fault = ("fault", "set", "denied", "--operation", "ListModels")
    assert "start --faults" in smext(home, *fault, code=1)
    try:
        smext(home, "start")
        assert "started without faults" in smext(home, *fault, code=1)
        smext(home, "stop")
        smext(home, "start", "--faults")
        assert smext(home, "fault", "list") == "No fault is on.\n"
        assert smext(home, *fault, "--times", "3") == "On: denied operation=ListModels times=3\n"
        smext(home, "fault", "set", "quota", "--noun", "App", "--instance-type", "ml.g5.xlarge")
        assert json.loads(smext(home, "fault", "list", "--json")) == [
            {"kind": "denied", "operation": "ListModels", "times": 3},
            {"kind": "quota", "noun": "App", "instance_type": "ml.g5.xlarge"},
        ]
        assert "no use for --noun" in smext(home, *fault, "--noun", "App", code=1)
        assert "noun must be one of" in smext(home, "fault", "set", "quota", "--noun", "x", code=1)
        said = smext(home, "fault", "set", "denied", "--operation", "Nope", code=1)
        assert "no service here has an operation 'Nope'" in said
        assert "name a --noun or a --status" in smext(home, "fault", "set", "hang", code=1)
        assert smext(home, "fault", "set", "hang", "--status", "Stopping").startswith("On: hang")
        assert smext(home, "fault", "clear", "hang") == "Off: every hang.\n"
        nobody = "arn:aws:sagemaker:us-east-1:000000000000:training-job/nobody"
        said = smext(home, "fault", "set", "kill", "--resource", nobody, code=1)
        assert "Nothing of" in said
        assert smext(home, "fault", "clear", "denied") == "Off: every denied.\n"
        assert "quota noun=App" in smext(home, "fault", "list")
        smext(home, "fault", "clear")
        assert smext(home, "fault", "list") == "No fault is on.\n"
    finally:
        smext(home, "stop")
    assert "hang" in smext(home, "fault", "set", "--help")
