"""Timelines of the real local engine's resources, through the route."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import msgspec
import pytest

from jupyter_smext.cost.price_list import PriceList
from jupyter_smext.inventory.rows import row_of
from jupyter_smext.kinds import groups_of, kind
from jupyter_smext.protocol import Timeline
from jupyter_smext.timeline.billing import billed
from tests.local.training_jobs import Jobs
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

PLACE = {"connection": "local", "region": REGION}
SCRIPT = "print('trained')"


@pytest.fixture
def jobs(engine: RunningEngine) -> Jobs:
    return Jobs(engine)


async def timeline(call: Call, kind: str, id: str) -> dict[str, Any]:
    answer = await call("GET", f"resources/{kind}/{id}/timeline", **PLACE)
    assert answer.status == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


async def test_a_training_job_as_it_was_and_as_it_goes(
    call: Call, local: tuple[str, str], jobs: Jobs
) -> None:
    detail = await asyncio.to_thread(jobs.run, "went", SCRIPT)
    went = await timeline(call, "training-job", "went")
    assert [each["state"] for each in went["phases"]] == ["done"] * len(went["phases"])
    assert [each["label"] for each in went["phases"]][-2:] == ["Training", "Uploading the model"]
    assert went["training_s"] == detail["TrainingTimeInSeconds"]
    # Nothing is billed here, and nothing was saved of it.
    assert (
        went["billable_s"] is None
        and went["saved"] is None
        and went["cost"] is None
        and went["price"] is None
    )
    assert went["started"] == detail["CreationTime"].timestamp()
    assert went["ended"] >= went["phases"][-1]["started"]

    await asyncio.to_thread(jobs.run, "failed", "raise SystemExit(3)")
    failed = await timeline(call, "training-job", "failed")
    states = [each["state"] for each in failed["phases"]]
    assert states[-2:] == ["failed", "todo"]

    script = "import time\nwhile True: time.sleep(0.1)"
    await asyncio.to_thread(jobs.create, "goes", script)
    try:
        await asyncio.to_thread(jobs.reach, "goes", "Training")
        # The list of jobs is what says which have ended.
        await call("GET", "resources/training-job", **PLACE)
        goes = await timeline(call, "training-job", "goes")
        for _ in range(100):
            if goes["phases"][-1]["usual_of"]:
                break
            goes = await timeline(call, "training-job", "goes")
    finally:
        jobs.client.stop_training_job(TrainingJobName="goes")
    now, later = goes["phases"][-2:]
    assert (now["label"], now["state"], now["ended"]) == ("Training", "now", None)
    # What another job trained says nothing of this one; uploading took as long as it took there.
    assert now["usual_s"] is None
    assert (later["state"], later["usual_of"]) == ("todo", 1)
    uploaded = went["phases"][-1]
    assert later["usual_s"] == pytest.approx(uploaded["ended"] - uploaded["started"])
    assert goes["ended"] is None
    await asyncio.to_thread(jobs.wait, "goes")


async def test_of_what_there_is_not_it_says_so(call: Call, local: tuple[str, str]) -> None:
    answer = await call("GET", "resources/training-job/none/timeline", **PLACE)
    assert answer.status == 404 and answer.json["cause"] == "not_found"
    answer = await call("GET", "resources/training-job/a,b/timeline", **PLACE)
    assert answer.status == 400
    answer = await call("GET", "resources/no-kind/x/timeline", **PLACE)
    assert answer.status == 404


async def test_the_jobs_of_a_tuning_stand_side_by_side(
    call: Call, local: tuple[str, str], engine: RunningEngine
) -> None:
    engine.put(
        "HyperParameterTuningJob",
        {
            "HyperParameterTuningJobName": "tune",
            "HyperParameterTuningJobStatus": "Completed",
            "CreationTime": 1.7e9,
            "HyperParameterTuningEndTime": 1.7e9 + 100,
            "TrainingJobStatusCounters": {"Completed": 2, "InProgress": 0, "Stopped": 1},
        },
    )
    found = await timeline(call, "hyper-parameter-tuning-job", "tune")
    assert found["note"] == "Completed 2, stopped 1."
    assert found["ended"] == 1.7e9 + 100


def test_a_spot_job_is_billed_for_less_than_it_ran() -> None:
    declared = kind("training-job")
    answer = {
        "TrainingJobName": "s",
        "TrainingJobStatus": "Completed",
        "EnableManagedSpotTraining": True,
        "TrainingTimeInSeconds": 2280,
        "BillableTimeInSeconds": 684,
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 0},
    }
    row = msgspec.structs.replace(row_of(declared, answer), groups=groups_of(declared, answer))
    hours = {"training": {"ml.m5.large": 0.115}}
    prices = PriceList("us-east-1", True, None, 0.0, None, hours, {})
    found = billed(Timeline((), None, None), declared, answer, row, prices, 0.0)
    assert found.saved == pytest.approx(0.7)
    assert found.price is None
    assert found.cost == pytest.approx(2 * 0.115 * 684 / 3600)
    running = {**answer, "TrainingStartTime": datetime.fromtimestamp(1000, timezone.utc)}
    del running["BillableTimeInSeconds"], running["TrainingTimeInSeconds"]
    now = billed(Timeline((), None, None), declared, running, row, prices, 1600.0)
    # What spot costs by the hour is in no price list.
    assert (now.billed_s, now.price, now.cost) == (600.0, None, None)
    assert billed(Timeline((), None, None), declared, answer, row, None, 0.0).cost is None
    free = PriceList("us-east-1", False, None, 0.0, None, {}, {})
    ended = Timeline((), 0.0, 9.0, note="A note.")
    local = billed(ended, declared, running, row, free, 0.0)
    assert local.note == "A note. Nothing is billed on the local engine, so spot saved nothing."
    assert local.saved is None and local.cost is None
