"""Files go to an instance and come back while the notebook's kernel is there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.lifecycle.read_only import ReadOnly
from tests.compute.switch.person import MACHINE, Person, new
from tests.smext_server import Answer

pytest_plugins = ("tests.local_engine", "tests.smext_server", "tests.compute.switch.opened")


async def copy(person: Person, session: str, direction: str) -> Answer:
    body = {"direction": direction}
    return await person.call("POST", f"session-computes/{session}/files", body)


async def copied(person: Person, session: str, direction: str) -> dict[str, Any]:
    answer = await copy(person, session, direction)
    assert answer.status == 200, answer.body
    return dict(answer.json)


async def write(person: Person, session: str, name: str, text: str) -> None:
    """In the kernel, where it runs."""
    await person.run(session, f"import pathlib; pathlib.Path({name!r}).write_text({text!r})")


async def test_there_and_back_without_switching(person: Person) -> None:
    session = await person.open("deep/churn.ipynb")
    here = person.folder / "deep"
    (here / "rows.csv").write_text("1,2\n")
    (here / "notes.txt").write_text("old")
    await person.switch(session, **new("nb-files"), carried={"files": True})
    nothing = {"files": 0, "bytes": 0, "beside": {}, "without": {}, "left": ""}
    fetched = await copied(person, session, "fetch")
    folder = fetched.pop("folder")
    assert folder.startswith("jupyter_smext/deep-") and fetched == nothing

    await write(person, session, "made.csv", "3")
    await write(person, session, "rows.csv", "theirs")
    await write(person, session, "notes.txt", "new")
    (here / "rows.csv").write_text("mine")
    beside = {"rows.csv": "rows (from nb-files).csv"}
    assert await copied(person, session, "fetch") == {
        **nothing,
        "folder": folder,
        "files": 3,
        "bytes": len("3" + "theirs" + "new"),
        "beside": beside,
    }
    assert read(here, "made.csv", "rows.csv", "notes.txt") == ["3", "mine", "new"]
    assert read(here, "rows (from nb-files).csv") == ["theirs"]
    assert (await copied(person, session, "fetch"))["files"] == 0

    (here / "more.csv").write_text("4")
    (here / "rows (from nb-files).csv").unlink()
    sent = await copied(person, session, "send")
    assert (sent["files"], sent["bytes"], sent["beside"]) == (2, len("mine" + "4"), {})
    seen = await person.run(session, "print(*(open(p).read() for p in ('rows.csv', 'more.csv')))")
    assert seen == "mine 4\n"

    # What a switch back then fetches is what changed since.
    await write(person, session, "made.csv", "5")
    back = await person.switch(session, to=MACHINE, carried={"files": True}, stop_old=False)
    assert "Fetch 1 changed file from nb-files" in [step.title for step in back.steps]
    assert read(here, "made.csv") == ["5"]


def read(folder: Path, *names: str) -> list[str]:
    return [(folder / name).read_text() for name in names]


async def test_what_cannot_be_copied_is_said(person: Person) -> None:
    session = await person.open("churn.ipynb")
    at_home = await copy(person, session, "fetch")
    assert (at_home.status, at_home.json["title"]) == (409, "The kernel runs on this machine")
    assert (await copy(person, "none", "fetch")).status == 404
    assert (await copy(person, session, "both")).status == 400

    await person.switch(session, **new("nb-said"))
    switches = await person.services.switches()
    turn = switches._world.turn_of(person.folder)
    async with turn:
        busy = await copy(person, session, "send")
    assert (busy.status, busy.json["title"]) == (
        409,
        "The notebook's folder is being copied already",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(switches, "_read_only", ReadOnly(["local"]))
        refused = await copy(person, session, "send")
    assert (refused.status, refused.json["title"]) == (403, "This connection is read-only")

    known = person.services.home / "switches" / "folders"
    known.touch()
    broken = await copy(person, session, "send")
    assert broken.json["title"] == "A file of this machine could not be read or written"
    assert str(known) in broken.json["detail"]
    known.unlink()

    # Nothing went there with the switch: what goes now is told where.
    sent = await copied(person, session, "send")
    assert sent["files"] == 1 and sent["folder"].startswith("jupyter_smext/")


async def test_a_switch_and_a_copy_keep_out_of_each_others_way(person: Person) -> None:
    session = await person.open("churn.ipynb")
    await person.switch(session, **new("nb-first"), carried={"files": True})
    await write(person, session, "made.csv", "3")
    turn = (await person.services.switches())._world.turn_of(person.folder)
    async with turn:
        begun = await person.begin(session, to=MACHINE, carried={"files": True})
        waiting = await person.until(
            begun.id, lambda s: any(step.note.startswith("Waiting") for step in s.steps)
        )
        assert waiting.state == "running"
        refused = await copy(person, session, "fetch")
        assert refused.json["title"] == "The notebook's kernel is being moved"
    assert (await person.ended(begun.id)).state == "done"
    assert read(person.folder, "made.csv") == ["3"]


async def test_two_at_once_of_one_folder(person: Person) -> None:
    session = await person.open("churn.ipynb")
    await person.switch(session, **new("nb-twice"), carried={"files": True})
    await write(person, session, "made.csv", "3")
    answers = await asyncio.gather(*(copy(person, session, "fetch") for _ in range(2)))
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert read(person.folder, "made.csv") == ["3"]
