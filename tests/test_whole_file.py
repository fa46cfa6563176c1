"""Files that are replaced whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from jupyter_smext.whole_file import write_whole


@pytest.mark.parametrize("lasting", [False, True])
def test_a_file_is_replaced_and_private(tmp_path: Path, lasting: bool) -> None:
    path = tmp_path / "new" / "folder" / "a.json"
    write_whole(path, b"one", lasting=lasting)
    path.chmod(0o644)
    write_whole(path, b"two", lasting=lasting)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == ["a.json"]


def test_what_fails_leaves_it_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_whole(path, b"one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"two", lasting=True)
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["a.json"]
