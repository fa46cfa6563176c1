"""Notebook instances through boto3: real JupyterLab processes, AWS's states, words and sign-in."""

from __future__ import annotations

import base64
import json
import re
import signal
import time
import types
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.jupyter_token import mint
from jupyter_smext.local.runners import supervision
from jupyter_smext.local.runners.jupyter import process as jupyter_process
from jupyter_smext.local.runners.jupyter.notebook import NotebookRunner
from tests.local.jupyter_browser import Browser, run_in_kernel, tree, until
from tests.local_engine import RunningEngine

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
FAST = {"Delay": 0.1, "MaxAttempts": 600}
MODEL = botocore.session.get_session().get_service_model("sagemaker")


def create(engine: RunningEngine, name: str, **more: Any) -> str:
    """Create an instance and answer its ARN."""
    given = {"InstanceType": "ml.t3.medium", "RoleArn": ROLE, **more}
    answer = engine.client("sagemaker").create_notebook_instance(NotebookInstanceName=name, **given)
    return str(answer["NotebookInstanceArn"])


def describe(engine: RunningEngine, name: str) -> dict[str, Any]:
    answer = engine.client("sagemaker").describe_notebook_instance(NotebookInstanceName=name)
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def wait(engine: RunningEngine, name: str, event: str) -> None:
    """boto3's own waiter: in_service, stopped or deleted."""
    waiter = engine.client("sagemaker").get_waiter(f"notebook_instance_{event}")
    waiter.wait(NotebookInstanceName=name, WaiterConfig=FAST)


def failed(engine: RunningEngine, name: str) -> str:
    """Wait until it has Failed and answer why."""
    until(lambda: describe(engine, name)["NotebookInstanceStatus"] == "Failed")
    return str(describe(engine, name)["FailureReason"])


def act(engine: RunningEngine, operation: str, name: str, **more: Any) -> Any:
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
    return getattr(engine.client("sagemaker"), method)(NotebookInstanceName=name, **more)


def refusal(engine: RunningEngine, operation: str, name: str, **more: Any) -> tuple[str, str]:
    """The code and message an operation is refused with."""
    with pytest.raises(ClientError) as caught:
        act(engine, operation, name, **more)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def remove(engine: RunningEngine, name: str) -> None:
    if describe(engine, name)["NotebookInstanceStatus"] == "InService":
        act(engine, "StopNotebookInstance", name)
        wait(engine, name, "stopped")
    act(engine, "DeleteNotebookInstance", name)
    wait(engine, name, "deleted")


def folder(engine: RunningEngine, name: str, region: str = "us-east-1") -> Path:
    detail = engine.store.get(region, "NotebookInstance", name)
    assert detail is not None
    return engine.home / "notebook-instances" / region / detail["_id"]


@pytest.fixture(scope="module")
def demo(running_engine: RunningEngine) -> Iterator[str]:
    """The name of an instance in service, for tests that leave it so."""
    create(running_engine, "Demo")
    wait(running_engine, "Demo", "in_service")
    yield "Demo"


