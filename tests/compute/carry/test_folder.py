"""The notebook's folder goes to an instance and comes back, over nothing that changed here."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_smext.aws.problems import ProblemError
from jupyter_smext.compute.carry.folder import Pulled, Pushed, plan, pull, push

ODD = (
    "ünïcødé ☃.txt",
    "two  spaces .txt",
    "100%.csv",
    "a?b&c=d#e.txt",
    'it\'s "q".txt',
    "new\nline",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what a notebook has beside it."""
    folder = tmp_path / "project"
    (folder / "data" / "deep").mkdir(parents=True)
    (folder / "churn.ipynb").write_text(json.dumps({"cells": [], "nbformat": 4}))
    (folder / "empty").touch()
    (folder / "data" / "raw.bin").write_bytes(bytes(range(256)) * 100)
    (folder / "data" / "deep" / "page.html").write_text("<html>not signed out</html>")
    for name in ODD:
        (folder / "data" / name).write_text(name)
    return folder


class Both:
    """A folder here and where it is there; `push` and `pull` it."""

    def __init__(self, remote: Any, here: Path, volume: Path, state: Path) -> None:
        self._remote = remote
        self.here = here
        self.name = f"jupyter_smext/{here.name}-{state.parent.name}"
        self.there = volume / self.name
        self.state = state

    async def push(self, **options: Any) -> Pushed:
        return await push(self._remote, self.here, self.name, self.state, **options)

    async def pull(self, **options: Any) -> Pulled:
        return await pull(self._remote, self.here, self.name, self.state, **options)


@pytest.fixture
def both(remote: Any, project: Path, volume: Path, tmp_path: Path) -> Both:
    return Both(remote, project, volume, tmp_path / "state.json")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


async def test_a_plan_says_what_is_sent_and_what_stays(project: Path) -> None:
    (project / ".env").write_text("SECRET=1")
    with (project / "vast").open("wb") as sparse:
        sparse.truncate(3 << 30)
    found = await plan(project)
    assert found.files == 4 + len(ODD)
    assert found.bytes == sum(map(len, contents_of_plan(project)))
    assert set(found.without) == {".env", "vast"}
    assert found.without["vast"] == "it is over 2 GiB"
    assert not found.by_s3
    assert (await plan(project, limit=100)).by_s3


def contents_of_plan(project: Path) -> list[bytes]:
    names = ["churn.ipynb", "empty", "data/raw.bin", "data/deep/page.html"]
    return [(project / name).read_bytes() for name in (*names, *(f"data/{odd}" for odd in ODD))]


async def test_a_folder_that_is_gone(project: Path) -> None:
    with pytest.raises(ProblemError, match="cannot be read"):
        await plan(project / "gone")


async def test_there_and_back(both: Both) -> None:
    said: list[tuple[float | None, str]] = []
    pushed = await both.push(progress=lambda part, words: said.append((part, words)))
    assert (pushed.files, pushed.without, pushed.beside) == (4 + len(ODD), {}, {})
    assert pushed.bytes == sum(map(len, contents(both.here).values()))
    assert contents(both.there) == contents(both.here)
    assert said[-1][0] == 1.0 and len(said) == pushed.files
    assert stat.S_IMODE(both.state.stat().st_mode) == 0o600

    again = await both.push()
    assert (again.files, again.bytes) == (0, 0)
    assert await both.pull() == Pulled((), 0, {}, {})

    (both.there / "results").mkdir()
    for name in (*ODD, "model.bin", "zero"):
        (both.there / "results" / name).write_bytes(name.encode() * 3)
    (both.there / "results" / "zero").write_bytes(b"")
    (both.there / "data" / "raw.bin").write_bytes(b"changed there")
    (both.here / "data" / "raw.bin").chmod(0o640)
    pulled = await both.pull()
    assert set(pulled.files) == {f"results/{name}" for name in (*ODD, "model.bin", "zero")} | {
        "data/raw.bin"
    }
    assert (pulled.beside, pulled.without) == ({}, {})
    assert contents(both.there) == contents(both.here)
    assert stat.S_IMODE((both.here / "data" / "raw.bin").stat().st_mode) == 0o640
    assert (await both.pull()).files == ()
    assert (await both.push()).files == 0


