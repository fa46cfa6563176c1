"""Checkpoints: a folder that is filled from S3 before a job, and kept in S3 while it runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from ..objects import Objects
from .job_data import NoSuchData, fetch, under
from .job_upload import files_of

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
    """The checkpoint folders of a job's hosts and the S3 prefix they share."""

    def __init__(self, objects: Objects, uri: str, folders: Sequence[Path]) -> None:
        self._objects = objects
        self._uri = uri
        self._bucket, prefix = objects.split_uri(uri)
        self._prefix = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
        self._folders = folders
        self._known: dict[Path, tuple[int, int]] = {}

    def seed(self, halt: threading.Event) -> int:
        """Fill every host's folder with what is in S3; how many files. Raises as `fetch`."""
        try:
            found = under(self._objects, f"s3://{self._bucket}/{self._prefix}")
        except NoSuchData:
            found = []
        for folder in self._folders:
            fetch(self._objects, found, folder, halt)
            for _, path in files_of([folder]):
                self._known[path] = _state(path)
        return len(found)

    def save(self) -> None:
        """Put the files that are new or changed since. Raises ServiceError, OSError.

        What a job deletes stays in S3. A file that it writes right now is put as it is, and again
        once it has changed.
        """
        for folder in self._folders:
            for name, path in files_of([folder]):
                try:
                    state = _state(path)
                    if self._known.get(path) == state:
                        continue
                    self._objects.upload(self._bucket, self._prefix + name, path)
                except FileNotFoundError:
                    continue  # deleted meanwhile
                self._known[path] = state


def _state(path: Path) -> tuple[int, int]:
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns


@asynccontextmanager
async def saving(checkpoints: Checkpoints | None) -> AsyncIterator[None]:
    """Save checkpoints for as long as the block takes, and once more at its end."""
    if checkpoints is None:
        yield
        return
    over = asyncio.Event()

    async def follow() -> None:
        wait = asyncio.ensure_future(over.wait())
        while not over.is_set():
            await asyncio.wait((wait,), timeout=_EVERY_SECONDS)
            await asyncio.to_thread(checkpoints.save)

    task = asyncio.ensure_future(follow())
    try:
        yield
    finally:
        over.set()
        await task
