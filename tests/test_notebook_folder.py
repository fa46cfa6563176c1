"""What of a notebook's folder may leave this machine, and why the rest stays."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import msgspec
import pytest

from jupyter_smext import notebook_folder
from jupyter_smext.aws.problems import ProblemError
from jupyter_smext.notebook_folder import LeftOut, files


def looked(folder: Path, chosen: str = "") -> tuple[set[str], dict[str, str]]:
    left_out = LeftOut()
    found = {path for path, _ in files(folder, left_out, chosen=chosen)}
    msgspec.json.encode(left_out.shown())
    return found, left_out.shown()


def test_what_stays_is_named_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "a.ipynb").touch()
    (tmp_path / "data" / "deep" / "new\nline").touch()
    (tmp_path / ".env").write_text("SECRET=1")
    for name in ("My.PEM", "id_rsa", "monkey.py", "credentials.md"):
        (tmp_path / name).write_text("KEY")
    for folder in (".git", "__pycache__", "node_modules", "env"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f").touch()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    (tmp_path / "out").symlink_to("/etc")
    (tmp_path / "link.txt").symlink_to("a.ipynb")
    (tmp_path / "back\\slash").touch()
    os.close(os.open(os.fsencode(tmp_path) + b"/latin-\xe9", os.O_CREAT | os.O_WRONLY))
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        found, without = looked(tmp_path)
    assert found == {"a.ipynb", "data/deep/new\nline", "monkey.py", "credentials.md"}
    assert without == {
        ".env": "it is hidden: it may hold keys, or settings of this machine",
        "My.PEM": "it may be a private key",
        "id_rsa": "it may be a private key",
        ".git": "it is hidden: it may hold keys, or settings of this machine",
        "__pycache__": "it is made anew where it is needed",
        "node_modules": "it is made anew where it is needed",
        "env": "it is a Python environment: its packages are of this machine",
        "out": "it is a symbolic link",
        "link.txt": "it is a symbolic link",
        "back\\slash": "its name has a backslash",
        "latin-\\udce9": "its name is not UTF-8",
        "pipe": "it is no regular file",
        "socket": "it is no regular file",
    }


def test_what_is_chosen_goes_and_only_that(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for folder in (tmp_path, tmp_path / "x"):
        (folder / "real").touch()
        (folder / "a.ipynb").symlink_to("real")
    assert looked(tmp_path, "a.ipynb") == (
        {"a.ipynb", "real", "x/real"},
        {"x/a.ipynb": "it is a symbolic link"},
    )


def test_of_much_that_stays_the_number_is_said(tmp_path: Path) -> None:
    for number in range(notebook_folder.MOST_NAMED + 50):
        (tmp_path / f".{number:03}").touch()
    _, without = looked(tmp_path)
    assert len(without) == notebook_folder.MOST_NAMED + 1
    assert without["…"] == "and 50 more"


def test_too_deep_is_left_out(tmp_path: Path) -> None:
    deepest = "/".join("d" * notebook_folder.MOST_DEPTH)
    (tmp_path / deepest / "d").mkdir(parents=True)
    (tmp_path / deepest / "f").touch()
    assert looked(tmp_path) == ({f"{deepest}/f"}, {f"{deepest}/d": "it is too deep"})


def test_a_home_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        (tmp_path / str(number)).touch()
    monkeypatch.setattr(notebook_folder, "MOST_FILES", 5)
    with pytest.raises(ProblemError, match="more than 5 files"):
        looked(tmp_path)


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="cannot be read"):
        looked(tmp_path / "gone")
