"""What a process and all below it use of this machine, as the operating system counts it."""

from __future__ import annotations

import psutil


def used(pid: int) -> tuple[float, int]:
    """Seconds of CPU and bytes of memory of a process and all below it; 0 of one that is gone."""
    seconds, memory = 0.0, 0
    try:
        top = psutil.Process(pid)
        members = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0, 0
    for process in members:
        try:
            times = process.cpu_times()
            # Of children that have ended a process keeps the time, so that none goes back.
            seconds += times.user + times.system + times.children_user + times.children_system
            memory += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue  # it ended between two looks
    return seconds, memory
