"""What an instance answers that means harm, or is broken: it is told, and goes no further."""

from __future__ import annotations

import io
import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.compute import kernelspecs, portable, servers
from jupyter_smext.compute.bridge.frames import Frame
from jupyter_smext.compute.bridge.line import Line
from jupyter_smext.compute.carry import variables
from jupyter_smext.compute.carry.listing import listing
from jupyter_smext.compute.carry.transfer import download
from jupyter_smext.compute.remote import RemoteJupyter
from jupyter_smext.notebook_folder import MOST_FILES
from jupyter_smext.protocol import ComputeName

AT = ComputeName("notebook-instance", "far", "local", "us-east-1")


def remote_of(answers: Callable[[httpx.Request], httpx.Response]) -> RemoteJupyter:
    """A signed-in session with a server of which `answers` answers everything."""

    async def presign() -> str:
        return "https://far.notebook.us-east-1.sagemaker.aws"

    made = RemoteJupyter(presign, "", "far", 3600.0)
    made._http._mounts = {}

    def all(request: httpx.Request) -> httpx.Response:
        if request.url.path in ("/", "/lab"):
            return httpx.Response(200)
        return answers(request)

    made._http._transport = httpx.MockTransport(all)
    return made


def folder(*entries: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps({"content": entries}))


def entry(name: Any, type: str = "file") -> dict[str, Any]:
    return {"name": name, "type": type, "size": 1, "last_modified": "2026-11-25T00:00:00Z"}


async def test_names_that_no_file_can_have() -> None:
    remote = remote_of(lambda request: folder(entry("good"), entry("\ud800"), entry("..")))
    found = await listing(remote, "project")
    assert list(found.files) == ["good"] and len(found.refused) == 2


async def test_folders_without_end() -> None:
    asked = 0

    def answers(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        assert asked < 2 * MOST_FILES
        return folder(*(entry(f"{asked}-{n}", "directory") for n in range(500)))

    with pytest.raises(ProblemError, match="more than"):
        await listing(remote_of(answers), "project")


@pytest.mark.parametrize("content", ["[]", "{}", '{"content": null}', '{"content": [{"name": "a"'])
async def test_a_listing_that_is_none(content: str) -> None:
    remote = remote_of(lambda request: httpx.Response(200, content=content))
    with pytest.raises(ProblemError, match="in an unknown way"):
        await listing(remote, "project")


async def test_variables_over_the_limit_are_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel over there says itself how much they are."""

    async def told(*given: Any, **more: Any) -> Any:
        if given[1:3] != ("packing", "pack"):
            return {}
        return {"names": ["x"], "bytes": 1 << 50, "sha256": "", "without": {}}

    monkeypatch.setattr(variables, "run_inside", told)
    fetched = []

    def answers(request: httpx.Request) -> httpx.Response:
        fetched.append(request.url.path)
        return httpx.Response(200, json={})

    with pytest.raises(ProblemError, match="limit"):
        file = tmp_path / "packed"
        await variables.pack(object(), file, remote=remote_of(answers), limit=1000)
    assert not any(path.startswith("/files") for path in fetched)


async def test_more_than_was_asked_for_is_not_taken() -> None:
    """A range, or a file, that has no end."""
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 1 << 20
            assert sent < 64 << 20
            yield bytes(1 << 20)

    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(206, content=endless())

    with pytest.raises(ProblemError, match="more than was asked for"):
        await download(remote_of(answers), "project/x", io.BytesIO(), 10)


@pytest.mark.parametrize("told", [["a text"], [{"kernel": "a text"}], [{"connections": 1e999}]])
async def test_one_that_answers_nonsense_takes_nothing_from_the_others(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {
        "id": "1",
        "name": "python3",
        "execution_state": "idle",
        "connections": 0,
        "last_activity": "2026-11-25T00:00:00Z",
    }

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/kernels":
            mixed = [{**good, **each} if isinstance(each, dict) else each for each in told]
            return httpx.Response(200, content=json.dumps(mixed))
        if request.url.path == "/api/sessions":
            return httpx.Response(200, content=json.dumps(told))
        return httpx.Response(200, json={"last_activity": good["last_activity"]})

    remote = remote_of(answers)
    monkeypatch.setattr(servers, "remote_of", lambda *_: remote)
    kept: Any = SimpleNamespace(remote_kernels=dict)
    found = await servers.server(None, AT, kept)  # type: ignore[arg-type]
    assert found.problem is not None and "in an unknown way" in found.problem.title


def frame(
    channel: str = "iopub", header: bytes = b'{"msg_type": "stream", "msg_id": "1"}'
) -> bytes:
    return Frame.of(channel, [header, b"{}", b"{}", b"{}"]).data


@pytest.mark.parametrize(
    "message",
    [
        frame(header=b"not JSON"),
        frame(header=b"[]"),
        frame(header=b"[" * 100_000),
        frame(header=b'{"msg_type": 1, "msg_id": "1"}'),
        frame(channel="secret"),
        frame(channel="hb"),
        struct.pack("<Q", 2**63),
        struct.pack("<8Q", 7, 64, 0, 0, 0, 0, 0, 2**62),
        b"",
    ],
)
async def test_a_message_that_is_none_is_left_out_and_the_line_stays(message: bytes) -> None:
    heard: list[str] = []
    line = Line(lambda each: heard.append(each.header["msg_id"]), lambda silent: None)
    line._remote = SimpleNamespace(name="far")  # type: ignore[assignment]
    line._hear(message)
    line._hear(frame())
    assert heard == ["1"]


def test_a_kernelspec_that_is_taken_away_twice_at_once(
    jp_environ: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a switch that stops its instance, and by the list that shows it stopped."""
    kernelspecs.write(AT, "python3", {"language": "python"}, "far")
    remove = shutil.rmtree

    def overtaken(path: Any, *given: Any, **more: Any) -> None:
        remove(path)
        remove(path, *given, **more)

    monkeypatch.setattr(shutil, "rmtree", overtaken)
    assert len(kernelspecs.remove(AT)) == 1
    assert kernelspecs.names_of(AT) == []


@pytest.mark.parametrize("content", ["not JSON", "{}", '{"metadata": {"kernel_provisioner": 1}}'])
def test_a_broken_kernelspec_does_not_keep_a_notebook_from_being_saved(
    jp_environ: Any, content: str
) -> None:
    name = kernelspecs.write(AT, "python3", {"language": "python"}, "far")
    (kernelspecs._folder() / name / "kernel.json").write_text(content)
    spec = {"name": name, "display_name": "Python 3", "language": "python"}
    model: Any = {"type": "notebook", "content": {"metadata": {"kernelspec": spec}}}
    portable.keep_portable(model=model, path="x.ipynb")
    assert spec["name"] == "python3" or model["content"]["metadata"]["kernelspec"] != spec


@pytest.mark.parametrize(
    "told",
    [{"metadata": []}, {"metadata": {"debugger": {}}}, {"display_name": {}}, {"argv": ["rm"]}],
)
def test_of_a_remote_kernelspec_only_words_are_taken(jp_environ: Any, told: dict[str, Any]) -> None:
    name = kernelspecs.write(AT, "python3", {**told, "env": {"PATH": "/evil"}}, "far")
    written = json.loads((kernelspecs._folder() / name / "kernel.json").read_text())
    assert written["argv"] == [] and "env" not in written
    assert isinstance(written["display_name"], str)
    assert isinstance(written["metadata"]["debugger"], bool)
