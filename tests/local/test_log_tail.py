"""The end of a log in a failure's reason: what it shows, and what it must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_smext.local.runners.supervision.log_tail import tail


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


def test_the_last_lines_are_one(tmp_path: Path, log: Path) -> None:
    assert tail(tmp_path, log, ()) == ""
    log.write_text("old\n" + "a\n\n  b()\r\n    ~~^^\nc: caf\u00e9\n", encoding="utf-8")
    assert tail(tmp_path, log, ()) == "old | a | b() | c: café"
    assert tail(tmp_path, log, (), since=4, lines=2) == "b() | c: café"
    assert tail(tmp_path, log, (), before="c:") == "old | a | b()"
    assert tail(tmp_path, log, (), chars=4) == "café"


def test_half_a_secret_is_none_of_it(tmp_path: Path, log: Path) -> None:
    log.write_text("key=SECRETKEY and more\n")
    assert tail(tmp_path, log, ["SECRETKEY", ""], chars=15) == "ecret] and more"


def test_a_link_is_not_followed(tmp_path: Path, log: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    log.write_text("of somebody else")
    (root / "output.log").symlink_to(log)
    assert tail(root, root / "output.log", ()) == ""
