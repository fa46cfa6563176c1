"""Checkpoints: a folder that is filled from S3 before a job, and kept in S3 while it runs."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from ...object_store.objects import Objects
from ..job.data import NoSuchData, fetch, under
from ..job.repeating import repeating
from ..job.upload import files_of
from ..supervision.own_file import open_own

#: CheckpointConfig.LocalPath: "The default directory is /opt/ml/checkpoints/".
DEFAULT = "/opt/ml/checkpoints"
#: SageMaker syncs while a job runs and does not say how often.
_EVERY_SECONDS = 5.0


def below_opt_ml(local_path: str) -> str | None:
    """A LocalPath as a path below /opt/ml, None for one elsewhere."""
    parts = [part for part in local_path.split("/") if part not in ("", ".")]
    if parts[:2] != ["opt", "ml"] or len(parts) < 3 or ".." in parts:
        return None
    return "/".join(parts[2:])


class Checkpoints:
    """The checkpoint folders, `below` each host's /opt/ml, and the S3 prefix they share."""

    def __init__(self, objects: Objects, uri: str, roots: Sequence[Path], below: str) -> None:
        self._objects = objects
        self._uri = uri
        self._bucket, prefix = objects.split_uri(uri)
        self._prefix = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
        self._roots, self._below = roots, below
        self._known: dict[Path, tuple[int, int]] = {}

    def seed(self, halt: threading.Event) -> int:
        """Fill every host's folder with what is in S3; how many files. Raises as `fetch`."""
        try:
            found = under(self._objects, f"s3://{self._bucket}/{self._prefix}")
        except NoSuchData:
            found = []
        for root in self._roots:
            folder = root / self._below
            fetch(self._objects, found, folder, halt)
            for _, path in files_of([folder]):
                self._known[path] = _state(path.stat())
        return len(found)

    def save(self) -> None:
        """Put the files that are new or changed since. Raises ServiceError, OSError.

        What a job deletes stays in S3. A file that it writes right now is put as it is, and again
        once it has changed.
        """
        for root in self._roots:
            for name, path in files_of([root / self._below]):
                file = open_own(root, path)
                if file is None:
                    continue  # deleted meanwhile, or the job has put a link on the way
                with file:
                    state = _state(os.fstat(file.fileno()))
                    if self._known.get(path) != state:
                        self._objects.upload(self._bucket, self._prefix + name, file)
                self._known[path] = state


def _state(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_size, facts.st_mtime_ns


@asynccontextmanager
async def saving(checkpoints: Checkpoints | None) -> AsyncIterator[None]:
    """Save checkpoints for as long as the block takes, and once more at its end."""
    if checkpoints is None:
        yield
        return

    async def save() -> float:
        await asyncio.to_thread(checkpoints.save)
        return _EVERY_SECONDS

    try:
        async with repeating(_EVERY_SECONDS, save):
            yield
    finally:
        await save()
