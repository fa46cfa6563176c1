"""What a switch must not do to instances, variables and folders, whatever goes wrong."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_smext.compute.switch import acts
from jupyter_smext.compute.switch.record import Record, Records
from jupyter_smext.lifecycle.read_only import ReadOnly
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


async def test_going_back_starts_nothing_of_somebody_elses(person: Person) -> None:
    """Their instance has the name that was asked for; by then they have stopped it."""
    person.make("taken")
    await person.in_state("taken", "InService")
    session = await person.open("taken.ipynb")
    failed = await person.failed(session, **new("taken"))
    assert outcome(failed)["check"] == "failed"
    person.sagemaker.stop_notebook_instance(NotebookInstanceName="taken")
    await person.in_state("taken", "Stopped")
    await asked(person, failed, "go-back")
    back = await person.ended(failed.id)
    assert back.state == "cancelled"
    assert not [step.id for step in back.steps if step.id.startswith("back-")]
    assert person.state("taken")[0] == "Stopped"


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
    await person.switch(await person.open("unrelated.ipynb"), **new("unrelated"))
    for action in ("retry", "go-back"):
        refused = await asked(person, failed, action)
        assert refused.status == 409, action
        assert refused.json["title"] == "There was another switch since"
        assert refused.json["detail"].startswith("A later one, to undone, ")
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


async def test_an_end_is_told_once_the_journal_has_it(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(work: Any) -> str:
        raise KeyError("kernelspecs")

    write, reached, go_on = Records.write, threading.Event(), threading.Event()

    def slow(records: Records, record: Record) -> None:
        if record.switch.state == "failed":
            reached.set()
            assert go_on.wait(60)
        write(records, record)

    monkeypatch.setitem(acts.ACTS, "kernel", breaks)
    monkeypatch.setattr(Records, "write", slow)
    switch = await person.begin(await person.open("slow.ipynb"), **new("slow"))
    assert await asyncio.to_thread(reached.wait, 60)
    # Time enough for an answer that would not wait.
    asyncio.get_running_loop().call_later(0.5, go_on.set)
    assert (await person.get(switch.id)).state == "failed"
    assert go_on.is_set()


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


FUSSY = """
class Fussy:
    def __reduce__(self):
        return eval, ("1/0",)
fussy = Fussy()
"""


async def test_what_does_not_arrive_is_kept_as_it_was_packed(person: Person) -> None:
    """The old kernel is gone by then, and a later look may bring it out of the file."""
    session = await person.open("fussy.ipynb")
    await person.run(session, f"x = 41{FUSSY}")
    done = await person.switch(session, **new("fussy"), carried=CARRIED)
    packed = person.services.home / "switches" / f"{done.id}.variables"
    assert packed.stat().st_mode & 0o777 == 0o600
    (kept,) = [note for note in done.notes if str(packed) in note]
    assert kept == f"fussy, Fussy are kept as packed for 7 days on this machine, in {packed}"
    assert any(note.startswith("fussy did not come along: ") for note in done.notes)
    assert await person.run(session, "print(x)") == "41\n"

    whole = await person.switch(session, to=MACHINE, carried=CARRIED)
    assert not packed.with_name(f"{whole.id}.variables").exists()
    assert packed.exists()


async def test_cells_that_run_after_the_packing_are_told(person: Person) -> None:
    session = await person.open("since.ipynb")
    await person.run(session, "x = 41")
    person.engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Pending"}])
    begun = await person.begin(session, **new("since"), carried=CARRIED)
    await person.at(begun.id, "start")
    await person.run(session, "x = 42")
    person.engine.faults([])
    done = await person.ended(begun.id)
    assert done.state == "done", done.problem
    assert done.notes == (
        "1 cell ran after the variables were packed: what that made does not come along",
    )
    assert await person.run(session, "print(x)") == "41\n"


@pytest.mark.parametrize(
    ("act", "given", "note"),
    [
        (
            "restart_kernel",
            True,
            "restarted after the packing: what it did since does not come along",
        ),
        ("signal_kernel", signal.SIGKILL, "after the packing is not known: The kernel has died"),
    ],
)
async def test_a_kernel_that_is_another_after_the_packing_is_told(
    person: Person, act: str, given: Any, note: str
) -> None:
    name = act.partition("_")[0]
    session = await person.open(f"{name}.ipynb")
    await person.run(session, "x = 41")
    kernel = person.kernel((await person.session(session))["kernel"]["id"])
    person.engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Pending"}])
    begun = await person.begin(session, **new(name), carried=CARRIED)
    await person.at(begun.id, "start")
    # As it happens to the process: the server's own manager still has it.
    kernel.stop_restarter()
    await getattr(kernel, act)(given)
    person.engine.faults([])
    done = await person.ended(begun.id)
    assert done.state == "done", done.problem
    (said,) = done.notes
    assert said.endswith(note)
    assert await person.run(session, "print(x)") == "41\n"


CLAIMS = """
import sys
from pathlib import Path
from jupyter_smext.compute.switch.record import Records
records = Records(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print("mine" if records.claim(sys.argv[2]) else "taken", flush=True)
sys.stdin.readline()
"""


def claimed_by_many(folder: Path, id: str) -> tuple[list[str], list[subprocess.Popen[str]]]:
    """What processes say of a switch that all of them want at the same time; they go on living."""
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMS, str(folder), id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for server in servers:
        assert server.stdout is not None and server.stdout.readline() == "ready\n"
    for server in servers:
        assert server.stdin is not None
        server.stdin.write("\n")
        server.stdin.flush()
    said = [server.stdout.readline().strip() for server in servers if server.stdout is not None]
    return said, servers


@pytest.mark.parametrize("state", ["running", "failed"])
async def test_of_two_servers_one_goes_on(person: Person, state: str) -> None:
    left = await left_running(person, f"{state}.ipynb")
    folder = person.services.home / "switches"
    file = folder / f"{left.id}.json"
    record = msgspec.json.decode(file.read_bytes())
    record["switch"]["state"] = state
    file.write_bytes(msgspec.json.encode(record))
    said, servers = claimed_by_many(folder, left.id)
    try:
        assert sorted(said) == ["mine", "taken", "taken", "taken"]
        switches = await person.services.switches()
        await switches.resume()
        assert switches._runs == {}
        refused = await asked(person, left, "cancel")
        assert refused.status == 409
        assert refused.json["title"] == "Another Jupyter server does this switch"
    finally:
        for server in servers:
            server.communicate("\n", timeout=60)


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


async def test_a_switch_does_not_go_on_over_a_connection_that_is_read_only_by_now(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = await left_running(person, "locked.ipynb")
    switches = await person.services.switches()
    with monkeypatch.context() as patch:
        patch.setattr(switches, "_read_only", ReadOnly(["local"]))
        assert (await asked(person, left, "cancel")).status == 403
        await switches.resume()
        failed = await person.ended(left.id)
    assert failed.state == "failed" and failed.problem is not None
    assert failed.problem.title == "This connection is read-only"
    assert failed.left[0].state == "Does not exist."
    await asked(person, left, "retry")
    assert (await person.ended(left.id)).state == "done"


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
