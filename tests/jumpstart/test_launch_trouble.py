"""Launches in trouble: throttles, quotas, a full disk, others who delete, uploads cut off."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.jumpstart import deploy_run, fine_tune_run, launch_run
from jupyter_smext.lifecycle import task_run
from jupyter_smext.lifecycle.task_journals import TaskJournals
from jupyter_smext.routes.services import Services
from tests.local.endpoint_models import end_all
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .killing import once_each
from .launching import BUCKET, begun, deploy, ended, eventually, fine_tune, states, until

pytest_plugins = ("tests.local_engine", "tests.smext_server")

LARGE = "ml.m5.large"
DEPLOYMENT = "CreateModel CreateEndpointConfig CreateEndpoint DescribeEndpoint ListTags".split()
UNDOING = "DeleteEndpoint DeleteEndpointConfig DeleteModel DescribeModel ListTags".split()


@pytest.fixture(autouse=True)
def nothing_is_left(engine: RunningEngine) -> Iterator[None]:
    yield
    engine.faults([])
    end_all(engine)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (task_run, launch_run, deploy_run, fine_tune_run):
        monkeypatch.setattr(module, "FIRST_LOOK", 0.02)


def left(engine: RunningEngine, name: str) -> int:
    sagemaker = engine.client("sagemaker")
    of = {"NameContains": name}
    return sum(
        len(found)
        for found in (
            sagemaker.list_endpoints(**of)["Endpoints"],
            sagemaker.list_endpoint_configs(**of)["EndpointConfigs"],
            sagemaker.list_models(**of)["Models"],
        )
    )


def folder_of_two(root: Path) -> str:
    for name in ("a", "b"):
        (root / "data" / name).mkdir(parents=True)
        (root / "data" / name / "1.png").write_bytes(b"no picture")
    return "data"


@pytest.mark.parametrize("kind", ["throttle", "error500", "reset", "truncated", "nonjson"])
async def test_each_call_may_be_refused_for_a_while(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    """An answer that is lost makes nothing twice."""
    once_each(monkeypatch)
    capacity = {"kind": "capacity", "noun": "Endpoint", "instance_type": LARGE}
    name = f"refused-{kind}"
    launch = await begun(call, "deploy", deploy(endpoint=name, instance_type=LARGE))
    calls = (*DEPLOYMENT, *UNDOING)
    engine.faults([capacity, *({"kind": kind, "operation": each, "times": 2} for each in calls)])
    launch = await ended(call, launch["id"])
    assert launch["state"] == "failed" and launch["left"] == [], launch
    assert "apacity" in launch["problem"]["detail"], launch
    assert len(launch["made"]) == 3 and states(launch)["back-delete"] == "done", launch
    engine.faults([])
    assert left(engine, name) == 0


@pytest.mark.parametrize("kind", ["throttle", "error500", "truncated"])
async def test_each_call_of_a_fine_tuning_may_be_refused_for_a_while(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    jp_root_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    once_each(monkeypatch)
    capacity = {"kind": "capacity", "noun": "TrainingJob", "instance_type": LARGE}
    name = f"refused-{kind}"
    body = fine_tune(job=name, instance_type=LARGE, folder=folder_of_two(jp_root_dir))
    launch = await begun(call, "fine-tune", body)
    calls = "PutObject CreateTrainingJob DescribeTrainingJob ListTags ListMultipartUploads".split()
    engine.faults([capacity, *({"kind": kind, "operation": each, "times": 3} for each in calls)])
    launch = await ended(call, launch["id"])
    assert launch["state"] == "failed" and "apacity" in launch["problem"]["detail"], launch
    assert states(launch) == {"upload": "done", "create": "done", "train": "failed"}
    assert launch["made"] == [f"training-job/{name}"]


async def test_a_quota_refused_leaves_no_data(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    engine.faults([{"kind": "quota", "noun": "TrainingJob", "instance_type": LARGE}])
    body = fine_tune(job="too-many", instance_type=LARGE, folder=folder_of_two(jp_root_dir))
    launch = await ended(call, (await begun(call, "fine-tune", body))["id"])
    assert launch["state"] == "failed" and launch["problem"]["cause"] == "limit", launch
    assert launch["left"] == [] and states(launch)["back-delete"] == "done"
    below = {"Bucket": BUCKET, "Prefix": "tuned/too-many/"}
    assert engine.client("s3").list_objects_v2(**below)["KeyCount"] == 0


async def test_who_else_deletes_it_while_it_is_created_is_believed(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Somebody is quicker than the next look.
    monkeypatch.setattr(deploy_run, "FIRST_LOOK", 5.0)
    sagemaker = engine.client("sagemaker")
    launch = await begun(call, "deploy", deploy(endpoint="elsewhere"))
    await until(call, launch["id"], lambda now: "endpoint/elsewhere" in now["made"])

    async def in_service() -> bool:
        found = sagemaker.describe_endpoint(EndpointName="elsewhere")
        return bool(found["EndpointStatus"] == "InService")

    await eventually(in_service)
    sagemaker.delete_endpoint(EndpointName="elsewhere")
    launch = await ended(call, launch["id"])
    assert launch["state"] == "failed" and launch["left"] == [], launch
    assert launch["problem"]["title"] == "The endpoint elsewhere is gone", launch["problem"]
    assert left(engine, "elsewhere") == 0


async def test_what_somebody_else_has_of_that_name_is_left_alone(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any
) -> None:
    """It came to be after the name was found free."""
    sagemaker = engine.client("sagemaker")
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 0.5}])
    launch = await begun(call, "deploy", deploy(endpoint="taken"))
    await until(call, launch["id"], lambda now: states(now)["config"] == "now")
    sagemaker.create_model(ModelName="theirs", PrimaryContainer={"Image": "i"})
    variant = {
        "VariantName": "all",
        "ModelName": "theirs",
        "InstanceType": LARGE,
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="theirs", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="taken", EndpointConfigName="theirs")
    launch = await ended(call, launch["id"])
    assert launch["state"] == "failed" and "already" in launch["problem"]["title"], launch
    assert sagemaker.describe_endpoint(EndpointName="taken")["EndpointConfigName"] == "theirs"
    assert left(engine, launch["id"][-8:]) == 0


@pytest.mark.parametrize("writes", [1, 2, 3, 4, 5, 6, 7, 8, 9])
async def test_a_disk_that_fills_up_leaves_nothing_at_aws(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    jp_serverapp: Any,
    monkeypatch: pytest.MonkeyPatch,
    writes: int,
) -> None:
    """Not even by the next server, which must not launch it again."""
    count = 0
    write = TaskJournals.write

    def full(self: Any, record: Any) -> None:
        nonlocal count
        count += 1
        if count > writes:
            raise OSError(errno.ENOSPC, "No space left on device", "journal")
        write(self, record)

    monkeypatch.setattr(TaskJournals, "write", full)
    name = f"full-{writes}"
    launch = await ended(call, (await begun(call, "deploy", deploy(endpoint=name)))["id"])
    assert launch["state"] == "failed" and launch["left"] == [], launch
    assert "No space left" in launch["problem"]["detail"]
    assert left(engine, name) == 0
    monkeypatch.setattr(TaskJournals, "write", write)
    settings = jp_serverapp.web_app.settings
    await settings["smext"].close()
    settings["smext"] = Services(lambda schema, data: None, settings["smext"].home)
    await settings["smext"].resume_launches()
    assert all(
        each["state"] != "running" for each in (await call("GET", "jumpstart/launches")).json
    )
    assert left(engine, name) == 0


async def test_a_profile_that_is_lost_is_waited_for(
    call: Call,
    engine: RunningEngine,
    jp_serverapp: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be asked for is not taken for gone."""
    config = tmp_path / "aws-config"
    keys = engine.keys
    profile = f"""
[profile me]
region = {REGION}
endpoint_url = {engine.url}
aws_access_key_id = {keys.access_key}
aws_secret_access_key = {keys.secret_key}
"""
    config.write_text(profile)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 0.5}])
    body = deploy(endpoint="lost", connection="profile:me", instance_type=LARGE)
    launch = await begun(call, "deploy", body)
    await until(call, launch["id"], lambda now: states(now)["config"] == "now")
    config.write_text("")
    await call("POST", f"jumpstart/launches/{launch['id']}/cancel")
    await until(
        call,
        launch["id"],
        lambda now: any("no such profile" in step["note"] for step in now["steps"]),
    )
    config.write_text(profile)
    launch = await ended(call, launch["id"])
    assert launch["state"] == "cancelled" and launch["left"] == [], launch
    assert left(engine, "lost") == 0