def test_life(engine: RunningEngine) -> None:
    arn = create(engine, "Life", VolumeSizeInGB=7, Tags=[{"Key": "team", "Value": "a"}])
    assert arn == "arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/life"
    new = describe(engine, "Life")
    assert new["NotebookInstanceStatus"] == "Pending" and "Url" not in new
    assert engine.client("sagemaker").list_tags(ResourceArn=arn)["Tags"][0]["Value"] == "a"
    code, words = refusal(engine, "StopNotebookInstance", "Life")
    assert words == (
        f"Status (Pending) not in ([InService]). "
        f"Unable to transition to (Stopping) for Notebook Instance ({arn})"
    )

    wait(engine, "Life", "in_service")
    url = describe(engine, "Life")["Url"]
    processes = tree(arn)
    (server,) = [process for process in processes if "jupyterlab" in process.cmdline()]
    environment = server.environ()
    assert environment["AWS_ENDPOINT_URL"] == engine.url
    assert environment["AWS_ACCESS_KEY_ID"] == engine.keys.access_key
    assert environment["AWS_DEFAULT_REGION"] == "us-east-1"
    # Without it the SageMaker SDK asks AWS itself for the account.
    settings = Path(environment["SAGEMAKER_USER_CONFIG_OVERRIDE"])
    assert settings.is_relative_to(engine.home / "notebook-instances")
    assert "sagemaker-us-east-1-000000000000" in settings.read_text()
    # A kernel of the instance finds the engine by itself, and boto3 in it needs no word.
    code = (
        "import boto3, json, pathlib, subprocess\n"
        "subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "call = boto3.client('sagemaker').describe_notebook_instance\n"
        "found = call(NotebookInstanceName='Life')\n"
        "pathlib.Path('mine.txt').write_text(found['NotebookInstanceStatus'])\n"
    )
    if supervision.namespaces() is None:
        # So the SageMaker SDK knows which instance it runs on; of others nothing is seen.
        code += (
            "text = pathlib.Path('/opt/ml/metadata/resource-metadata.json').read_text()\n"
            f"assert json.loads(text) == {{'ResourceArn': '{arn}', 'ResourceName': 'Life'}}\n"
            f"seen = list(pathlib.Path('{folder(engine, 'Life').parent}').iterdir())\n"
            f"assert [str(path) for path in seen] == ['{folder(engine, 'Life')}']\n"
            f"assert not pathlib.Path('{engine.home}/keys.json').exists()\n"
        )
    run_in_kernel(act(engine, "CreatePresignedNotebookInstanceUrl", "Life")["AuthorizedUrl"], code)
    processes = tree(arn)
    assert {"sleep"} <= {process.name() for process in processes} and len(processes) >= 4

    act(engine, "StopNotebookInstance", "Life")
    wait(engine, "Life", "stopped")
    assert tree(arn) == [] and not any(process.is_running() for process in processes)
    assert not _answers(url) and "Url" not in describe(engine, "Life")

    code, words = refusal(engine, "UpdateNotebookInstance", "Life", VolumeSizeInGB=6)
    assert code == "ValidationException" and "7 GB" in words
    act(engine, "UpdateNotebookInstance", "Life", InstanceType="ml.m5.xlarge", VolumeSizeInGB=20)
    wait(engine, "Life", "stopped")
    changed = describe(engine, "Life")
    assert (changed["InstanceType"], changed["VolumeSizeInGB"]) == ("ml.m5.xlarge", 20)

    act(engine, "StartNotebookInstance", "Life")
    assert describe(engine, "Life")["NotebookInstanceStatus"] == "Pending"
    wait(engine, "Life", "in_service")
    home = folder(engine, "Life")
    assert (home / "SageMaker" / "mine.txt").read_text() == "InService"
    remove(engine, "Life")
    assert refusal(engine, "DescribeNotebookInstance", "Life") == (
        "ValidationException",
        "RecordNotFound",
    )
    assert not home.exists() and tree(arn) == []


def _answers(url: str) -> bool:
    try:
        Browser().get(f"http://{url}/api")
    except urllib.error.URLError:
        return False
    return True


def test_presigned_url_signs_in_once(engine: RunningEngine, demo: str) -> None:
    answer = act(
        engine,
        "CreatePresignedNotebookInstanceUrl",
        demo,
        SessionExpirationDurationInSeconds=1800,
    )
    presigned = answer["AuthorizedUrl"]
    base = f"http://{urlsplit(presigned).netloc}"
    assert base == f"http://{describe(engine, demo)['Url']}"

    for path in ("/", "/lab", "/api/contents", "/api/status", "/tree", "/login", "/static/x.js"):
        status, _, body = Browser().get(base + path)
        assert status == 403, path
        assert b"jupyter-config-data" not in body

    browser = Browser()
    before = time.time()
    status, landed, body = browser.get(presigned)
    assert (status, landed) == (200, f"{base}/lab") and b"jupyter-config-data" in body
    session = browser.cookie("username-")
    assert session.has_nonstandard_attr("HttpOnly")
    assert session.expires is not None and before + 1790 < session.expires < time.time() + 1810
    assert browser.get(f"{base}/")[:2] == (200, f"{base}/lab")

    assert Browser().get(presigned)[0] == 403
    assert browser.get(presigned)[0] == 403
    # The session that was there is not touched by that.
    assert browser.get(f"{base}/api/contents")[0] == 200


