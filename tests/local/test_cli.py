"""The engine's command line: one engine per home, alive or dead beyond doubt, and a clean end."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from jupyter_smext.local import state_file
from jupyter_smext.local.runners.supervision import process_table

ROOT = Path(__file__).parents[2]
AWS = Path(sys.executable).with_name("aws")


class Shell:
    """Runs the command line with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.variables: dict[str, str] = {}
        self.env = {**os.environ, "SMEXT_LOCAL_HOME": str(home), "SHELL": "/bin/bash"}

    def popen(self, *args: str, **more: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "jupyter_smext.local", *args],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def __call__(self, *args: str, code: int = 0) -> str:
        """What a command that must end with `code` says."""
        process = self.popen(*args)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in out + err
        assert process.returncode == code, out + err
        return out + err

    def aws(self, *args: str) -> Any:
        """An unmodified AWS CLI, told where to go by `env` alone."""
        self.variables = self.variables or json.loads(self("env", "--json"))
        plain = {name: value for name, value in self.env.items() if not name.startswith("AWS_")}
        done = subprocess.run(
            [AWS, "sagemaker", *args, "--output", "json"],
            env={**plain, **self.variables},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    @property
    def state(self) -> state_file.EngineState:
        found = state_file.read(self.home)
        assert found is not None
        return found


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path / "home")
    yield shell
    if state_file.read(shell.home):
        shell("stop")


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to be true and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def test_start_status_env_stop(shell: Shell) -> None:
    assert "Start it with" in shell("status", code=3)
    assert "Start it with" in shell("env", code=3)
    assert json.loads(shell("status", "--json", code=3)) == {
        "running": False,
        "home": str(shell.home),
    }
    assert shell("stop") == "No local engine runs.\n"

    first = shell("start")
    state = shell.state
    assert state.url in first and str(state.pid) in first
    assert (shell.home / "engine.json").stat().st_mode & 0o077 == 0
    again = json.loads(shell("start", "--json"))
    assert again == state.public() and "secret_key" not in again

    status = json.loads(shell("status", "--json"))
    assert status["answers"] and status["processes"] == [] and status["engine"] == again
    shown = shell("status")
    assert state.url in shown and "runs nothing" in shown
    for text in (first, shown, repr(state), (shell.home / "engine.log").read_text()):
        assert state.secret_key not in text

    variables = json.loads(shell("env", "--json", "--region", "eu-west-1"))
    assert variables["AWS_ENDPOINT_URL"] == state.url
    assert variables["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] == state.url
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert variables["AWS_SECRET_ACCESS_KEY"] == state.secret_key

    assert "has ended." in shell("stop")
    assert not psutil.pid_exists(state.pid) and not (shell.home / "engine.json").exists()
    assert "Start it with" in shell("status", code=3)

    # Keys are kept, and the port where it is free.
    shell("start")
    later = shell.state
    assert (later.url, later.access_key) == (state.url, state.access_key)
    shell("stop")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(state.url.rpartition(":")[2])))
        taken.listen()
        shell("start")
        assert shell.state.url != state.url


