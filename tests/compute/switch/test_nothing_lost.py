"""What a switch must not do to instances, variables and folders, whatever goes wrong."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from jupyter_smext.compute.switch import acts
from jupyter_smext.compute.switch.record import Record
from jupyter_smext.protocol import Switch
from tests.compute.switch.person import MACHINE, Person, instance, new, outcome

pytest_plugins = ("tests.local_engine", "tests.smext_server", "tests.compute.switch.opened")

CARRIED = {"variables": True}


async def on_instance(person: Person, name: str) -> str:
    """A notebook with a variable whose kernel runs on an instance; its session's id."""
    session = await person.open(f"{name}.ipynb")
    await person.run(session, "x = 41")
    await person.switch(session, **new(name), carried=CARRIED)
    return session


async def asked(person: Person, switch: Switch, action: str) -> Any:
    return await person.call("POST", f"switches/{switch.id}/{action}")


async def test_the_instance_that_was_left_and_does_not_stop_is_told(person: Person) -> None:
    session = await on_instance(person, "stays")
    person.engine.faults([{"kind": "denied", "operation": "StopNotebookInstance"}])
    failed = await person.failed(session, to=MACHINE, carried=CARRIED)
    assert outcome(failed)["leave"] == "failed"
    left = {each.what: each.state for each in failed.left}
    assert left["stays"].startswith("InService on ml.t3.medium.")
    person.engine.faults([])
    await asked(person, failed, "retry")
    assert (await person.ended(failed.id)).state == "done"
    assert person.state("stays")[0] == "Stopped"


async def test_a_kernel_whose_instance_did_not_stop_is_kept(person: Person) -> None:
    """Its variables were not to come along, and are nowhere else."""
    session = await on_instance(person, "alive")
    person.engine.faults([{"kind": "denied", "operation": "StopNotebookInstance"}])
    failed = await person.failed(session, to=instance("alive"), instance_type="ml.m5.xlarge")
    assert failed.left[-1].state == "It keeps its kernel on alive, with its variables."
    person.engine.faults([])
    await asked(person, failed, "go-back")
    assert (await person.ended(failed.id)).state == "cancelled"
    assert person.state("alive") == ("InService", "ml.t3.medium")
    assert await person.run(session, "print(x)") == "41\n"


async def test_a_retry_takes_the_variables_as_they_are_by_then(person: Person) -> None:
    session = await person.open("later.ipynb")
    await person.run(session, "x = 41")
    person.engine.faults([{"kind": "denied", "operation": "CreateNotebookInstance"}])
    failed = await person.failed(session, **new("later"), carried=CARRIED)
    person.engine.faults([])
    await person.run(session, "x += 1; y = 2")
    await asked(person, failed, "retry")
    assert (await person.ended(failed.id)).state == "done"
    assert await person.run(session, "print(x, y)") == "42 2\n"