async def test_what_changed_here_is_sent_again_and_a_touch_is_not(both: Both) -> None:
    await both.push()
    (both.here / "empty").write_text("no longer")
    os.utime(both.here / "data" / "raw.bin", ns=(0, 0))
    pushed = await both.push()
    assert pushed.files == 1
    assert (both.there / "empty").read_text() == "no longer"


async def test_changed_on_both_sides_the_local_file_is_kept(both: Both) -> None:
    await both.push()
    (both.here / "empty").write_text("mine")
    (both.there / "empty").write_text("theirs")
    (both.here / "data" / "raw.bin").write_bytes(b"the same")
    (both.there / "data" / "raw.bin").write_bytes(b"the same")
    pulled = await both.pull()
    assert pulled.beside == {"empty": "empty (from nb-far)"}
    assert pulled.files == ("empty",)
    assert (both.here / "empty").read_text() == "mine"
    assert (both.here / "empty (from nb-far)").read_text() == "theirs"
    # Told once.
    assert (await both.pull()).beside == {}
    (both.there / "empty").write_text("theirs, later")
    assert (await both.pull()).beside == {"empty": "empty (from nb-far 2)"}
    # The next push makes the local one the remote's.
    await both.push()
    assert (both.there / "empty").read_text() == "mine"


async def test_a_push_overwrites_nothing_that_is_only_there(both: Both) -> None:
    await both.push()
    (both.here / "churn.ipynb").write_text("mine")
    (both.there / "churn.ipynb").write_text("theirs")
    pushed = await both.push()
    assert pushed.beside == {"churn.ipynb": "churn (from nb-far).ipynb"}
    assert (both.there / "churn.ipynb").read_text() == "mine"
    assert (both.here / "churn (from nb-far).ipynb").read_text() == "theirs"


async def test_without_what_was_known_nothing_is_lost(both: Both) -> None:
    await both.push()
    both.state.write_text("{ cut off")
    (both.there / "empty").write_text("theirs")
    pushed = await both.push()
    # What is the same on both sides is not sent.
    assert pushed.files == 1
    assert pushed.beside == {"empty": "empty (from nb-far)"}
    assert (both.here / "empty (from nb-far)").read_text() == "theirs"
    assert (both.there / "empty").read_text() == ""


async def test_deletions_are_not_mirrored(both: Both) -> None:
    await both.push()
    (both.here / "empty").unlink()
    (both.there / "data" / "raw.bin").unlink()
    pulled = await both.pull()
    assert pulled.files == ()
    assert (both.here / "data" / "raw.bin").exists()
    assert (await both.push()).files == 1
    assert (both.there / "empty").exists() and (both.there / "data" / "raw.bin").exists()


async def test_too_large(both: Both) -> None:
    with pytest.raises(ProblemError, match="too large to be sent"):
        await both.push(limit=1000)
    assert not both.there.exists()
    await both.push()
    (both.there / "checkpoint").write_bytes(b"x" * 3_000_000)
    pulled = await both.pull(limit=2_000_000)
    assert pulled.without == {"checkpoint": "3 MiB, over the limit: it stays on nb-far"}
    assert (await both.pull()).files == ("checkpoint",)


async def test_links_are_not_followed_on_the_way_back(both: Both, tmp_path: Path) -> None:
    await both.push()
    outside = tmp_path / "outside"
    outside.mkdir()
    (both.there / "results").mkdir()
    (both.there / "results" / "a.txt").write_text("theirs")
    (both.here / "results").symlink_to(outside)
    (both.there / "linked.txt").write_text("theirs")
    (both.here / "linked.txt").symlink_to(outside / "target")
    (both.there / "loop").symlink_to(both.there)
    pulled = await both.pull()
    assert pulled.without["results/a.txt"] == "results is no folder here"
    assert "it is a link to a folder above it" in pulled.without.values()
    assert pulled.beside == {"linked.txt": "linked (from nb-far).txt"}
    assert not list(outside.iterdir())
    assert not (both.here / "loop").exists()