async def test_another_account_is_not_asked_what_is_gone(
    call: Call, local: tuple[str, str], engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile may lead elsewhere by the time that a launch is undone."""
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 0.5}])
    launch = await begun(call, "deploy", deploy(endpoint="moved"))
    await until(call, launch["id"], lambda now: states(now)["config"] == "now")
    real = Sessions.identity
    monkeypatch.setattr(
        Sessions, "identity", lambda *of: replace(real(*of), account="111111111111")
    )
    await call("POST", f"jumpstart/launches/{launch['id']}/cancel")
    await until(
        call,
        launch["id"],
        lambda now: any("another account" in step["note"] for step in now["steps"]),
    )
    monkeypatch.setattr(Sessions, "identity", real)
    launch = await ended(call, launch["id"])
    assert launch["state"] == "cancelled" and launch["left"] == [], launch
    assert left(engine, "moved") == 0


async def test_parts_of_an_upload_that_was_cut_off_are_aborted(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    jp_root_dir: Path,
    jp_serverapp: Any,
) -> None:
    """As a server leaves them that is killed in the middle of a large file."""
    s3 = engine.client("s3")
    engine.faults(
        [
            {"kind": "denied", "operation": "CreateTrainingJob"},
            {"kind": "latency", "operation": "PutObject", "seconds": 0.5, "times": 1},
        ]
    )
    body = fine_tune(job="cut", folder=folder_of_two(jp_root_dir))
    launch = await begun(call, "fine-tune", body)
    await until(call, launch["id"], lambda now: states(now)["upload"] == "now")
    run = jp_serverapp.web_app.settings["smext"].launches()._runs[launch["id"]]
    mine = f"{run.recorded.record.dataset.removeprefix(f's3://{BUCKET}/')}a/large.png"
    for key in (mine, "tuned/cut/another/large.png"):
        s3.create_multipart_upload(Bucket=BUCKET, Key=key)
    launch = await ended(call, launch["id"])
    assert launch["state"] == "failed" and launch["left"] == [], launch
    uploads = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert [each["Key"] for each in uploads] == ["tuned/cut/another/large.png"]
    s3.abort_multipart_upload(Bucket=BUCKET, Key=uploads[0]["Key"], UploadId=uploads[0]["UploadId"])


async def test_a_page_that_stays_open_over_a_restart_hears_of_the_next_servers(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    jp_serverapp: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes no state that is older than what it has: revisions only grow."""
    engine.faults([{"kind": "latency", "operation": "CreateEndpointConfig", "seconds": 30}])
    launch = await begun(call, "deploy", deploy(endpoint="stays"))
    seen = await until(call, launch["id"], lambda now: states(now)["config"] == "now")
    settings = jp_serverapp.web_app.settings
    run = settings["smext"].launches()._runs[launch["id"]]
    for tenth in range(10):
        run.recorded.tell("config", tenth / 10)
    seen = (await call("GET", f"jumpstart/launches/{launch['id']}")).json
    await settings["smext"].close()
    engine.faults([])
    fresh = Services(lambda schema, data: None, settings["smext"].home)
    settings["smext"] = fresh
    # This process is the same one: the journal is of another.
    journals = fresh.launches()._journals
    await asyncio.to_thread(
        lambda: journals.write(replace(journals.read(launch["id"]), server=(1 << 22, 0.0)))
    )
    assert (await call("GET", f"jumpstart/launches/{launch['id']}")).json["rev"] > seen["rev"]
    assert (await ended(call, launch["id"]))["state"] == "done"