def test_rest_api_with_the_cookie_needs_xsrf(engine: RunningEngine, demo: str) -> None:
    url = act(engine, "CreatePresignedNotebookInstanceUrl", demo)["AuthorizedUrl"]
    base = f"http://{urlsplit(url).netloc}"
    browser = Browser()
    browser.get(url)
    file = {"type": "file", "format": "text", "content": "hello"}
    put = {"data": json.dumps(file).encode(), "method": "PUT"}
    assert browser.get(f"{base}/api/contents/a.txt", **put)[0] == 403
    headers = {"X-XSRFToken": str(browser.cookie("_xsrf").value)}
    assert browser.get(f"{base}/api/contents/a.txt", headers=headers, **put)[0] == 201
    assert (folder(engine, demo) / "SageMaker" / "a.txt").read_text() == "hello"
    kernels = json.loads(browser.get(f"{base}/api/kernelspecs")[2])
    assert "python3" in kernels["kernelspecs"]


def test_session_ends_on_the_server(engine: RunningEngine, demo: str) -> None:
    key = engine.engine.runner(NotebookRunner).key("us-east-1", demo)
    assert key is not None
    base = f"http://{describe(engine, demo)['Url']}"
    browser = Browser()
    assert browser.get(f"{base}/?authToken={mint(key, 'sign-in', session=3)}")[0] == 200
    for cookie in browser.cookies:  # a browser that keeps it for longer than it was told to
        cookie.expires = None
    until(lambda: browser.get(f"{base}/api/status")[0] == 403)


def test_tokens_for_other_things_open_nothing(engine: RunningEngine, demo: str) -> None:
    key = engine.engine.runner(NotebookRunner).key("us-east-1", demo)
    assert key is not None
    base = f"http://{describe(engine, demo)['Url']}"
    good = mint(key, "sign-in", session=60)
    bad = {
        "another instance's": mint("0" * 64, "sign-in", session=60),
        "the engine's own": mint(key, "engine", session=60),
        "too old": mint(key, "sign-in", valid=-1, session=60),
        "cut": good[:-1],
        "longer session": mint("", "sign-in", session=43200).partition(".")[0]
        + good[good.index(".") :],
        "no token": "x",
        "no ASCII": "%C3%A9.%C3%A9",
        "long": "a" * 10_000,
    }
    for what, token in bad.items():
        assert Browser().get(f"{base}/?authToken={token}")[0] == 403, what
    as_bearer = {"Authorization": f"Bearer {mint(key, 'sign-in', session=60)}"}
    assert Browser().get(f"{base}/api/status", headers=as_bearer)[0] == 403
    # At another address than the door's own a token does not count, nor is it used up or logged.
    assert Browser().get(f"{base}/lab?authToken={good}")[0] == 403
    assert Browser().get(f"{base}/?authToken={good}")[0] == 200


