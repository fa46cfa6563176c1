"""What is kept of JumpStart on disk: found again, bounded, and read anew where it is spoiled."""

from __future__ import annotations

import logging
import os
import stat
import sys
from pathlib import Path

import pytest

from jupyter_smext.jumpstart import kept_files
from jupyter_smext.jumpstart.kept_files import load, save


def test_what_is_saved_is_found_by_its_names_alone(tmp_path: Path) -> None:
    save(tmp_path, "licence", "words", "local", "../../etc/passwd")
    assert load(tmp_path, "licence", str, "local", "../../etc/passwd") == "words"
    assert load(tmp_path, "licence", str, "local", "etc/passwd") is None
    assert load(tmp_path, "facts", str, "local", "../../etc/passwd") is None
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert file.parent == tmp_path / "jumpstart" / "licence"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("spoiled", [b"", b"{", b"7", b"\xff\xfe"])
def test_a_spoiled_file_is_as_good_as_none(
    tmp_path: Path, spoiled: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path, "licence", "words", "a")
    (file,) = (tmp_path / "jumpstart" / "licence").iterdir()
    file.write_bytes(spoiled)
    assert load(tmp_path, "licence", str, "a") is None
    assert "is not usable" in caplog.text
    save(tmp_path, "licence", "again", "a")
    assert load(tmp_path, "licence", str, "a") == "again"


def test_the_oldest_of_a_kind_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "MOST", 3)
    save(tmp_path, "listing", "kept", "other kind")
    for number in range(5):
        save(tmp_path, "document", number, str(number))
        for path in (tmp_path / "jumpstart" / "document").iterdir():
            if path.read_bytes() == str(number).encode():
                os.utime(path, (number, number))
    found = [load(tmp_path, "document", int, str(number)) for number in range(5)]
    assert found == [None, None, 2, 3, 4]
    assert load(tmp_path, "listing", str, "other kind") == "kept"


def test_a_folder_that_takes_no_file_is_told_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "jumpstart").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        save(tmp_path, "licence", "words", "a")
        assert load(tmp_path, "licence", str, "a") is None
    assert "could not be kept" in caplog.text
