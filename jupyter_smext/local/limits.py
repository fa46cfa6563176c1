"""What keeps a laptop usable: each limit with the environment variable that changes it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """A whole number above 0. `usual` is what holds without the variable, in `words` for people."""

    variable: str
    usual: Callable[[], int]
    words: str
    help: str

    def value(self) -> int:
        """The limit of this process. Raises ValueError for a variable that is no such number."""
        given = os.environ.get(self.variable)
        if not given:
            return self.usual()
        if not given.isdecimal() or int(given) < 1:
            raise ValueError(f"{self.variable} is {given!r}: give a whole number above 0")
        return int(given)


def _cores() -> int:
    # Here, not above: the package of the runners loads all of them, and they keep to limits.
    from .runners.supervision import machine

    return machine().cpus


#: A training uses every core it gets: two at once on a small laptop help neither.
JOBS = Limit(
    "SMEXT_LOCAL_JOBS",
    lambda: max(1, _cores() // 2),
    "half the cores",
    "Jobs that run at once; the others wait for their turn.",
)
HOSTS = Limit(
    "SMEXT_LOCAL_HOSTS",
    lambda: max(2, _cores()),
    "the cores, at least 2",
    "Local processes that stand for the instances of one job.",
)
ENDPOINTS = Limit(
    "SMEXT_LOCAL_ENDPOINTS",
    lambda: max(4, _cores()),
    "the cores, at least 4",
    "Endpoints in service at once.",
)
PROCESSES = Limit(
    "SMEXT_LOCAL_PROCESSES",
    lambda: max(16, 4 * _cores()),
    "4 for each core, at least 16",
    "Process trees of all kinds together: jobs, model servers, notebook instances, apps.",
)
DISK_BYTES = Limit(
    "SMEXT_LOCAL_DISK_BYTES",
    lambda: 50_000_000_000,
    "50000000000 (50 GB)",
    "Bytes that the engine's home may take. A program that writes files of its own is not stopped "
    "by it: its results are refused.",
)
LOG_BYTES = Limit(
    "SMEXT_LOCAL_LOG_BYTES",
    lambda: 1 << 30,
    "1073741824 (1 GiB)",
    "Bytes of log events that are kept; the oldest of the longest untouched streams go first.",
)
METRIC_POINTS = Limit(
    "SMEXT_LOCAL_METRIC_POINTS",
    lambda: 4_000_000,
    "4000000",
    "Measurements that are kept; the metric with the most loses its oldest.",
)

#: Those that count what runs, by the name in a refusal.
COUNTS: Mapping[str, Limit] = {
    "jobs": JOBS,
    "hosts": HOSTS,
    "endpoints": ENDPOINTS,
    "processes": PROCESSES,
}
LIMITS = (JOBS, HOSTS, ENDPOINTS, PROCESSES, DISK_BYTES, LOG_BYTES, METRIC_POINTS)