def test_no_secret_in_logs(engine: RunningEngine, demo: str) -> None:
    url = act(engine, "CreatePresignedNotebookInstanceUrl", demo)["AuthorizedUrl"]
    token = url.partition("=")[2]
    base = url.partition("/?")[0]
    Browser().get(f"{base}/lab?authToken={token}")
    Browser().get(url)
    Browser().get(url)
    log = (folder(engine, demo) / ".instance" / "logs" / "jupyter.log").read_text()
    assert "The token was used before" in log
    key = engine.engine.runner(NotebookRunner).key("us-east-1", demo)
    for secret in (token, engine.keys.secret_key, key):
        assert str(secret) not in log
    assert re.search(r"runs on this machine: \d+ vCPU, [\d.]+ GiB of ml.t3.medium's", log)
    assert re.search(r"kept but not applied: RoleArn, .*VolumeSizeInGB", log)
    secret_files = [folder(engine, demo) / ".instance" / "token.key", engine.home / "keys.json"]
    assert [path.stat().st_mode & 0o077 for path in secret_files] == [0, 0]


def test_the_extension_is_not_inside(engine: RunningEngine, demo: str) -> None:
    url = act(engine, "CreatePresignedNotebookInstanceUrl", demo)["AuthorizedUrl"]
    browser = Browser()
    page = browser.get(url)[2].decode()
    assert browser.get(f"{url.partition('/?')[0]}/smext/api/kinds")[0] == 404
    config = json.loads(re.search(r'"jupyter-config-data"[^>]*>([^<]*)<', page)[1])  # type: ignore[index]
    names = [each["name"] for each in config["federated_extensions"]]
    assert "jupyter_smext" not in names or "jupyter_smext" in config["disabledExtensions"]


STATES = MODEL.shape_for("NotebookInstanceStatus").enum
ALLOWED = {
    "StartNotebookInstance": ("Pending", ["Stopped", "Failed"]),
    "StopNotebookInstance": ("Stopping", ["InService"]),
    "UpdateNotebookInstance": ("Updating", ["Stopped", "Failed"]),
    "DeleteNotebookInstance": ("Deleting", ["Stopped", "Failed"]),
    "CreatePresignedNotebookInstanceUrl": ("", ["InService"]),
}


@pytest.mark.parametrize("operation", ALLOWED)
def test_forbidden_transitions(engine: RunningEngine, operation: str) -> None:
    target, allowed = ALLOWED[operation]
    for state in set(STATES) - set(allowed):
        arn = "arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/record"
        detail = {
            "NotebookInstanceName": "record",
            "NotebookInstanceArn": arn,
            "NotebookInstanceStatus": state,
            "InstanceType": "ml.t3.medium",
            "VolumeSizeInGB": 5,
        }
        engine.put("NotebookInstance", detail)
        code, words = refusal(engine, operation, "record")
        assert code == "ValidationException"
        assert words.startswith(f"Status ({state}) not in ([{', '.join(allowed)}]). Unable to ")
        if target:
            assert words.endswith(f"transition to ({target}) for Notebook Instance ({arn})")
        assert engine.store.get("us-east-1", "NotebookInstance", "record") == detail
    engine.store.delete("us-east-1", "NotebookInstance", "record")
    assert refusal(engine, operation, "record") == ("ValidationException", "RecordNotFound")


def test_bad_requests_change_nothing(engine: RunningEngine, demo: str) -> None:
    before = describe(engine, demo)
    listed = engine.client("sagemaker").list_notebook_instances()["NotebookInstances"]
    for bad, words in (
        ({"NotebookInstanceName": demo}, "duplicate Notebook Instance"),
        ({"NotebookInstanceName": demo.lower()}, "duplicate Notebook Instance"),
        ({"InstanceType": "ml.t3.nonesuch"}, "enum value set"),
        ({"RoleArn": "arn:aws:iam::000000000000:user/me-and-only-me"}, "pattern"),
        ({"VolumeSizeInGB": 20_000}, "less than or equal to"),
        ({"LifecycleConfigName": "nope"}, "Lifecycle Config does not exist"),
        ({"NotebookInstanceName": "../../up"}, "pattern"),
    ):
        given = {"NotebookInstanceName": "bad", "InstanceType": "ml.t3.medium", "RoleArn": ROLE}
        code, message = refusal(engine, "CreateNotebookInstance", **_named({**given, **bad}))
        assert code == "ValidationException" and words in message, message
    unchecked = engine.client("sagemaker", parameter_validation=False)
    with pytest.raises(ClientError, match="ValidationException.*greater than or equal to 1800"):
        unchecked.create_presigned_notebook_instance_url(
            NotebookInstanceName=demo, SessionExpirationDurationInSeconds=60
        )
    assert describe(engine, demo) == before
    assert engine.client("sagemaker").list_notebook_instances()["NotebookInstances"] == listed


