"""Cancelled when AWS was told something and its describe still answers as before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from jupyter_smext.compute.instances import NotebookInstance, Space, State, instance_of
from jupyter_smext.protocol import ComputeName, Switch, TaskStep
from tests.compute.switch.person import Person, instance, new, outcome, space

pytest_plugins = ("tests.local_engine", "tests.smext_server", "tests.compute.switch.opened")


def stays_behind(
    monkeypatch: pytest.MonkeyPatch, kind: type[Any], before: State | None, *, status: str
) -> Callable[[], None]:
    """Has looks answer `before` in place of `status`, as AWS's may; returns what ends that."""
    look, behind = kind.look, True

    async def late(self: Any) -> State | None:
        state = await look(self)
        hidden = behind and state is not None and state.status == status
        return before if hidden else state

    def catches_up() -> None:
        nonlocal behind
        behind = False

    monkeypatch.setattr(kind, "look", late)
    return catches_up


def hang(person: Person, status: str, noun: str = "NotebookInstance") -> None:
    person.engine.faults([{"kind": "hang", "noun": noun, "status": status}])


async def stopped(person: Person, name: str) -> None:
    person.make(name)
    await person.in_state(name, "InService")
    person.sagemaker.stop_notebook_instance(NotebookInstanceName=name)
    await person.in_state(name, "Stopped")


async def state_of(person: Person, name: str) -> State | None:
    switches = await person.services.switches()
    world = switches._world
    at = msgspec.convert(instance(name), ComputeName)
    return await instance_of(at, await world.watched(at)).look()


def now(switch: Switch) -> list[TaskStep]:
    return [step for step in switch.steps if step.state == "now"]


async def undone(person: Person, id: str, catches_up: Callable[[], None]) -> Any:
    """Cancel, and let the describes tell the truth once nothing more is to come."""
    asked = await person.call("POST", f"switches/{id}/cancel")
    assert asked.status == 200, asked.body
    await person.until(
        id, lambda it: it.state != "running" or any("again" in step.note for step in now(it))
    )
    catches_up()
    person.engine.faults([])
    ended = await person.ended(id)
    assert ended.state == "cancelled", (ended.problem, ended.steps)
    return ended


async def test_a_start_that_is_not_seen_yet(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stopped(person, "unseen")
    session = await person.open("unseen.ipynb")
    catches_up = stays_behind(
        monkeypatch, NotebookInstance, await state_of(person, "unseen"), status="Pending"
    )
    hang(person, "Pending")
    begun = await person.begin(session, to=instance("unseen"))
    await person.in_state("unseen", "Pending")
    ended = await undone(person, begun.id, catches_up)
    assert outcome(ended)["back-stop"] == "done"
    assert person.state("unseen")[0] == "Stopped"


async def test_a_type_that_is_not_seen_yet(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    await stopped(person, "untyped")
    session = await person.open("untyped.ipynb")
    before = await state_of(person, "untyped")
    catches_up = stays_behind(monkeypatch, NotebookInstance, before, status="Updating")
    hang(person, "Updating")
    begun = await person.begin(session, to=instance("untyped"), instance_type="ml.m5.xlarge")
    await person.in_state("untyped", "Updating")
    await undone(person, begun.id, catches_up)
    assert person.state("untyped") == ("Stopped", "ml.t3.medium")


async def test_a_new_one_that_is_not_seen_yet(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await person.open("unborn.ipynb")
    catches_up = stays_behind(monkeypatch, NotebookInstance, None, status="Pending")
    hang(person, "Pending")
    begun = await person.begin(session, **new("unborn"))
    await person.at(begun.id, "start")
    await undone(person, begun.id, catches_up)
    assert person.state("unborn")[0] == "Stopped"


async def test_a_stop_that_is_not_seen_yet(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await person.open("unstopped.ipynb")
    await person.run(session, "x = 41")
    await person.switch(session, **new("unstopped"), carried={"variables": True})
    up = await state_of(person, "unstopped")
    catches_up = stays_behind(monkeypatch, NotebookInstance, up, status="Stopping")
    hang(person, "Stopping")
    asked = {"instance_type": "ml.m5.xlarge", "carried": {"variables": True}}
    begun = await person.begin(session, to=instance("unstopped"), **asked)
    await person.in_state("unstopped", "Stopping")
    await undone(person, begun.id, catches_up)
    assert person.state("unstopped") == ("InService", "ml.t3.medium")
    assert await person.run(session, "print(x)") == "41\n"


async def test_an_app_that_is_not_seen_yet(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    app = person.make_space("late", "hers")
    domain = app["DomainId"]
    session = await person.open("app.ipynb")
    before = State("Stopped", "idle", "ml.t3.medium", False, True, "", {})
    catches_up = stays_behind(monkeypatch, Space, before, status="Starting")
    hang(person, "Pending", "App")
    begun = await person.begin(session, to=space(domain, "hers"))

    async def told() -> None:
        while not person.sagemaker.list_apps(DomainIdEquals=domain)["Apps"]:
            await asyncio.sleep(0.05)

    await asyncio.wait_for(told(), 60)
    await undone(person, begun.id, catches_up)
    assert person.sagemaker.describe_app(**app)["Status"] == "Deleted"


async def test_a_start_whose_answer_was_lost_is_told(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_smext.aws.errors import ProblemError, problem

    await stopped(person, "lost")
    session = await person.open("lost.ipynb")

    async def lost(self: NotebookInstance, state: State) -> None:
        raise ProblemError(problem("offline", "AWS cannot be reached"))

    monkeypatch.setattr(NotebookInstance, "tell_start", lost)
    failed = await person.failed(session, to=instance("lost"))
    left = {each.what: each.state for each in failed.left}
    assert left["lost"].startswith("Stopped, set to ml.t3.medium.")
    assert "AWS was told to start it a moment ago" in left["lost"]
