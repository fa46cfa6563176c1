"""Worker threads start when needed, run side by side, and are no reason to stay alive."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from jupyter_smext.inventory.workers import Workers


def test_tasks_run_side_by_side_under_their_names() -> None:
    workers = Workers()
    together = threading.Barrier(20)

    def task() -> str:
        together.wait(10)
        return threading.current_thread().name

    futures = [workers.submit(f"task {index}", task) for index in range(20)]
    assert [future.result(10) for future in futures] == [f"smext-task {i}" for i in range(20)]
    workers.close()


def test_an_error_reaches_who_waits() -> None:
    workers = Workers()

    def fail() -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        workers.submit("fail", fail).result(10)
    assert workers.submit("still works", lambda: 1).result(10) == 1
    workers.close()


def test_free_threads_end() -> None:
    workers = Workers(linger=0.01)
    seen = [workers.submit("look", threading.current_thread).result(10) for _ in range(50)]
    for thread in set(seen):
        thread.join(10)
        assert not thread.is_alive()
    assert workers.submit("again", lambda: 2).result(10) == 2
    workers.close()


def test_closed_workers_take_nothing() -> None:
    workers = Workers()
    workers.close()
    with pytest.raises(RuntimeError):
        workers.submit("late", lambda: None)


def test_a_hanging_call_does_not_hold_the_exit_up() -> None:
    code = (
        "import threading; from jupyter_smext.inventory.workers import Workers\n"
        "Workers().submit('hang', threading.Event().wait)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