def _named(given: dict[str, Any]) -> dict[str, Any]:
    return {"name": given.pop("NotebookInstanceName"), **given}


def test_what_create_is_given_is_described(engine: RunningEngine) -> None:
    scripts(engine, "ends-it", OnCreate="exit 1")  # what is described needs no JupyterLab up
    given = {
        "SubnetId": "subnet-1",
        "SecurityGroupIds": ["sg-1"],
        "KmsKeyId": "key-1",
        "LifecycleConfigName": "ends-it",
        "DirectInternetAccess": "Disabled",
        "RootAccess": "Disabled",
        "DefaultCodeRepository": "https://example.com/repo.git",
        "AdditionalCodeRepositories": ["more"],
        "PlatformIdentifier": "notebook-al2-v3",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    }
    create(engine, "Given", **given)
    seen = describe(engine, "Given")
    given["SecurityGroups"] = given.pop("SecurityGroupIds")
    given["NotebookInstanceLifecycleConfigName"] = given.pop("LifecycleConfigName")
    assert {member: seen[member] for member in given} == given
    failed(engine, "Given")
    flags = ("DefaultCodeRepository", "LifecycleConfig", "AdditionalCodeRepositories")
    act(
        engine, "UpdateNotebookInstance", "Given", **{f"Disassociate{flag}": True for flag in flags}
    )
    wait(engine, "Given", "stopped")
    left = describe(engine, "Given")
    assert not {flags[0], flags[2], "NotebookInstanceLifecycleConfigName"} & set(left)
    remove(engine, "Given")


def scripts(engine: RunningEngine, name: str, **texts: str) -> None:
    hooks = {
        hook: [{"Content": base64.b64encode(text.encode()).decode()}]
        for hook, text in texts.items()
    }
    engine.client("sagemaker").create_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName=name, **hooks
    )


def test_lifecycle_scripts_run(engine: RunningEngine) -> None:
    scripts(
        engine,
        "both",
        OnCreate="echo created >> ~/SageMaker/trace; echo said so",
        OnStart="echo started >> ~/SageMaker/trace; nohup sleep 600 > /dev/null 2>&1 &",
    )
    arn = create(engine, "Scripted", LifecycleConfigName="both")
    wait(engine, "Scripted", "in_service")
    home = folder(engine, "Scripted")
    assert (home / ".instance/logs/LifecycleConfigOnCreate.log").read_text() == "said so\n"
    group = {"logGroupName": "/aws/sagemaker/NotebookInstances"}
    read = engine.client("logs").filter_log_events

    def printed(stream: str) -> list[str]:
        found = read(**group, logStreamNamePrefix=f"Scripted/{stream}")["events"]
        return [event["message"] for event in found]

    until(lambda: printed("LifecycleConfigOnCreate") == ["said so"])
    until(lambda: any("runs on this machine" in line for line in printed("jupyter.log")))
    background = [process for process in tree(arn) if process.name() == "sleep"]
    assert len(background) == 1
    act(engine, "StopNotebookInstance", "Scripted")
    wait(engine, "Scripted", "stopped")
    assert not background[0].is_running()
    act(engine, "StartNotebookInstance", "Scripted")
    wait(engine, "Scripted", "in_service")
    assert (home / "SageMaker/trace").read_text().split() == ["created", "started", "started"]
    remove(engine, "Scripted")


