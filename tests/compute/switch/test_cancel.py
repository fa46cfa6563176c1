"""A switch cancelled at each step that allows it: all is as it was, and it says so before."""

from __future__ import annotations

from typing import Any

from tests.compute.switch.person import Person, client_of, doing, instance, new, outcome

pytest_plugins = ("tests.local_engine", "tests.smext_server", "tests.compute.switch.opened")

CARRIED = {"variables": True}


def hang(person: Person, status: str) -> None:
    person.engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": status}])


async def cancelled(person: Person, id: str) -> Any:
    asked = await person.call("POST", f"switches/{id}/cancel")
    assert asked.status == 200, asked.body
    person.engine.faults([])
    ended = await person.ended(id)
    assert ended.state == "cancelled", (ended.problem, ended.steps)
    assert ended.cancel is None
    return ended


async def test_before_anything_has_changed(person: Person) -> None:
    session = await person.open("early.ipynb")
    await person.run(session, "x = 41")
    before = await person.session(session)
    slow = {"kind": "latency", "operation": "DescribeNotebookInstance", "seconds": 1.0}
    person.make("early")
    await person.in_state("early", "InService")
    person.sagemaker.stop_notebook_instance(NotebookInstanceName="early")
    await person.in_state("early", "Stopped")
    person.engine.faults([slow])
    begun = await person.begin(session, to=instance("early"), carried=CARRIED)
    now = await person.at(begun.id, "check")
    assert now.cancel == "Nothing has changed yet: the notebook keeps its kernel."
    ended = await cancelled(person, begun.id)
    assert outcome(ended)["start"] == "skipped" and outcome(ended)["check"] == "skipped"
    assert person.state("early")[0] == "Stopped"
    after = await person.session(session)
    assert after["kernel"]["id"] == before["kernel"]["id"]
    assert await person.run(session, "print(x)") == "41\n"
    assert not list((person.services.home / "switches").glob("*.variables"))


async def test_while_a_stopped_instance_starts(person: Person) -> None:
    person.make("starts")
    await person.in_state("starts", "InService")
    person.sagemaker.stop_notebook_instance(NotebookInstanceName="starts")
    await person.in_state("starts", "Stopped")
    session = await person.open("starts.ipynb")
    await person.run(session, "x = 41")
    hang(person, "Pending")
    asked = {"to": instance("starts"), "instance_type": "ml.m5.xlarge", "carried": CARRIED}
    begun = await person.begin(session, **asked)
    await person.at(begun.id, "start")
    now = await person.until(begun.id, lambda it: it.steps[-1].state == "todo" and noted(it))
    assert now.cancel == (
        "The notebook keeps its kernel on this machine. starts goes back to ml.t3.medium."
    )
    ended = await cancelled(person, begun.id)
    assert [step.id for step in ended.steps if step.id.startswith("back-")] == [
        "back-stop",
        "back-retype",
    ]
    assert person.state("starts") == ("Stopped", "ml.t3.medium")
    assert await person.run(session, "print(x)") == "41\n"


def noted(switch: Any) -> bool:
    """AWS was told: the step says in which state the instance is."""
    return any(step.state == "now" and step.note == "Pending" for step in switch.steps)


async def test_while_a_new_instance_comes_up(person: Person) -> None:
    session = await person.open("new.ipynb")
    hang(person, "Pending")
    begun = await person.begin(session, **new("fresh"))
    now = await person.at(begun.id, "start")
    assert now.cancel == (
        "The notebook keeps its kernel on this machine. "
        "fresh is stopped once it is up; its volume stays."
    )
    ended = await cancelled(person, begun.id)
    assert [step.id for step in ended.steps if step.id.startswith("back-")] == ["back-stop"]
    assert person.state("fresh")[0] == "Stopped"


async def test_while_the_notebooks_own_instance_stops(person: Person) -> None:
    session = await person.open("own.ipynb")
    await person.run(session, "x = 41")
    await person.switch(session, **new("own"), carried=CARRIED)
    hang(person, "Stopping")
    asked = {"to": instance("own"), "instance_type": "ml.m5.xlarge", "carried": CARRIED}
    begun = await person.begin(session, **asked)
    now = await person.at(begun.id, "stop")
    assert now.cancel == "Goes back to ml.t3.medium: own starts again as it was."
    ended = await cancelled(person, begun.id)
    assert person.state("own") == ("InService", "ml.t3.medium")
    assert "retype" not in [each for each, state in outcome(ended).items() if state == "done"]
    assert await person.run(session, "print(x)") == "41\n"

    hang(person, "Updating")
    begun = await person.begin(session, **asked)
    late = await person.at(begun.id, "retype")
    assert late.cancel is None and doing(late) == ["retype"]
    refused = await person.call("POST", f"switches/{begun.id}/cancel")
    assert refused.status == 409
    assert refused.json["title"] == "This switch can no longer be cancelled"
    person.engine.faults([])
    assert (await person.ended(begun.id)).state == "done"
    assert person.state("own") == ("InService", "ml.m5.xlarge")


async def test_when_the_kernel_of_the_notebook_is_busy(person: Person) -> None:
    session = await person.open("busy.ipynb")
    kernel = (await person.session(session))["kernel"]["id"]
    manager = person.kernel(kernel)
    async with client_of(manager) as client:
        client.execute("import time; time.sleep(600)")
        preview = await person.preview(session, **new("never"), carried=CARRIED)
        assert "The kernel is busy" in [problem.title for problem in preview.unknown]
        failed = await person.failed(session, **new("never"), carried=CARRIED)
        assert failed.problem is not None and failed.problem.title == "The kernel is busy"
        assert outcome(failed)["pack"] == "failed"
        await manager.interrupt_kernel()
