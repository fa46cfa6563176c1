"""The processes of engines as the operating system shows them: found by their marks, and ended."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

#: Marks by which a process of ours is known, even when its parents are gone.
ENGINE_MARK = "SMEXT_ENGINE_HOME"
RESOURCE_MARK = "SMEXT_RESOURCE"
TREE_MARK = "SMEXT_TREE"

#: How long a killed process may take to be gone, and how often one looks.
_KILLED_SECONDS, _LOOK_SECONDS = 10.0, 0.02


class StillRunning(Exception):
    """Processes that were killed and are there all the same; `pids` names them."""

    def __init__(self, pids: Sequence[int]) -> None:
        super().__init__(
            f"Process{'es' if len(pids) > 1 else ''} {', '.join(map(str, pids))} did not end when "
            "killed (stuck in the kernel, for instance on a network drive)."
        )
        self.pids = tuple(pids)


@dataclass(frozen=True)
class Running:
    """A tree as seen from outside: its resource's ARN, its top process, bytes of memory in use."""

    resource: str
    pid: int
    processes: int
    memory: int


def trees(engine_pid: int) -> Iterator[Running]:
    """The trees an engine runs now, as the operating system shows them."""
    try:
        tops = psutil.Process(engine_pid).children()
    except psutil.NoSuchProcess:
        return
    for top in tops:
        resource = (_environ(top) or {}).get(RESOURCE_MARK)
        if resource:
            members = [top, *_children(top)]
            yield Running(resource, top.pid, len(members), sum(map(_memory, members)))


def sweep(engine_home: Path) -> int:
    """End what a killed engine of this home left behind; says how many. Raises StillRunning."""
    return end_marked(ENGINE_MARK, str(engine_home))


def kill(engine_home: Path, resource: str) -> int:
    """Kill what runs for a resource, as a machine that dies does; says how many processes."""
    wanted = {ENGINE_MARK: str(engine_home), RESOURCE_MARK: resource}
    found = _found(wanted)
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            pass  # it ended by itself
    # Not waited for: who runs the tree buries its processes, and must learn how they ended.
    return len(found)


def _found(wanted: Mapping[str, str]) -> list[psutil.Process]:
    me = psutil.Process()
    spared = {me.pid, *(parent.pid for parent in me.parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in spared and wanted.items() <= (_environ(process) or {}).items()
    ]


def end_marked(mark: str, value: str) -> int:
    """Kill what carries a mark, and wait for it; says how many it was. Raises StillRunning."""
    found = _found({mark: value})
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            pass  # it ended by itself, which is what was wanted
    wait_gone(found)
    return len(found)


def wait_gone(processes: Sequence[psutil.Process]) -> None:
    """Wait for killed processes; a zombie is somebody else's to bury. Raises StillRunning."""
    deadline = time.monotonic() + _KILLED_SECONDS
    while left := [process for process in processes if _lives(process)]:
        if time.monotonic() > deadline:
            raise StillRunning([process.pid for process in left])
        time.sleep(_LOOK_SECONDS)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _environ(process: psutil.Process) -> Mapping[str, str] | None:
    """None for a process that is gone or another user's, which none of ours is."""
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return None


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