async def test_a_new_instance_is_none_that_somebody_else_made(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = acts.ACTS["check"]

    async def overtaken(work: Any) -> str:
        said = await check(work)
        person.make("theirs", "ml.m5.xlarge")
        return said

    monkeypatch.setitem(acts.ACTS, "check", overtaken)
    session = await person.open("theirs.ipynb")
    failed = await person.failed(session, **new("theirs"))
    assert outcome(failed)["create"] == "failed"
    await asked(person, failed, "go-back")
    back = await person.ended(failed.id)
    assert back.state == "cancelled"
    await person.in_state("theirs", "InService")
    assert person.state("theirs") == ("InService", "ml.m5.xlarge")


async def test_an_old_failure_does_not_undo_a_later_switch(person: Person) -> None:
    """As a window would ask that was opened before."""
    session = await on_instance(person, "undone")
    to = {"to": instance("undone"), "carried": CARRIED}
    person.engine.faults([{"kind": "quota", "noun": "NotebookInstance"}])
    failed = await person.failed(session, **to, instance_type="ml.m5.xlarge")
    assert outcome(failed)["start"] == "failed"
    person.engine.faults([])
    await asked(person, failed, "retry")
    assert (await person.ended(failed.id)).state == "done"
    assert (await asked(person, failed, "retry")).json["state"] == "done"
    assert (await asked(person, failed, "go-back")).json["state"] == "done"

    person.engine.faults([{"kind": "denied", "operation": "StopNotebookInstance"}])
    failed = await person.failed(session, **to, instance_type="ml.c5.xlarge")
    person.engine.faults([])
    await person.switch(session, **to, instance_type="ml.r5.large")
    for action in ("retry", "go-back"):
        refused = await asked(person, failed, action)
        assert refused.status == 409, action
        assert refused.json["title"] == "There was another switch since"
    assert person.state("undone") == ("InService", "ml.r5.large")
    assert await person.run(session, "print(x)") == "41\n"


async def test_a_switch_that_breaks_says_what_runs(
    person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(work: Any) -> str:
        raise KeyError("kernelspecs")

    monkeypatch.setitem(acts.ACTS, "kernel", breaks)
    session = await person.open("breaks.ipynb")
    failed = await person.failed(session, **new("breaks"))
    assert failed.problem is not None and failed.problem.title == "The switch broke"
    assert failed.left[0].what == "breaks"
    assert failed.left[0].state.startswith("InService on ml.t3.medium.")
    # Or the next server would go on with it, unasked.
    file = person.services.home / "switches" / f"{failed.id}.json"
    assert msgspec.json.decode(file.read_bytes(), type=Record).switch.state == "failed"


async def test_how_long_it_took_is_no_reason_to_fail(person: Person) -> None:
    session = await person.open("usual.ipynb")
    (person.services.home / "switches" / "usual.json").mkdir(parents=True)
    await person.switch(session, **new("usual"))


async def left_running(person: Person, path: str, **record: Any) -> Switch:
    """A switch that a process which is no more has left in the middle."""
    session = await person.open(path)
    person.engine.faults([{"kind": "denied", "operation": "CreateNotebookInstance"}])
    failed = await person.failed(session, **new(path.removesuffix(".ipynb")))
    person.engine.faults([])
    switches = await person.services.switches()
    await switches.close()
    switches._runs.clear()
    file = person.services.home / "switches" / f"{failed.id}.json"
    told = {**msgspec.json.decode(file.read_bytes()), "server": [2**22 + 1, 1.0], **record}
    told["switch"] |= {"state": "running", "cancel": "Nothing has changed yet."}
    file.write_bytes(msgspec.json.encode(told))
    return failed


async def test_a_server_of_another_folder_leaves_a_switch_alone(person: Person) -> None:
    """The notebook's path names another folder there, which would be sent to the instance."""
    left = await left_running(person, "elsewhere.ipynb", root="/home/somebody/else")
    switches = await person.services.switches()
    await switches.resume()
    assert switches._runs == {}
    refused = await asked(person, left, "cancel")
    assert refused.status == 409
    assert refused.json["title"] == "This switch is of a Jupyter server in another folder"
    assert "/home/somebody/else" in refused.json["detail"]


async def test_a_switch_of_a_server_that_died_can_be_cancelled(person: Person) -> None:
    left = await left_running(person, "died.ipynb")
    assert (await asked(person, left, "cancel")).status == 200
    assert (await person.ended(left.id)).state == "cancelled"


async def test_the_folder_of_a_notebook_is_below_the_servers(person: Person) -> None:
    (person.folder.parent / "outside").mkdir()
    (person.folder.parent / "outside" / "secret.txt").write_text("secret")
    session = await person.open("inside.ipynb")
    manager = person._server.session_manager
    await manager.update_session(session, path="../outside/x.ipynb")
    preview = await person.preview(session, **new("never"), carried={"files": True})
    assert preview.folder is None
    assert "The notebook's folder is on no disk" in [each.title for each in preview.unknown]