def test_env_is_taken_by_a_real_shell(shell: Shell) -> None:
    shell("start")
    script = (
        f'eval "$({sys.executable} -m jupyter_smext.cli local env)"; '
        'echo "$AWS_SECRET_ACCESS_KEY|$AWS_PROFILE|$AWS_SESSION_TOKEN|$AWS_ENDPOINT_URL"'
    )
    env = {**shell.env, "AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "stale"}
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout == f"{shell.state.secret_key}|||{shell.state.url}\n"
    assert "set -gx AWS_REGION us-east-1" in shell("env", "--shell", "fish")
    assert "$Env:AWS_REGION = 'us-east-1'" in shell("env", "--shell", "powershell")
    assert 'set "AWS_REGION=us-east-1"' in shell("env", "--shell", "cmd")


def test_concurrent_starts_make_one_engine(shell: Shell) -> None:
    starts = [shell.popen("start", "--json") for _ in range(4)]
    answers = []
    for start in starts:
        out, err = start.communicate(timeout=120)
        assert start.returncode == 0, err
        answers.append(json.loads(out))
    assert len({answer["pid"] for answer in answers}) == 1
    engines = [
        process
        for process in psutil.process_iter(["cmdline", "environ"])
        if "serve" in (process.info["cmdline"] or ())
        and (process.info["environ"] or {}).get("SMEXT_LOCAL_HOME") == str(shell.home)
    ]
    assert [process.pid for process in engines] == [answers[0]["pid"]]
    assert "runs already" in shell("serve", code=75)


def test_a_killed_engine_comes_back_with_its_instances(shell: Shell) -> None:
    shell("start")
    role = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
    name = ("--notebook-instance-name", "demo")
    made = shell.aws(
        "create-notebook-instance", *name, "--instance-type", "ml.t3.medium", "--role-arn", role
    )

    session = boto3.session.Session()  # the AWS CLI takes a second to start: too long to poll with

    def status() -> str:
        state = shell.state
        client = session.client(
            "sagemaker",
            endpoint_url=state.url,
            region_name=state.region,
            aws_access_key_id=state.access_key,
            aws_secret_access_key=state.secret_key,
        )
        with closing(client):
            answer = client.describe_notebook_instance(NotebookInstanceName="demo")
        return str(answer["NotebookInstanceStatus"])

    until(lambda: status() == "InService")
    assert shell.aws("describe-notebook-instance", *name)["NotebookInstanceStatus"] == "InService"
    (seen,) = json.loads(shell("status", "--json"))["processes"]
    assert seen["resource"] == made["NotebookInstanceArn"] and seen["memory"] > 20 << 20
    assert f"notebook-instance/demo (us-east-1)  pid {seen['pid']}, " in shell("status")
    engine = psutil.Process(shell.state.pid)
    below = engine.children(recursive=True)
    assert len(below) >= 2
    (volume,) = shell.home.glob("notebook-instances/us-east-1/*/SageMaker")
    (volume / "mine.txt").write_text("kept")

    os.kill(engine.pid, signal.SIGKILL)
    until(lambda: not any(process.is_running() for process in below))
    # engine.json is there still, and nobody is fooled by it.
    assert (shell.home / "engine.json").exists()
    assert "Start it with" in shell("status", code=3)

    shell("start")
    until(lambda: status() == "InService")
    assert (volume / "mine.txt").read_text() == "kept"
    again = psutil.Process(shell.state.pid).children(recursive=True)

    said = shell("stop")
    assert "notebook-instance/demo (us-east-1)" in said and "come up again" in said
    assert not any(process.is_running() for process in again)


def test_the_aws_cli_works_unmodified(shell: Shell) -> None:
    shell("start")
    content = base64.b64encode(b"exit 1").decode()
    shell.aws(
        "create-notebook-instance-lifecycle-config",
        *("--notebook-instance-lifecycle-config-name", "ends-it"),
        *("--on-create", f"Content={content}"),
    )
    name = ("--notebook-instance-name", "brief")
    shell.aws(
        "create-notebook-instance",
        *name,
        *("--instance-type", "ml.t3.medium", "--lifecycle-config-name", "ends-it"),
        *("--role-arn", "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"),
    )

    def detail() -> Any:
        return shell.aws("describe-notebook-instance", *name)

    until(lambda: detail()["NotebookInstanceStatus"] == "Failed")
    assert "OnCreate script ended with exit code 1" in detail()["FailureReason"]
    shell.aws("delete-notebook-instance", *name)
    until(lambda: shell.aws("list-notebook-instances")["NotebookInstances"] == [])


def test_the_number_of_another_process_is_not_an_engine(shell: Shell) -> None:
    shell("start")
    state = shell.state
    shell("stop")
    sleep = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
    with subprocess.Popen(sleep, stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            other.stdout.readline()
            values = {**state.public(), "secret_key": "x", "pid": other.pid, "started": 1e9}
            (shell.home / "engine.json").write_text(json.dumps(values))
            assert "Start it with" in shell("status", code=3)
            assert shell("stop") == "No local engine runs.\n"
            shell("start")
            assert shell.state.pid != other.pid
            assert other.poll() is None
        finally:
            other.kill()


def test_an_engine_that_does_not_answer_is_said(shell: Shell) -> None:
    shell("start")
    pid = shell.state.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        assert "does not answer" in shell("status", code=1)
        assert json.loads(shell("status", "--json", code=1))["answers"] is False
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 1}', "null"])
def test_an_unreadable_state_file_is_no_engine(text: str, tmp_path: Path) -> None:
    (tmp_path / "engine.json").write_text(text)
    assert state_file.read(tmp_path) is None


def test_reset_asks_and_names_what_is_lost(shell: Shell) -> None:
    assert "nothing to reset" in shell("reset")
    shell("start")
    for name in ("config-0", "config-1"):
        option = "--notebook-instance-lifecycle-config-name"
        shell.aws("create-notebook-instance-lifecycle-config", option, name)
    given = json.loads(shell("env", "--json"))
    s3 = boto3.client(
        "s3",
        endpoint_url=given["AWS_ENDPOINT_URL"],
        region_name=given["AWS_REGION"],
        aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
    )
    s3.create_bucket(Bucket="losses")
    s3.put_object(Bucket="losses", Key="mine", Body=b"mine")
    key = shell.state.access_key
    asked = shell("reset", code=1)
    assert "1 S3 bucket(s): losses\n  the 1 object(s) in them\n  all logs and metrics" in asked
    assert "2 NotebookInstanceLifecycleConfig: config-0, config-1" in asked
    assert "Nothing was deleted" in asked and shell.state.access_key == key
    shell("reset", "--yes")
    assert [path.name for path in shell.home.iterdir()] == ["smext-local.lock"]
    shell("start")
    assert shell.state.access_key != key
    shell.variables = {}
    assert shell.aws("list-notebook-instance-lifecycle-configs") == {
        "NotebookInstanceLifecycleConfigs": []
    }


@pytest.mark.parametrize("command", ["start", "reset", "stop", "serve"])
def test_a_folder_of_other_things_is_not_touched(command: str, shell: Shell) -> None:
    shell.home.mkdir()
    (shell.home / "thesis.txt").write_text("mine")
    assert "is not empty" in shell(command, code=1)
    assert [path.name for path in shell.home.iterdir()] == ["thesis.txt"]


def test_a_start_that_fails_says_why(shell: Shell) -> None:
    shell.home.mkdir()
    (shell.home / "state.db").write_text("this is no database, but long enough to look at" * 100)
    said = shell("start", code=1)
    assert "ended at its start" in said and "not a database" in said and "engine.log" in said
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (shell.home / "state.db").unlink()
        port = taken.getsockname()[1]
        assert "in use" in shell("start", "--port", str(port), code=1)
        assert "give another --port" in shell("serve", "--port", str(port), code=1)


def test_a_limit_that_is_none_is_refused_before_anything_starts(shell: Shell) -> None:
    shell.env["SMEXT_LOCAL_JOBS"] = "many"
    for command in ("start", "serve"):
        said = shell(command, code=1)
        assert said == "SMEXT_LOCAL_JOBS is 'many': give a whole number above 0, or unset it.\n"
    assert not shell.home.exists()


def test_a_reader_that_has_seen_enough_is_no_failure_of_the_engine(shell: Shell) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as nobody:
        command = [sys.executable, "-m", "jupyter_smext.local", "status"]
        done = subprocess.run(
            command, cwd=ROOT, env=shell.env, stdout=nobody, stderr=subprocess.PIPE, text=True
        )
    assert done.stderr == ""


def test_usage(shell: Shell) -> None:
    assert "COMMAND" in shell("--help")
    assert "--yes" in shell("reset", "--help")
    shell("sing", code=2)
    shell("start", "--port", "99999", code=2)
    assert not shell.home.exists()


def test_top_level_help_loads_nothing() -> None:
    code = (
        "import sys, jupyter_smext.cli as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = {'boto3', 'botocore', 'tornado', 'psutil', 'jupyter_smext.local'}\n"
        "assert not heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "local " in done.stdout


def test_serve_ends_at_ctrl_c(shell: Shell) -> None:
    process = shell.popen("serve", start_new_session=True)
    until(lambda: state_file.read(shell.home))
    assert shell.state.pid == process.pid
    assert list(process_table.trees(process.pid)) == []
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0 and "Traceback" not in err
    assert state_file.read(shell.home) is None
