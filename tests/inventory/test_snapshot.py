"""The snapshot on disk comes back as it was, is private, and never breaks a start."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from jupyter_smext.inventory.snapshot import VERSION, Snapshot, load, path_of, save
from jupyter_smext.protocol import Page, Problem, Row

ROW = Row("a", "a", "InService", "ok", True, None, 1.0, 2.0, "ml.t3.medium", None, ("x", 1, None))
PAGE = Page("Endpoint", 3, 5.0, True, Problem(status=403, cause="denied", title="No"), (ROW,))


def snapshot(version: int = VERSION) -> Snapshot:
    return Snapshot(version, "profile:p", "eu-west-1", "f00", "123456789012", 9.0, (PAGE,))


def test_round_trip(tmp_path: Path) -> None:
    path = path_of(tmp_path, "profile:p", "eu-west-1")
    save(path, snapshot())
    assert load(path) == snapshot()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_every_way_in_has_its_own_file(tmp_path: Path) -> None:
    ways = [("a", "r"), ("a", "s"), ("b", "r")]
    assert len({path_of(tmp_path, *way) for way in ways}) == 3


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"junk" * 100, b"\x81\xa7version\x01"])
def test_a_broken_file_is_ignored_and_said(
    tmp_path: Path, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.msgpack"
    path.write_bytes(data)
    with caplog.at_level(logging.INFO):
        assert load(path) is None
    assert str(path) in caplog.text


def test_another_version_is_ignored_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.msgpack"
    path.write_bytes(msgspec.msgpack.encode(snapshot(VERSION + 1)))
    with caplog.at_level(logging.INFO):
        assert load(path) is None
    assert "another version" in caplog.text


def test_no_file_is_no_news(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load(tmp_path / "none") is None
    assert caplog.text == ""
