"""A server killed at any moment of a creation: the next ends it; nothing is left, or made twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.creation import run as creation_run
from jupyter_smext.creation.layout import Place
from jupyter_smext.lifecycle import task_run
from jupyter_smext.protocol import CreationRequest
from tests.jumpstart.killing import Death, MortalServer, over
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .creating import ROLE, ended, states

pytest_plugins = ("tests.local_engine", "tests.smext_server")
pytestmark = pytest.mark.usefixtures("local")

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"


def model(name: str) -> CreationRequest:
    parameters = {
        "ModelName": name,
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": IMAGE},
    }
    return CreationRequest("local", REGION, parameters, operation="CreateModel")


def domain(name: str) -> CreationRequest:
    parameters = {
        "DomainName": name,
        "AuthMode": "IAM",
        "DefaultUserSettings": {"ExecutionRole": ROLE},
        "VpcId": "vpc-1",
        "SubnetIds": ["subnet-1"],
    }
    return CreationRequest("local", REGION, parameters, operation="CreateDomain")


class Server(MortalServer):
    async def die_after(self, count: int, request: CreationRequest, cancel: bool) -> str | None:
        """Create, and die at that moment of it or of its cancel; its id, if it has a journal."""
        creations = self.services.creations()
        place = Place(await self.services.sessions(), "local", REGION, lambda kind: [], Path)
        before = set(creations._journals.latest())
        if cancel:
            id = (await creations.begin(request, place)).id
            task = creations._runs[id]._task
            assert task is not None
            while not creations._runs[id].recorded.record.asked:
                await asyncio.sleep(0)
            with self.death.after(count):
                try:
                    await creations.cancel(id)
                finally:
                    await over(task)
        else:
            with self.death.after(count):
                id = (await creations.begin(request, place)).id
                task = creations._runs[id]._task
                assert task is not None
                await over(task)
        begun = set(creations._journals.latest()) - before
        await self.next()
        await self.services.resume_creations()
        return begun.pop() if begun else None


@pytest.fixture(autouse=True)
def no_faults(engine: RunningEngine) -> Iterator[None]:
    yield
    engine.faults([])


@pytest.fixture
def server(call: Call, jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    for module in (task_run, creation_run):
        monkeypatch.setattr(module, "FIRST_LOOK", 0.02)
    return Server(jp_serverapp, Death(monkeypatch))


def models(engine: RunningEngine, name: str) -> list[str]:
    found = engine.client("sagemaker").list_models(NameContains=name)["Models"]
    return [each["ModelName"] for each in found]


async def test_what_has_a_name_is_made_once(
    call: Call, engine: RunningEngine, server: Server
) -> None:
    count, died = 0, []
    while True:
        name = f"of-a-dead-server-{count}"
        id = await server.die_after(count, model(name), cancel=False)
        if id is None:
            assert models(engine, name) == []
        else:
            creation = await ended(call, id)
            assert creation["state"] == "done", (server.death.at, creation)
            assert [each["name"] for each in creation["made"]] == [name]
            assert models(engine, name) == [name], server.death.at
        if not server.death.dead:
            break
        died.append(server.death.at)
        count += 1
    assert {"before CreateModel", "after CreateModel"} <= set(died)


async def test_what_is_given_up_is_gone(call: Call, engine: RunningEngine, server: Server) -> None:
    count, gone = 0, 0
    while True:
        name = f"given-up-{count}"
        engine.faults([{"kind": "latency", "operation": "CreateModel", "seconds": 0.3}])
        id = await server.die_after(count, model(name), cancel=True)
        assert id is not None
        creation = await ended(call, id)
        noted = creation["state"] == "cancelled"
        assert models(engine, name) == ([] if noted else [name]), (server.death.at, creation)
        if noted:
            assert states(creation).get("back-delete", "done") == "done"
            gone += 1
        if not server.death.dead:
            break
        count += 1
    assert gone > 3


async def test_what_aws_names_is_not_asked_for_twice(
    call: Call, engine: RunningEngine, server: Server
) -> None:
    """Of what has no name before it is there, nobody can tell after a crash whether it is there."""
    sagemaker = engine.client("sagemaker")
    count, died, unknown = 0, [], []
    while True:
        name = f"domain-{count}"
        id = await server.die_after(count, domain(name), cancel=False)
        if id is not None:
            creation = await ended(call, id)
            if creation["state"] == "failed":
                assert creation["problem"]["title"] == "Whether it was created is not known"
                unknown.append(server.death.at)
            else:
                assert creation["state"] == "done", (server.death.at, creation)
        there = [each["DomainName"] for each in sagemaker.list_domains()["Domains"]]
        assert there.count(name) <= 1, server.death.at
        if not server.death.dead:
            break
        died.append(server.death.at)
        count += 1
    assert {"before CreateDomain", "after CreateDomain"} <= set(unknown)
    assert len(unknown) < len(died)
