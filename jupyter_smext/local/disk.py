"""How many bytes the engine's home may take, so that a laptop's disk does not fill up."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

from . import limits
from .contract import ServiceError

_GB = 1_000_000_000
#: Never taken of the file system's last bytes: the machine's owner needs them to clean up.
_SPARE = _GB
#: A measurement is good for so many seconds; one that would refuse must be this fresh.
_FRESH, _REFUSING = 60.0, 1.0


class Disk:
    """The quota of `home`, in bytes: limits.DISK_BYTES.

    What is used is measured by a walk and counted on from there, so it is right within what was
    deleted, or written unannounced, in the last minute; nothing is refused on an old count.
    Thread-safe; walks take a while, so call it off the event loop.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self.limit = limits.DISK_BYTES.value()
        self._lock = threading.Lock()
        self._walking = threading.Lock()
        self._measured = 0
        self._granted = 0
        self._when = float("-inf")

    def used(self) -> int:
        """Bytes that the home takes, as measured or counted."""
        self._measure(_FRESH)
        with self._lock:
            return self._measured + self._granted

    def require(self, size: int) -> None:
        """Count on `size` more bytes. Raises ServiceError ResourceLimitExceeded without counting.

        The code is SageMaker's for a quota; S3 has none, as its buckets have no end.
        """
        for age in (_FRESH, _REFUSING):
            self._measure(age)
            with self._lock:
                used = self._measured + self._granted
                free = shutil.disk_usage(self._home).free
                if used + size <= self.limit and size <= free - _SPARE:
                    self._granted += size
                    return
        if used + size > self.limit:
            why = f"the local engine's home would pass its limit of {said(self.limit)}"
            more = f"start the engine with {limits.DISK_BYTES.variable} set to more"
            then = f"Delete what is not needed, or {more}."
        else:
            why = f"the disk has {said(free)} left, of which {said(_SPARE)} stay free"
            then = "Free some space on the disk."
        message = f"No room for {said(size)}: {why} ({said(used)} are in use). {then}"
        raise ServiceError("ResourceLimitExceeded", message)

    def _measure(self, age: float) -> None:
        if time.monotonic() - self._when <= age:
            return
        if age > _REFUSING and self._when > float("-inf"):
            # The old count does until the walk is over: nobody who only adds waits for it.
            if self._walking.acquire(blocking=False):
                threading.Thread(target=self._walk_beside, name="disk", daemon=True).start()
            return
        with self._walking:  # who comes during a walk takes its figure
            if time.monotonic() - self._when > age:
                self._walk()

    def _walk_beside(self) -> None:
        try:
            self._walk()
        finally:
            self._walking.release()

    def _walk(self) -> None:
        counted = self._granted
        size = size_of(self._home)
        with self._lock:
            # What was granted meanwhile may not be on the disk yet.
            self._measured, self._granted = size, self._granted - counted
            self._when = time.monotonic()


def size_of(folder: Path) -> int:
    """The bytes that a folder takes on the disk; what is deleted meanwhile may count or not."""
    total = 0
    waiting = [os.fspath(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        else:
                            facts = entry.stat(follow_symlinks=False)
                            # Blocks, where the system tells them: a sparse file takes less.
                            blocks = getattr(facts, "st_blocks", None)
                            total += facts.st_size if blocks is None else blocks * 512
                    except FileNotFoundError:
                        continue  # deleted since
        except OSError:
            continue  # deleted since, or a job's folder that its job has closed
    return total


def said(size: int) -> str:
    """Bytes for people."""
    if size < 100_000:
        return f"{size} bytes"
    return f"{size / _GB:.1f} GB" if size >= _GB else f"{size / 1e6:.1f} MB"
