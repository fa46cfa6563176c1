"""Errors and warnings are told from what only looks like them."""

from __future__ import annotations

import pytest

from jupyter_smext.logs.levels import ERROR, PLAIN, WARNING, Levels

ERRORS = """
Traceback (most recent call last):
ERROR:root:x
2024-01-01 10:00 ERROR x
[error] 123
{"level": "error", "m": 1}
E0102 03:04:05.1 x
Killed
/bin/sh: 1: foo: command not found
torch.cuda.OutOfMemoryError: CUDA out of memory.
OSError: [Errno 28] No space left on device
train.py exited with code 1
subprocess exited with status 137
KeyboardInterrupt
error: bad thing
java.lang.IllegalStateException: x
gcc: fatal error: x
ModuleNotFoundError: No module named 'x'
ExecuteUserScriptError:
""".strip().splitlines()
WARNINGS = """
/usr/lib/x.py:12: FutureWarning: x
WARNING:root:x
[warn] x
W0102 03:04:05.1 x
a WARN x
""".strip().splitlines()
PLAINS = """
[1]#011train-error:0.12
error: 0.12
Test error: 0.5
0 errors
no exceptions raised
validation-error 0.1
exited with code 0
mean squared error = 0.1
<img src=x onerror=alert(1)>
early_stopping killed time
error_rate=0.3
""".strip().splitlines()


@pytest.mark.parametrize(
    ("line", "level"),
    [
        *((line, ERROR) for line in ERRORS),
        *((line, WARNING) for line in WARNINGS),
        *((line, PLAIN) for line in PLAINS),
    ],
)
def test_a_line(line: str, level: int) -> None:
    found = Levels().of([b"before", line.encode(), b"behind"])
    assert found[:2] == bytes([PLAIN, level])


def test_a_traceback_is_one_error_told_by_its_last_line() -> None:
    levels = Levels()
    lines = [
        b"fine",
        b"Traceback (most recent call last):",
        b'  File "train.py", line 3, in <module>',
        b"    loss.backward()",
        b"torch.cuda.OutOfMemoryError: CUDA out of memory.",
        b"fine",
        b"ValueError: another",
    ]
    assert list(levels.of(lines)) == [0, 2, 2, 2, 2, 0, 2]
    assert (levels.first, levels.errors) == (4, 2)


def test_a_traceback_goes_on_over_readings() -> None:
    levels = Levels()
    assert list(levels.of([b"a", b"Traceback (most recent call last):", b"  x"])) == [0, 2, 2]
    assert levels.first == 1
    assert list(levels.of([b"    y"])) == [2]
    assert list(levels.of([b"KeyError: 'z'", b"b"])) == [2, 0]
    assert (levels.first, levels.errors) == (4, 1)


def test_a_million_lines_without_a_hint_cost_no_look_at_each() -> None:
    levels = Levels()
    for _ in range(10):
        assert not any(levels.of([b"step 1 loss 0.1"] * 100_000))
    assert levels.first is None
