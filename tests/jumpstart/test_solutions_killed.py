"""A server killed at any moment of a stack: the next ends it; nothing is left, or made twice."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from jupyter_smext.jumpstart import solution_run, stack_deletion, stack_follower
from jupyter_smext.jumpstart.solution_pages import SolutionPages, SolutionTemplate
from jupyter_smext.jumpstart.solution_table import shipped
from jupyter_smext.jumpstart.stack_template import parse
from jupyter_smext.protocol import SolutionLaunchRequest
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .killing import Death, MortalServer, over
from .test_solutions import nothing_is_left, proven, request, settled

pytest_plugins = ("tests.local_engine", "tests.smext_server")

__all__ = ["nothing_is_left"]

TWO = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Group:
    Type: AWS::SageMaker::ModelPackageGroup
    Properties: {ModelPackageGroupName: !Ref AWS::StackName}
"""


class Server(MortalServer):
    async def die_launching(self, count: int, stack: str) -> str | None:
        """The id of the launch, if it has a journal."""
        launches = self.services.solution_launches()
        before = set(launches._journals.latest())
        asked = msgspec.convert(request(stack, parameters={}), SolutionLaunchRequest)
        with self.death.after(count):
            id = (await launches.launch(asked)).id
            task = launches._runs[id]._task
            assert task is not None
            await over(task)
        begun = set(launches._journals.latest()) - before
        await self.next()
        return begun.pop() if begun else None

    async def die_deleting(self, count: int, id: str) -> None:
        launches = self.services.solution_launches()
        with self.death.after(count):
            await launches.delete(id, True)
            task = launches._runs[id]._task
            assert task is not None
            await over(task)
        await self.next()


@pytest.fixture
def server(call: Call, jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    for module in (solution_run, stack_deletion, stack_follower):
        monkeypatch.setattr(module, "FIRST_LOOK", 0.02)
    two = SolutionTemplate(shipped(REGION)[0], None, parse(TWO), None)
    monkeypatch.setattr(SolutionPages, "template", lambda self, *of: two)
    return Server(jp_serverapp, Death(monkeypatch))


async def test_at_each_moment(
    call: Call, local: tuple[str, str], engine: RunningEngine, server: Server
) -> None:
    stacks, s3 = engine.client("cloudformation"), engine.client("s3")
    count, died = 0, set()
    made = deleted = True
    while made or deleted:
        name = f"stack-{count}"
        id = await server.die_launching(count if made else 1000, name)
        made = server.death.dead
        died.add(server.death.at.partition(" solution-")[0])
        there = [each for each in stacks.describe_stacks()["Stacks"] if each["StackName"] == name]
        if id is None:
            assert there == []
            count += 1
            continue
        launch = await settled(call, id)
        assert launch["state"] == "created", (server.death.at, launch)
        (stack,) = stacks.describe_stacks()["Stacks"]
        assert stack["StackId"] == launch["stack_id"], server.death.at
        (bucket,) = s3.list_buckets()["Buckets"]
        s3.put_object(Bucket=bucket["Name"], Key="mine", Body=b"1")
        if deleted:
            await server.die_deleting(count, id)
            deleted = server.death.dead
            died.add(server.death.at.partition(" solution-")[0])
            if (await settled(call, id))["state"] == "created":
                # Who asked got no answer, and asks again.
                assert server.death.at.startswith("before journal"), server.death.at
        await server.services.solution_launches().delete(id, True)
        launch = await settled(call, id)
        assert launch["state"] == "deleted" and proven(launch), (server.death.at, launch)
        assert stacks.describe_stacks()["Stacks"] == [] == s3.list_buckets()["Buckets"]
        count += 1
    for each in ("CreateStack", "DeleteStack", "DeleteObjects", "journal"):
        assert {f"before {each}", f"after {each}"} <= died, died
