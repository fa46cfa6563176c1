"""The parts of a switch that need no server: its steps, its words, its files."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_smext.aws.errors import ProblemError, problem
from jupyter_smext.compute.instances.refusals import in_words
from jupyter_smext.compute.instances.space import status_of
from jupyter_smext.compute.places import LOCAL, compute_of, this_machine
from jupyter_smext.compute.switch.failure import similar
from jupyter_smext.compute.switch.record import KEPT_SECONDS, Record, Records
from jupyter_smext.compute.switch.steps import act_of, steps_back, steps_of, undone
from jupyter_smext.compute.switch.usual import Usual
from jupyter_smext.protocol import (
    Carried,
    ComputeName,
    InstanceType,
    Switch,
    SwitchRequest,
    TaskStep,
)

AT = ComputeName("notebook-instance", "nb", "local", "us-east-1")
EVERYTHING = Carried(variables=True, packages=True, files=True)


def ids(steps: tuple[TaskStep, ...]) -> list[str]:
    return [step.id for step in steps]


def no_price(*place: Any) -> None:
    return None


THEN = compute_of(AT, "nb", None, "notebook", no_price, instance_type="ml.m5.xlarge")


def test_each_way_has_its_steps() -> None:
    def steps(request: SwitchRequest, now: Any, type_was: str | None, up: bool) -> list[str]:
        then = this_machine() if request.to == LOCAL else THEN
        return ids(steps_of(request, now, then, type_was, rests=not up, up=up))

    to = SwitchRequest("s", "a.ipynb", AT, "ml.m5.xlarge", carried=EVERYTHING)
    here, there = this_machine(), THEN
    assert steps(to, here, "ml.t3.medium", True) == (
        "pack check stop retype start sign-in files kernel packages restore move leave".split()
    )
    assert steps(replace(to, carried=Carried()), here, "ml.m5.xlarge", True) == (
        "check sign-in kernel move leave".split()
    )
    assert steps(to, there, "ml.t3.medium", True)[-1] == "move"
    back = replace(to, to=LOCAL, instance_type=None)
    assert steps(back, there, None, False) == (
        "pack fetch kernel packages restore move leave".split()
    )
    # On its way to one or the other, it is waited for.
    waits = ids(steps_of(to, here, THEN, "ml.m5.xlarge", rests=False, up=False))
    assert "start" in waits and "stop" not in waits
    stays = replace(back, keep_old_kernel=True)
    assert steps(replace(to, keep_old_kernel=True), here, "ml.m5.xlarge", True)[-1] == "move"
    assert steps(replace(stays, stop_old=False), there, None, False)[-1] == "leave"


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ({"changed": False, "up": True, "was_up": True}, "start"),
        ({"changed": True, "up": True, "was_up": True}, "stop retype start"),
        ({"changed": True, "up": False, "was_up": True}, "retype start"),
        ({"changed": False, "up": False, "was_up": True}, "start"),
        ({"changed": False, "up": True, "was_up": False}, "stop"),
        ({"changed": True, "up": False, "was_up": False}, "retype"),
        ({"changed": False, "up": True, "was_up": False, "was_there": False}, "stop"),
        ({"changed": False, "up": False, "was_up": False, "was_there": False}, ""),
    ],
)
def test_what_brings_an_instance_to_how_it_was(how: dict[str, Any], wanted: str) -> None:
    usual = {"type_was": "a", "was_there": True, "kernel_gone": False, "packed": False}
    found = [act_of(id) for id in ids(steps_back("nb", **{**usual, **how}))]
    # One that is up may be Stopping by now, and one that rests costs a look to stop.
    assert found == wanted.split()


def test_going_back_twice_keeps_what_was_done() -> None:
    done, todo = TaskStep("pack", "Pack", "done"), TaskStep("start", "Start", "failed")
    back = (TaskStep("back-start", "Start", "todo"), TaskStep("back-move", "Move", "todo"))
    first = undone((done, todo, TaskStep("move", "Move", "todo")), back)
    assert [(step.id, step.state) for step in first] == [
        ("pack", "done"),
        ("start", "failed"),
        ("move", "skipped"),
        ("back-start", "todo"),
        ("back-move", "todo"),
    ]
    broke = (*first[:3], replace(first[3], state="failed"), first[4])
    again = undone(broke, back)
    assert ids(again)[3:] == ["back-start", "back-start-2", "back-move"]
    assert act_of("back-start-2") == "start" and act_of("sign-in") == "sign-in"


def test_a_space_is_what_its_app_and_itself_come_to() -> None:
    for space, app, wanted in (
        ("InService", None, "Stopped"),
        ("InService", "Deleted", "Stopped"),
        ("InService", "InService", "Running"),
        ("InService", "Pending", "Starting"),
        ("InService", "Deleting", "Stopping"),
        ("InService", "Failed", "Failed"),
        ("Updating", "Failed", "Updating"),
        ("Update_Failed", None, "Failed"),
        ("Deleting", None, "Deleting"),
    ):
        assert status_of(space, app) == wanted


@pytest.mark.parametrize(
    "reason",
    [
        "Insufficient notebook instance capacity. Retry later or with a different instance type.",
        "EC2InsufficientCapacityError: Instance type 'ml.p3.2xlarge' is temporarily unavailable in "
        "supported availability zones. Try again in a few minutes.",
        "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity "
        "error. Please retry using a different ML instance type.",
    ],
)
def test_capacity_is_told_from_other_failures(reason: str) -> None:
    said = problem("conflict", "nb went to Failed", reason)
    told = in_words(said, "ml.p3.2xlarge", "eu-west-1")
    assert told.title == "No ml.p3.2xlarge is free in eu-west-1 right now"
    assert told.detail == reason
    other = problem("conflict", "nb went to Failed", "The lifecycle configuration failed.")
    assert in_words(other, "ml.p3.2xlarge", "eu-west-1") == other


def test_others_are_no_smaller_and_not_used_up() -> None:
    def row(name: str, left: float | None = None) -> InstanceType:
        return InstanceType(name, None, None, None, None, None, False, None, None, left)

    names = ("ml.t3.medium", "ml.g4dn.xlarge", "ml.g4dn.2xlarge", "ml.m5.4xlarge", "ml.g5.2xlarge")
    found = similar("ml.g4dn.xlarge", (*map(row, names), row("ml.g5.xlarge", 0)))
    assert [each.name for each in found] == ["ml.g4dn.2xlarge", "ml.g5.2xlarge"]
    assert similar("ml.nobody.knows", tuple(map(row, names))) == ()


def record() -> Record:
    request = SwitchRequest("s", "a.ipynb", AT)
    switch = Switch(
        id="switch-00000000000000aa",
        rev=0,
        request=request,
        state="running",
        now=this_machine(),
        then=THEN,
        steps=(),
        started=1.0,
        ended=None,
        cancel=None,
        back=None,
        others=(),
        left=(),
        notes=(),
        kernel_id=None,
        problem=None,
    )
    return Record(switch, "a.ipynb", "notebook", "k", "python3", "python3", False, False, None)


def test_a_record_is_its_owners_alone_and_forgotten_after_a_week(tmp_path: Path) -> None:
    records = Records(tmp_path / "switches")
    made = record()
    records.write(made)
    assert records.read(made.id) == made and records.ids() == [made.id]
    for path in (records.folder, *records.folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    packed = records.packed(made.id)
    packed.write_bytes(b"x")
    records.forget_old()
    assert packed.exists()
    week = time.time() - KEPT_SECONDS - 1
    for path in records.folder.iterdir():
        os.utime(path, (week, week))
    records.forget_old()
    assert list(records.folder.iterdir()) == []
    for id in (made.id, "../usual", "switch-x"):
        with pytest.raises(ProblemError) as none:
            records.read(id)
        assert none.value.problem.status == 404
    (records.folder / f"{made.id}.json").write_text("{")
    with pytest.raises(ProblemError) as broken:
        records.read(made.id)
    assert broken.value.problem.status == 500


def test_what_is_usual_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "usual.json"
    usual = Usual(path)
    assert usual.seconds("start", "a") is None
    for seconds in (100.0, 1.0, 2.0, 3.0, 4.0, 5.0):
        usual.took("start", "a", seconds)
    assert Usual(path).seconds("start", "a") == 3.0
    assert Usual(path).seconds("start", "b") is None
    with ThreadPoolExecutor(8) as many:
        told = [many.submit(usual.took, "kernel", str(n), 1.0) for n in range(40)]
        assert all(each.result() is None for each in told)
    assert all(Usual(path).seconds("kernel", str(n)) == 1.0 for n in range(40))
    path.write_text("[")
    assert Usual(path).seconds("start", "a") is None