def test_lifecycle_script_that_fails(engine: RunningEngine) -> None:
    scripts(engine, "broken", OnStart="echo no such thing >&2; exit 3")
    arn = create(engine, "Broken", LifecycleConfigName="broken")
    why = failed(engine, "Broken")
    assert "notebook-instance-lifecycle-config/broken'" in why and arn in why
    assert "its OnStart script ended with exit code 3. Log: no such thing" in why
    assert tree(arn) == [] and not (folder(engine, "Broken") / ".instance/logs/x").exists()
    remove(engine, "Broken")


def test_lifecycle_script_that_takes_too_long(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert jupyter_process.SCRIPT_SECONDS == 300
    monkeypatch.setattr(jupyter_process, "SCRIPT_SECONDS", 0.3)
    scripts(engine, "slow", OnCreate="sleep 600")
    arn = create(engine, "Slow", LifecycleConfigName="slow")
    assert "took longer than" in failed(engine, "Slow")
    assert tree(arn) == []
    remove(engine, "Slow")


def test_jupyterlab_that_cannot_start(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    python = str(tmp_path / "bare" / "bin" / "python")
    monkeypatch.setattr(jupyter_process, "sys", types.SimpleNamespace(executable=python))
    arn = create(engine, "Bare")
    why = failed(engine, "Bare")
    assert "The notebook server ended with exit code 1 before it answered." in why
    assert f"JupyterLab is not installed for {python}" in why
    assert tree(arn) == []
    monkeypatch.undo()
    act(engine, "StartNotebookInstance", "Bare")
    wait(engine, "Bare", "in_service")
    assert "FailureReason" not in describe(engine, "Bare")

    # The same instance then dies in service.
    jupyter = next(process for process in tree(arn) if "jupyterlab" in process.cmdline())
    jupyter.send_signal(signal.SIGKILL)
    assert "was ended by signal 9 while it was in service" in failed(engine, "Bare")
    assert tree(arn) == []
    remove(engine, "Bare")


def test_a_file_in_the_way_is_a_reason_not_a_crash(engine: RunningEngine) -> None:
    scripts(engine, "fails-first", OnCreate="exit 1")
    create(engine, "Blocked", LifecycleConfigName="fails-first")
    failed(engine, "Blocked")
    volume = folder(engine, "Blocked") / "SageMaker"
    volume.rmdir()
    volume.write_text("a file")
    act(engine, "StartNotebookInstance", "Blocked")
    assert "could not be started" in failed(engine, "Blocked")
    remove(engine, "Blocked")


def test_what_was_under_way_is_finished_after_a_restart(fresh_engine: RunningEngine) -> None:
    for state in ("Stopping", "Updating", "Deleting", "Stopped", "Failed"):
        volume = fresh_engine.home / "notebook-instances/us-east-1" / f"nbi-{state}" / "SageMaker"
        volume.mkdir(parents=True)
        fresh_engine.put(
            "NotebookInstance",
            {
                "NotebookInstanceName": state,
                "NotebookInstanceArn": f"arn:aws:sagemaker:us-east-1:0:notebook-instance/{state}",
                "NotebookInstanceStatus": state,
                "InstanceType": "ml.t3.medium",
                "_id": f"nbi-{state}",
            },
        )
    fresh_engine.restart()
    wait(fresh_engine, "Deleting", "deleted")
    states = {
        each["NotebookInstanceName"]: each["NotebookInstanceStatus"]
        for each in fresh_engine.client("sagemaker").list_notebook_instances()["NotebookInstances"]
    }
    assert states == {
        "Stopping": "Stopped",
        "Updating": "Stopped",
        "Stopped": "Stopped",
        "Failed": "Failed",
    }
    folders = sorted(path.name for path in fresh_engine.home.glob("notebook-instances/*/*"))
    assert folders == ["nbi-Failed", "nbi-Stopped", "nbi-Stopping", "nbi-Updating"]
