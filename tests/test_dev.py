"""dev.py: what it counts, when a step is due, and that a failing part hides no other."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import dev

PYTEST = (
    "..F                      [100%]\n=== FAILURES ===\n1 failed, 2 passed, 3 skipped in 0.31s\n"
)
JEST = """
  ● adds › 7 passed in name only
Test Suites: 1 failed, 4 passed, 5 total
Tests:       2 failed, 1 skipped, 31 passed, 34 total
"""
PLAYWRIGHT = """
  ✘  1 [chromium] › panel.spec.ts:4:1 › opens (1.1s)
  1 failed
    [chromium] › panel.spec.ts:4:1 › opens
  2 did not run
  5 passed (54.2s)
"""


@pytest.mark.parametrize(
    ("output", "code", "counts"),
    [
        (PYTEST, 1, (2, 1)),
        ("===== 12 passed in 1.20s =====\n", 0, (12, 0)),
        ("1 passed, 2 warnings, 1 error in 0.5s\n", 1, (1, 1)),
        ("no tests ran in 0.01s\n", 5, (0, 1)),
        (JEST, 1, (31, 2)),
        ("Tests:       3 passed, 3 total\n", 1, (3, 1)),
        (PLAYWRIGHT, 1, (5, 3)),
        ("  6 passed (58s)\n", 0, (6, 0)),
        ("Error: browser has been closed\n", 1, (0, 1)),
        ("", 0, (0, 1)),
    ],
)
def test_counts_what_the_tools_say(output: str, code: int, counts: tuple[int, int]) -> None:
    assert dev.test_count(output, code) == counts


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(dev, "setup", lambda: None)
    return tmp_path


def due(source: Path, made: Path) -> bool:
    with dev.step("build", [source], made) as answer:
        return answer


def test_a_step_is_due_when_its_files_change_or_its_product_is_gone(checkout: Path) -> None:
    source, made = checkout / "index.ts", checkout / "lib"
    source.write_text("one")
    assert due(source, made)
    made.mkdir()
    assert not due(source, made)
    source.write_text("two")
    assert due(source, made)
    assert not due(source, made)
    made.rmdir()
    assert due(source, made)


def test_a_step_that_failed_is_due_again(checkout: Path) -> None:
    source = checkout / "index.ts"
    source.write_text("one")
    with pytest.raises(SystemExit), dev.step("build", [source], checkout):
        raise SystemExit(1)
    assert due(source, checkout)


def python(part: str, name: str, code: str) -> dev.Check:
    return dev.Check(part, name, (sys.executable, "-c", code))


def test_all_parts_run_even_when_one_fails(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # test() takes the caller's AWS settings out of its environment: here out of a copy.
    monkeypatch.setattr(dev, "ENV", {**dev.ENV, "AWS_PROFILE": "mine"})
    leaks = python("lint", "scrubbed", "import os; exit('AWS_PROFILE' in os.environ)")
    monkeypatch.setattr(dev, "LINT", (python("lint", "broken", "exit('bad')"), leaks))
    unit = dev.Check(
        "py", "unit", (sys.executable, "-c", "print('4 passed in 1s')"), dev.test_count
    )
    monkeypatch.setattr(dev, "UNIT", (unit,))
    monkeypatch.setattr(dev, "ui_checks", lambda home: [python("ui", "browser", "pass")])

    assert dev.test([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "   broken | bad" in lines
    assert lines[-1] == "6 passed, 1 failed"

    assert dev.test(["py"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "4 passed, 0 failed"


def test_no_browser_is_one_failure_that_says_how_to_get_one(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.os.path, "isfile", lambda path: False)
    monkeypatch.setattr(dev, "is_root", lambda: False)
    assert dev.test(["ui"]) == 1
    output = capsys.readouterr().out
    assert "apt-get install chromium" in output and "CHROMIUM" in output
    assert output.splitlines()[-1] == "0 passed, 1 failed"


def test_an_unknown_part_is_named(checkout: Path) -> None:
    with pytest.raises(SystemExit, match="No such part: lin. There are: lint py js ui"):
        dev.test(["lin"])


def test_the_trials_are_run_with_their_options(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    trials = checkout / "tests" / "local" / "trials"
    trials.mkdir(parents=True)
    (trials / "fuzz.py").write_text("import sys; print(sys.argv[1:]); sys.exit(len(sys.argv) - 1)")
    assert dev.main(["fuzz", "engine", "--count", "5"]) == 2
    assert dev.main(["fuzz"]) == 1
    assert capfd.readouterr().out == "['--count', '5']\n['--help']\n"
    with pytest.raises(SystemExit, match="dev.py chaos engine"):
        dev.main(["chaos", "lab"])


def test_benchmarks_are_merged_into_the_latest_figures(checkout: Path) -> None:
    benches = checkout / "bench"
    (benches / "results").mkdir(parents=True)
    latest = benches / "results" / "latest.json"
    latest.write_text('{"old": 1, "speed": 2}')
    (benches / "lab.py").write_text("raise SystemExit('not a benchmark')")
    (benches / "speed.py").write_text(
        'if __name__ == "__main__":\n'
        "    import pathlib, sys\n"
        "    pathlib.Path(sys.argv[2]).write_text('{\"speed\": 3.5}')\n"
    )
    (benches / "broken.py").write_text('if __name__ == "__main__":\n    raise SystemExit(1)\n')

    assert dev.bench(["speed"]) == 0
    assert dev.bench([]) == 1
    assert json.loads(latest.read_text()) == {"old": 1, "speed": 3.5}


@pytest.mark.parametrize(
    ("version", "major"), [("v20.11.0", 20), ("v8.1.2", 8), ("nonsense", None)]
)
def test_node_is_asked_for_its_version(tmp_path: Path, version: str, major: int | None) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    assert dev.node_version(str(tmp_path)) == major


def test_a_machine_without_node_has_none(tmp_path: Path) -> None:
    assert dev.node_version(str(tmp_path)) is None


def test_ends_with_what_failed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["many dots", "= FAILURES =", "why", "1 failed, 2 passed in 1s"]
    args = (sys.executable, "-c", f"print(*{lines}, sep='\\n'); raise SystemExit(1)")
    monkeypatch.setattr(dev, "LINT", ())
    monkeypatch.setattr(dev, "UNIT", (dev.Check("py", "pytest", args, dev.test_count),))
    assert dev.test(["py"]) == 1
    end = capsys.readouterr().out.partition("\n1 failed in pytest:\n")[2]
    assert end == "= FAILURES =\nwhy\n1 failed, 2 passed in 1s\n\n2 passed, 1 failed\n"