async def test_a_folder_here_where_there_is_a_file(both: Both) -> None:
    await both.push()
    (both.there / "thing").write_text("a file")
    (both.here / "thing").mkdir()
    pulled = await both.pull()
    assert pulled.beside == {"thing": "thing (from nb-far)"}
    assert (both.here / "thing").is_dir()


class Liar:
    """A remote server that lists what it should not have."""

    name = "liar/../x"

    def __init__(self, names: list[str]) -> None:
        self._names = names

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        if path.startswith("/files/"):
            return httpx.Response(200, content=b"evil")
        entry = {"type": "file", "size": 4, "last_modified": "now"}
        listed = [{**entry, "name": name, "path": name} for name in self._names]
        return httpx.Response(200, json={"content": [*listed, {"type": "file"}, "nonsense"]})


@pytest.mark.parametrize(
    "name", ["../up", "/etc/x", "..", ".", "", "a/../../b", ".bashrc", "a\0b", "x\\y"]
)
async def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    here = tmp_path / "here"
    here.mkdir()
    remote: Any = Liar([name])
    pulled = await pull(remote, here, "there", tmp_path / "state")
    assert pulled.files == ()
    assert set(pulled.without.values()) == {"its name could lead out of the folder"}
    assert not list(here.iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"here"}


async def test_the_name_of_a_place_leads_nowhere(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "f.txt").write_text("mine")
    remote: Any = Liar(["f.txt"])
    pulled = await pull(remote, here, "there", tmp_path / "state")
    assert pulled.beside == {"f.txt": "f (from liar-..-x).txt"}
    assert (here / "f (from liar-..-x).txt").read_bytes() == b"evil"


async def test_an_answer_that_is_none_is_said(tmp_path: Path) -> None:
    class Proxy(Liar):
        async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
            if method != "PUT":
                return await super().request(method, path, **options)
            return httpx.Response(201, json=[], request=httpx.Request(method, f"http://x{path}"))

    (tmp_path / "f.txt").write_text("mine")
    remote: Any = Proxy([])
    with pytest.raises(ProblemError, match="answered in an unknown way"):
        await push(remote, tmp_path, "there", tmp_path.parent / "state-of-proxy")


async def test_many_files_and_large_ones(both: Both) -> None:
    for number in range(60):
        (both.here / f"part-{number}.bin").write_bytes(os.urandom(1000) * 300)
    (both.here / "big.bin").write_bytes(os.urandom(13_000_000))
    (both.here / "exact.bin").write_bytes(os.urandom(8 << 20))
    pushed = await both.push()
    assert pushed.files == 66 + len(ODD)
    assert contents(both.there) == contents(both.here)
    (both.there / "big.bin").write_bytes(os.urandom(9_000_001))
    assert (await both.pull()).files == ("big.bin",)
    assert contents(both.there) == contents(both.here)


async def test_a_push_that_is_cut_goes_on_where_it_was(
    both: Both, monkeypatch: pytest.MonkeyPatch, remote: Any
) -> None:
    asked = remote.request
    begun, arrived = 0, 0
    all_arrived = asyncio.Event()

    async def cut(method: str, path: str, **options: Any) -> Any:
        nonlocal begun, arrived
        if method != "PUT" or "content" not in options:
            return await asked(method, path, **options)
        begun += 1
        if begun > 5:
            await all_arrived.wait()
            raise asyncio.CancelledError
        answer = await asked(method, path, **options)
        arrived += 1
        if arrived == 5:
            all_arrived.set()
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(remote, "request", cut)
        with pytest.raises(asyncio.CancelledError):
            await both.push()
    pushed = await both.push()
    assert pushed.files == 4 + len(ODD) - 5
    assert pushed.beside == {}
    assert contents(both.there) == contents(both.here)
