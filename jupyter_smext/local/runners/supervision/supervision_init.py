"""The first process of a supervised tree: it sets limits, runs the steps and ends the tree whole.

Run as a script by `supervision.Tree`, as tini or dumb-init are in a container. Its standard input
is the engine's hold on it: a line of JSON that says what to run, then nothing until the engine
closes it, or dies, by which the operating system closes it. Either way the tree ends. It answers on
standard output with lines of JSON: {"step"} when a step starts, then {"step", "returncode",
"expired"}, or {"step", "error"} when it could not be started.

Where namespaces are to be had it is process 1 of its own, and a copy of it waits outside, which
says {"inside"} first: the number that process 1 has there.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import containment
else:
    import containment

# A script's own folder comes first on sys.path; what lies in this one must not shadow a package.
sys.path[:] = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]

import psutil  # noqa: E402

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SETTLE_SECONDS = 2.0
_NICE = 5


def _prctl() -> Callable[[int, int], int] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    return lambda option, value: int(library.prctl(option, value, 0, 0, 0))


PRCTL = _prctl()


def confine(cpus: int | None, memory: int | None) -> None:
    """Hold this process and all it starts to so many CPUs, and each to so many bytes of data.

    The person at the machine goes first: all of it is nice.
    """
    if hasattr(os, "nice"):
        os.nice(_NICE)
    if sys.platform == "linux":
        if cpus is not None:
            allowed = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(0, random.sample(allowed, min(cpus, len(allowed))))
        if memory is not None:
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            if hard != resource.RLIM_INFINITY:
                memory = min(memory, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _die_with_parent() -> None:
    if PRCTL is not None:
        PRCTL(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Steps:
    """Runs the steps one after the other; what they leave behind lives until the tree ends."""

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._lock = threading.Lock()
        self._ending = False
        self._main: psutil.Process | None = None
        self._seen: list[psutil.Process] = []

    def run(self, number: int, argv: list[str], out: IO[bytes], timeout: float | None) -> bool:
        """Run one step to its end and report it; False when nothing is to follow."""
        with self._lock:
            if self._ending:
                return False
            try:
                process = subprocess.Popen(
                    argv,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    # Only prctl is called between fork and exec, and no lock is held there.
                    preexec_fn=None if os.name == "nt" else _die_with_parent,
                )
            except OSError as error:
                report(step=number, error=f"{argv[0]}: {error.strerror or error}")
                return False
            # Signals go by psutil: Popen's own would reap the process under `_wait`'s feet.
            self._main = psutil.Process(process.pid)
        report(step=number)
        expired = threading.Event()
        timer = threading.Timer(timeout or 0, _expire, (expired,))
        timer.daemon = True
        if timeout is not None:
            timer.start()
        code = _wait(process)
        timer.cancel()
        report(step=number, returncode=code, expired=expired.is_set())
        return code == 0 and not expired.is_set()

    def end(self) -> None:
        """Ask the running step to end; it is killed when it has not by the end of the grace."""
        with self._lock:
            if self._ending:
                return
            self._ending = True
            process = self._main
        # Taken while parents live: where orphans are not handed to us they cannot be found later.
        self._seen = _descendants()
        if process is not None:
            _signal(process.terminate)
            timer = threading.Timer(self._grace, _signal, (process.kill,))
            timer.daemon = True
            timer.start()

    def clear(self) -> None:
        """End every process that is left below this one."""
        left = _alive(self._seen + _descendants())
        for each in left:
            _signal(each.terminate)
        psutil.wait_procs(left, timeout=_SETTLE_SECONDS)
        while left := _alive(self._seen + _descendants()):
            for each in left:
                _signal(each.kill)
            psutil.wait_procs(left, timeout=_SETTLE_SECONDS)


def _expire(expired: threading.Event) -> None:
    expired.set()
    for each in _descendants():
        _signal(each.kill)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a step; the orphans that Linux hands to us are buried on the way."""
    if os.name == "nt":
        return process.wait()
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode


def _descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [each for each in set(processes) if each.is_running() and not _buried(each)]


def _buried(process: psutil.Process) -> bool:
    """Whether a process is a zombie; one of ours is taken off the table."""
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return False
        process.wait(0)
    except (psutil.NoSuchProcess, psutil.TimeoutExpired):
        return True
    return True


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        pass  # it ended by itself, which is what was wanted


def report(**facts: Any) -> None:
    """One line to the engine."""
    try:
        # In one write, also where PYTHONUNBUFFERED is set: two processes report at once.
        print(f"{json.dumps(facts)}\n", end="", flush=True)
    except OSError:
        pass  # the engine is dead: nobody is left to be told, and the tree ends by its closed stdin


def main() -> None:
    """Run what standard input says."""
    order = json.loads(sys.stdin.buffer.readline())
    # Before the folders of the logs may be out of sight.
    logs = []
    for number, step in enumerate(order["steps"]):
        try:
            logs.append(open(step["log"], "ab"))
        except OSError as error:
            report(step=number, error=f"its log: {error}")
            return
    if order["contain"] is not None:
        try:
            containment.enter(**order["contain"], tell=lambda pid: report(inside=pid))
        except OSError as error:
            report(step=0, error=f"containing it failed: {error.strerror or error}")
            return
    os.environ.clear()
    os.environ.update(order["environment"])
    if PRCTL is not None:
        PRCTL(_PR_SET_CHILD_SUBREAPER, 1)
    confine(order["cpus"], order["memory"])
    steps = Steps(order["grace"])

    def hold() -> None:
        # Not sys.stdin: its lock, held in a read, makes the interpreter wait when it ends.
        while os.read(0, 1):
            pass
        steps.end()

    threading.Thread(target=hold, daemon=True).start()
    # Who signals this process means the tree.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=steps.end).start())
    for number, step in enumerate(order["steps"]):
        if not steps.run(number, step["argv"], logs[number], step["timeout"]):
            break
    steps.clear()


if __name__ == "__main__":
    main()
