"""Journals: what was written is what is loaded, whatever cut the file off."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from jupyter_smext.lifecycle.journal import Journal, changes
from jupyter_smext.lifecycle.plan import Proposal
from jupyter_smext.protocol import Plan, Problem, Step, Target

STEP = Step("model", "m", "m", "Model", "DeleteModel", "Delete", 1.0, "todo", None, None, "", None)
PLAN = Plan(
    "plan-0123456789abcdef", 0, "local", "us-east-1", "proposed",
    (STEP, replace(STEP, id="n")), (), (), None, None, None, (),
)  # fmt: skip
PROBLEM = Problem(status=403, cause="denied", title="Denied")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(tmp_path / "plans" / "plan.jsonl")
    made.begin(Proposal(PLAN, ((), (0,))))
    return made


def test_changes_are_folded_into_the_plan(journal: Journal) -> None:
    now = replace(
        PLAN,
        rev=1,
        state="running",
        steps=(replace(STEP, state="failed", problem=PROBLEM), PLAN.steps[1]),
        left_over=(Target("model", "m"),),
    )
    journal.changed(PLAN, now)
    journal.run_by((1, 2.5))
    journal.save("model", "m", "DeleteModel", {"CreationTime": datetime.datetime.now()})
    assert journal.load() == (Proposal(now, ((), (0,))), (1, 2.5))
    assert list(changes(PLAN, now)["steps"]) == ["0"]


def test_only_the_owner_reads_it(journal: Journal) -> None:
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_a_line_that_a_crash_cut_off_is_left_out(journal: Journal) -> None:
    journal.changed(PLAN, replace(PLAN, rev=1, state="running"))
    whole = journal.path.read_bytes()
    journal.changed(PLAN, replace(PLAN, rev=2, state="done"))
    long = journal.path.read_bytes()
    for end in range(len(whole), len(long)):
        journal.path.write_bytes(long[:end])
        assert journal.load()[0].plan.state == "running"


def test_a_resumed_journal_is_whole_again(journal: Journal) -> None:
    with journal.path.open("ab") as file:
        file.write(b'{"at": 1, "chan')
    journal.run_by((1, 2.5))
    journal.changed(PLAN, replace(PLAN, rev=1, state="running"))
    assert journal.load()[0].plan.state == "running"


def test_a_plan_is_begun_once(journal: Journal) -> None:
    with pytest.raises(FileExistsError):
        journal.begin(Proposal(PLAN, ((), ())))


def test_a_broken_line_is_an_error(journal: Journal) -> None:
    journal.path.write_bytes(b"{broken\n" + journal.path.read_bytes())
    with pytest.raises(msgspec.DecodeError):
        journal.load()
