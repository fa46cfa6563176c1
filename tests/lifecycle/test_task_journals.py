"""Journals of tasks: one that is broken is said to be, and hides none of the others."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec
import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.lifecycle.task_journals import TaskJournals


class Record(msgspec.Struct, frozen=True):
    id: str


def test_a_broken_one_is_said_and_hides_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journals = TaskJournals(
        tmp_path / "tasks", Record, "task", noun="task", elsewhere="Look there.", recent=3
    )
    assert journals.readable() == []
    ids = [f"task-{number:016x}" for number in range(4)]
    for age, id in enumerate(ids):
        journals.write(Record(id))
        os.utime(journals.folder / f"{id}.json", (1e9 - age, 1e9 - age))
    (journals.folder / f"{ids[1]}.json").write_text('{"id": ')
    os.utime(journals.folder / f"{ids[1]}.json", (1e9 - 1, 1e9 - 1))
    with caplog.at_level(logging.WARNING):
        assert [record.id for record in journals.readable()] == [ids[0], ids[2]]
    assert f"{ids[1]}.json" in caplog.text
    with pytest.raises(ProblemError) as raised:
        journals.read(ids[1])
    assert raised.value.problem.title == "The journal of this task cannot be read"
    assert raised.value.problem.next == "Look there."
    # An id is a file's name: no other is looked for.
    (tmp_path / "tasks.json").write_text('{"id": "outside"}')
    for id in ("../tasks", "task-1", f"task-{9:016x}"):
        with pytest.raises(ProblemError) as raised:
            journals.read(id)
        assert raised.value.problem.cause == "not_found"
