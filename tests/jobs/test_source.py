"""What of a folder goes along, and what the archive then holds."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jobs import source


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "a.ipynb"
    path.parent.mkdir()
    path.write_text("{}")
    return path


def packed(notebook: Path, archive: Path) -> dict[str, tarfile.TarInfo]:
    source.pack(source.survey(notebook), {"x": 1}, archive, lambda done: None)
    with tarfile.open(archive) as tar:
        return {member.name: member for member in tar}


def test_an_archive_holds_the_program_its_order_and_the_folder(
    notebook: Path, tmp_path: Path
) -> None:
    (notebook.parent / "deep" / "er").mkdir(parents=True)
    (notebook.parent / "deep" / "er" / "data.csv").write_text("1")
    (notebook.parent / "deep" / "run_notebook.py").write_text("mine")
    os.link(notebook, notebook.parent / "same.ipynb")
    found = packed(notebook, tmp_path / "a.tar.gz")
    assert set(found) == {
        "run_notebook.py",
        "job.json",
        "folder/a.ipynb",
        "folder/same.ipynb",
        "folder/deep/er/data.csv",
        "folder/deep/run_notebook.py",
    }
    assert all(not member.uname and member.uid == 0 for member in found.values())
    out = tmp_path / "out"
    with tarfile.open(tmp_path / "a.tar.gz") as tar:
        tar.extractall(out, filter="data")
    assert json.loads((out / "job.json").read_text()) == {"x": 1}
    assert (out / "folder" / "same.ipynb").read_text() == "{}"


def test_a_hidden_notebook_that_was_chosen_goes_along(notebook: Path, tmp_path: Path) -> None:
    hidden = notebook.rename(notebook.with_name(".a.ipynb"))
    (notebook.parent / ".env").touch()
    found = source.survey(hidden)
    assert set(found.files) == {".a.ipynb"} and set(found.left_out.named) == {".env"}
    assert "folder/.a.ipynb" in packed(hidden, tmp_path / "a.tar.gz")


def test_a_home_is_not_sent(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (notebook.parent / "data").write_text("12345678901")
    monkeypatch.setattr(source, "MAX_BYTES", 10)
    with pytest.raises(ProblemError, match="too large") as raised:
        source.survey(notebook)
    assert raised.value.problem.cause == "limit"


def test_a_file_that_is_gone_meanwhile_is_an_error(notebook: Path, tmp_path: Path) -> None:
    (notebook.parent / "b.txt").write_text("x")
    found = source.survey(notebook)
    (notebook.parent / "b.txt").unlink()
    with pytest.raises(FileNotFoundError):
        source.pack(found, {}, tmp_path / "a.tar.gz", lambda done: None)
