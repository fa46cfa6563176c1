"""A server killed at any moment of a launch: the next ends it; nothing is left, or made twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_smext.jumpstart import deploy_run, fine_tune_run, launch_run
from jupyter_smext.lifecycle import task_run
from jupyter_smext.protocol import DeployRequest, FineTuneRequest, Launch
from tests.local.endpoint_models import end_all
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .killing import Death, MortalServer, over
from .launching import BUCKET, deploy, ended, fine_tune, states

pytest_plugins = ("tests.local_engine", "tests.smext_server")

LARGE = "ml.m5.large"


@pytest.fixture(autouse=True)
def nothing_is_left(engine: RunningEngine) -> Iterator[None]:
    yield
    engine.faults([])
    end_all(engine)


class Server(MortalServer):
    async def die_after(self, count: int, request: DeployRequest | FineTuneRequest) -> str | None:
        """Launch, and die at that moment; the id of the launch, if it has a journal."""
        launches = self.services.launches()
        before = set(launches._journals.latest())
        folder = getattr(request, "folder", None)
        with self.death.after(count):
            if isinstance(request, DeployRequest):
                id = (await launches.deploy(request)).id
            else:
                id = (await launches.fine_tune(request, Path(folder) if folder else None)).id
            task = launches._runs[id]._task
            assert task is not None
            await over(task)
        begun = set(launches._journals.latest()) - before
        await self.next()
        return begun.pop() if begun else None

    async def give_up_after(self, count: int, request: FineTuneRequest) -> Launch:
        """Launch, stop it while its job comes to be, and die so much later."""
        launches = self.services.launches()
        launch = await launches.fine_tune(request, Path(request.folder) if request.folder else None)
        run = launches._runs[launch.id]
        assert run._task is not None
        while run.recorded.step("create").state != "now":
            await asyncio.sleep(0)
        with self.death.after(count):
            try:
                await run.cancel()
            finally:
                await over(run._task)
        noted = launches._journals.read(launch.id).cancelled
        await self.next()
        if not noted:
            # Who asked got no answer, and asks again.
            await self.services.launches().cancel(launch.id)
        return launch


@pytest.fixture
def server(call: Call, jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    for module in (task_run, launch_run, deploy_run, fine_tune_run):
        monkeypatch.setattr(module, "FIRST_LOOK", 0.02)
    return Server(jp_serverapp, Death(monkeypatch))


def there(sagemaker: Any, name: str) -> list[int]:
    """How many endpoints, configs and models there are of a deployment."""
    of = {"NameContains": name}
    return [
        len(sagemaker.list_endpoints(**of)["Endpoints"]),
        len(sagemaker.list_endpoint_configs(**of)["EndpointConfigs"]),
        len(sagemaker.list_models(**of)["Models"]),
    ]


async def test_a_deployment_that_fails(
    call: Call, local: tuple[str, str], engine: RunningEngine, server: Server
) -> None:
    """Each moment of making and of deleting again."""
    sagemaker = engine.client("sagemaker")
    engine.faults([{"kind": "capacity", "noun": "Endpoint", "instance_type": LARGE}])
    count, died = 0, []
    while True:
        name = f"failing-{count}"
        body = deploy(endpoint=name, instance_type=LARGE)
        id = await server.die_after(count, msgspec.convert(body, DeployRequest))
        if id is not None:
            launch = await ended(call, id)
            assert launch["state"] == "failed" and launch["left"] == [], (server.death.at, launch)
            assert "capacity" in launch["problem"]["detail"].lower(), (server.death.at, launch)
            assert states(launch)["back-delete"] == "done", server.death.at
        assert there(sagemaker, name) == [0, 0, 0], server.death.at
        if not server.death.dead:
            break
        died.append(server.death.at)
        count += 1
    calls = {label for label in died if "journal" not in label}
    wanted = ("CreateModel", "CreateEndpointConfig", "CreateEndpoint")
    wanted += ("DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel")
    assert calls == {f"{when} {each}" for when in ("before", "after") for each in wanted}
    assert len(died) > 40


@pytest.mark.parametrize("count", [3, 6, 9, 12, 15, 18])
async def test_a_deployment_that_goes_on(
    call: Call, local: tuple[str, str], engine: RunningEngine, server: Server, count: int
) -> None:
    sagemaker = engine.client("sagemaker")
    name = f"goes-on-{count}"
    request = msgspec.convert(deploy(endpoint=name), DeployRequest)
    id = await server.die_after(count, request)
    assert server.death.dead and id is not None
    # A second time, in the hands of the next.
    launch = await ended(call, id)
    assert launch["state"] == "done", (server.death.at, launch)
    assert len(launch["made"]) == 3 and there(sagemaker, name) == [1, 1, 1], server.death.at


async def test_a_fine_tuning(
    call: Call, local: tuple[str, str], engine: RunningEngine, server: Server, jp_root_dir: Path
) -> None:
    """Each moment of one that fails in the end: its folder and its job are there, or neither is."""
    sagemaker, s3 = engine.client("sagemaker"), engine.client("s3")
    engine.faults([{"kind": "capacity", "noun": "TrainingJob", "instance_type": LARGE}])
    for name in ("a", "b"):
        (jp_root_dir / name).mkdir()
        (jp_root_dir / name / "1.png").write_bytes(b"no picture")
    count, died = 0, []
    while True:
        name = f"tuning-{count}"
        body = fine_tune(job=name, instance_type=LARGE, folder=str(jp_root_dir))
        id = await server.die_after(count, msgspec.convert(body, FineTuneRequest))
        jobs = sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]
        if id is not None:
            launch = await ended(call, id)
            assert launch["state"] == "failed" and "apacity" in launch["problem"]["detail"], launch
            jobs = sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]
            assert [each["TrainingJobStatus"] for each in jobs] == ["Failed"], server.death.at
            data = sagemaker.describe_training_job(TrainingJobName=name)["InputDataConfig"][0]
            where = data["DataSource"]["S3DataSource"]["S3Uri"].removeprefix(f"s3://{BUCKET}/")
            assert s3.list_objects_v2(Bucket=BUCKET, Prefix=where)["KeyCount"] == 2
        else:
            assert jobs == [], server.death.at
        if not server.death.dead:
            break
        died.append(server.death.at)
        count += 1
    assert {"before CreateTrainingJob", "after CreateTrainingJob"} <= set(died)
    assert len([label for label in died if "upload" in label]) == 4


@pytest.mark.parametrize("own", [True, False], ids=["folder", "s3"])
async def test_a_fine_tuning_that_is_given_up(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    server: Server,
    jp_root_dir: Path,
    own: bool,
) -> None:
    """Stopped while its job comes to be: none runs on, and no data is there without a job."""
    sagemaker, s3 = engine.client("sagemaker"), engine.client("s3")
    for name in ("a", "b"):
        (jp_root_dir / name).mkdir()
        (jp_root_dir / name / "1.png").write_bytes(b"no picture")
    surfaces = f"s3://jumpstart-cache-prod-{REGION}/training-datasets/surfaces/"
    count, died = 0, []
    while True:
        name = f"given-up-{own}-{count}"
        engine.faults(
            [
                {"kind": "latency", "operation": "CreateTrainingJob", "seconds": 0.3},
                # Its files are no pictures, which it is not to find out before it is stopped.
                {"kind": "hang", "noun": "TrainingJob", "status": "Starting"},
            ]
        )
        body = fine_tune(
            job=name,
            folder=str(jp_root_dir) if own else None,
            dataset=None if own else surfaces,
            hyperparameters={"epochs": "1000"},
        )
        launch = await server.give_up_after(count, msgspec.convert(body, FineTuneRequest))
        launch = await ended(call, launch.id)
        jobs = sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]
        assert {each["TrainingJobStatus"] for each in jobs} <= {"Stopped"}, server.death.at
        assert launch["state"] == "cancelled", (server.death.at, launch)
        assert launch["left"] == [f"training-job/{name}" for _ in jobs], (server.death.at, launch)
        if own:
            below = f"tuned/{name}/data"
            data = s3.list_objects_v2(Bucket=BUCKET, Prefix=below)
            assert data["KeyCount"] == (2 if jobs else 0), server.death.at
        if not server.death.dead:
            break
        died.append(server.death.at)
        count += 1
    assert {"after CreateTrainingJob", "before StopTrainingJob", "after StopTrainingJob"} <= set(
        died
    )
