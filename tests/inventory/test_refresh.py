"""A refresh of the real engine: all is found, changes are announced, and only those."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_smext.inventory import pace
from jupyter_smext.kinds import kind
from jupyter_smext.protocol import InstanceGroup

from .conftest import House, names, page, until


async def test_every_kind_is_read_newest_first(house: House) -> None:
    house.models(120)
    house.jobs(3)
    watched = house.watched()
    await watched.refresh()
    seen = watched.inventory()
    assert (seen.kinds, seen.kinds_read, seen.problem) == (6, 6, None)
    assert {page.kind for page in seen.pages} == set(watched._refresher.kinds)
    assert names(watched, "model") == [f"m-{index}" for index in reversed(range(120))]
    row = page(watched, "training-job").rows[0]
    assert (row.id, row.name, row.status, row.tone) == ("j-2", "j-2", "Completed", "ok")
    assert row.created == 1.7e9 + 2 and row.arn is not None and not row.running


async def test_only_changes_are_announced(house: House) -> None:
    house.models(2)
    watched = house.watched()
    await watched.refresh()
    await watched.settled()
    first = watched.inventory()
    assert {event.kind for event in house.events} == set(watched._refresher.kinds)
    house.events.clear()
    await watched.refresh()
    await watched.settled()
    assert house.events == []
    assert watched.inventory(first.rev).pages == ()
    assert watched.inventory().rev == first.rev
    house.models(1, first=2)
    house.engine.store.delete("us-east-1", "Model", "m-0")
    await watched.refresh()
    (event,) = house.events
    assert (event.connection, event.region, event.kind) == ("local", "us-east-1", "model")
    assert sorted(event.ids) == ["m-0", "m-2"]
    (changed,) = watched.inventory(first.rev).pages
    assert changed.rev == event.rev and names(watched, "model") == ["m-2", "m-1"]


async def test_an_event_names_a_hundred_ids_at_most(house: House) -> None:
    house.models(130)
    await house.watched("model").refresh()
    (event,) = house.events
    assert len(event.ids) == 100


async def test_a_revision_of_another_server_gets_everything(house: House) -> None:
    house.models(1)
    watched = house.watched("model")
    await watched.refresh()
    assert len(watched.inventory(watched.inventory().rev + 10**9).pages) == 1


async def test_a_change_by_the_aws_cli_is_seen(house: House) -> None:
    watched = house.watched(idle=0.2)
    watched.inventory()
    await until(lambda: watched.inventory().kinds_read == 6)
    command = [str(Path(sys.executable).with_name("aws")), "sagemaker", "create-model"]
    await asyncio.to_thread(
        subprocess.run,
        [*command, "--model-name", "by-cli", "--primary-container", "Image=image"],
        env={**os.environ, **house.engine.environment()},
        check=True,
        capture_output=True,
    )
    await until(lambda: names(watched, "model") == ["by-cli"])
    assert any(event.ids == ("by-cli",) for event in house.events)


async def test_regions_are_apart(house: House) -> None:
    house.models(1)
    house.models(2, region="eu-west-1")
    inventories = house.inventories("model")
    here, there = (inventories.get("local", region) for region in ("us-east-1", "eu-west-1"))
    await asyncio.gather(here.refresh(), there.refresh())
    assert len(names(here, "model")) == 1 and len(names(there, "model")) == 2
    assert {event.region for event in house.events} == {"us-east-1", "eu-west-1"}
    assert inventories.get("local", "us-east-1") is here


async def test_nothing_is_read_when_nobody_looks(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "INTEREST", 0.3)
    watched = house.watched("model", idle=0.05)
    assert watched._watcher is None
    watched.inventory()
    watcher = watched._watcher
    assert watcher is not None
    await until(lambda: watched.inventory().kinds_read == 1)
    await until(watcher.done)
    house.calls.clear()
    await watched.settled()
    assert house.calls == []
    watched.inventory()
    await until(lambda: house.calls)


async def test_who_asks_during_a_sweep_shares_the_next_one(house: House) -> None:
    watched = house.watched("model")
    await asyncio.gather(*(watched.refresh() for _ in range(10)))
    lists = [operation for operation, _ in house.calls if operation == "ListModels"]
    assert 1 <= len(lists) <= 2


async def test_what_runs_is_told_with_its_instances(house: House) -> None:
    config = {
        "EndpointConfigName": "c",
        "EndpointConfigArn": "arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/c",
        "CreationTime": 1.7e9,
        "ProductionVariants": [
            {"VariantName": "v", "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 3}
        ],
    }
    house.engine.put("EndpointConfig", config)
    for name in ("e", "f"):
        house.engine.put(
            "Endpoint",
            {
                "EndpointName": name,
                "EndpointArn": f"arn:aws:sagemaker:us-east-1:000000000000:endpoint/{name}",
                "EndpointConfigName": "c",
                "EndpointStatus": "InService",
                "CreationTime": 1.7e9,
                "LastModifiedTime": 1.7e9,
            },
        )
    house.jobs(1, "InProgress")
    house.jobs(1, "Completed", first=1)
    watched = house.watched()
    await watched.refresh()
    await watched.settled()
    found = {(kind.id, row.name): row.instance for kind, row in watched.running()}
    assert found == {
        ("endpoint", "e"): "3 × ml.g5.xlarge",
        ("endpoint", "f"): "3 × ml.g5.xlarge",
        ("training-job", "j-0"): "2 × ml.m5.xlarge",
    }
    # What cannot have changed is not asked again.
    house.calls.clear()
    await watched.refresh()
    await watched.settled()
    assert all(operation.startswith("List") for operation, _ in house.calls)


async def test_a_notebooks_volume_is_asked_for_once(house: House) -> None:
    house.engine.put(
        "NotebookInstance",
        {
            "NotebookInstanceName": "n",
            "NotebookInstanceArn": "arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/n",
            "NotebookInstanceStatus": "InService",
            "InstanceType": "ml.t3.medium",
            "VolumeSizeInGB": 50,
            "CreationTime": 1.7e9,
            "LastModifiedTime": 1.7e9,
        },
    )
    watched = house.watched("notebook-instance")
    await watched.refresh()
    ((_, row),) = watched.running()
    assert row.instance == "ml.t3.medium", "its list tells that much at once"
    await watched.settled()
    ((_, row),) = watched.running()
    assert row.groups == (InstanceGroup("ml.t3.medium", 1, 50, "notebook"),)
    house.calls.clear()
    await watched.refresh()
    await watched.settled()
    assert watched.running()[0][1] == row
    assert [operation for operation, _ in house.calls] == ["ListNotebookInstances"]


async def test_a_fast_sweep_asks_for_what_is_new_and_what_is_busy(house: House) -> None:
    house.jobs(151)
    house.jobs(1, "InProgress", first=10)
    house.jobs(1, "InProgress", first=151)
    watched = house.watched("training-job")
    await watched.refresh()
    await watched.settled()
    house.calls.clear()
    house.jobs(1, "Completed", first=10)
    house.jobs(1, "InProgress", first=152)
    house.engine.store.delete("us-east-1", "TrainingJob", "j-3")
    await watched.refresh(full=False)
    states = {row.name: row.status for row in page(watched, "training-job").rows}
    assert (states["j-10"], states["j-151"], states["j-152"]) == (
        "Completed",
        "InProgress",
        "InProgress",
    )
    lists = [given for operation, given in house.calls if operation == "ListTrainingJobs"]
    assert lists and all("StatusEquals" in given or "CreationTimeAfter" in given for given in lists)
    assert ("DescribeTrainingJob", {"TrainingJobName": "j-10"}) in house.calls
    # Only a full sweep tells what was deleted.
    assert "j-3" in states
    await watched.refresh(full=True)
    assert "j-3" not in names(watched, "training-job")
    assert len(names(watched, "training-job")) == 152


async def test_time_windows_find_the_same(house: House) -> None:
    house.jobs(250)
    plain, windowed = (
        house.watched("training-job"),
        house.watched("training-job", time_windows=True),
    )
    for _ in range(2):
        await plain.refresh()
        await windowed.refresh()
    assert page(windowed, "training-job").rows == page(plain, "training-job").rows
    assert any("CreationTimeBefore" in given for _, given in house.calls)
    house.engine.faults([{"operation": "ListTrainingJobs", "kind": "throttle", "times": 1}])
    await windowed.refresh()
    assert len(names(windowed, "training-job")) == 250
    house.calls.clear()
    await windowed.refresh()
    assert len(names(windowed, "training-job")) == 250
    assert not any("CreationTimeBefore" in given for _, given in house.calls)


async def test_children_are_read_under_their_parent(house: House) -> None:
    for name in ("p", "q"):
        house.engine.put(
            "Pipeline",
            {
                "PipelineName": name,
                "PipelineArn": f"arn:aws:sagemaker:us-east-1:000000000000:pipeline/{name}",
                "PipelineStatus": "Active",
                "CreationTime": 1.7e9,
            },
        )
    watched = house.watched("pipeline", "pipeline-execution")
    await watched.refresh()
    assert {page.kind for page in watched.inventory().pages} == {"pipeline"}
    found = await watched.read_kind(kind("pipeline-execution"), "p")
    assert found.kind == "pipeline-execution" and found.problem is None and found.read_at
