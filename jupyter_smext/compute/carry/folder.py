"""A notebook's folder on a remote Jupyter server: pushed, and what changed there brought back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from ...aws.problems import ProblemError, problem
from ...protocol import Folder
from .arrival import Arrived, Refused, arrive, landing, sha256_of
from .at_once import LARGE_AT_ONCE, LARGE_BYTES, each
from .folder_plan import Stamp, look_through
from .folder_state import Known, folder_state
from .kernel_code import Progress
from .limits import Limits
from .listing import Listing, Version, listing
from .transfer import Sent, download, make_folders, upload

if TYPE_CHECKING:
    from ..remote import RemoteJupyter
    from .by_s3 import ByS3


class Pushed(msgspec.Struct, frozen=True):
    """What a push sent. `beside` maps a path that had changed on both sides to the local name that
    the remote's version now has; `without` maps what failed to why, not what `plan` leaves out.
    `left` says what of the way through S3 could not be deleted."""

    files: int
    bytes: int
    beside: dict[str, str]
    without: dict[str, str]
    left: str = ""


class Pulled(msgspec.Struct, frozen=True):
    """What a pull brought. `beside` as in `Pushed`: the local file was kept. `without` maps what
    was not brought to why."""

    files: tuple[str, ...]
    bytes: int
    beside: dict[str, str]
    without: dict[str, str]


async def plan(folder: Path, limit: int = Limits.folder) -> Folder:
    """What a first push would send; above `limit` bytes it goes by S3. Raises ProblemError."""
    return (await look_through(folder)).shown(limit)


async def changed(
    remote: RemoteJupyter, folder: Path, remote_dir: str, state: Path, limit: int = Limits.folder
) -> Folder:
    """What `pull` would bring, and what it would leave there and why. Raises ProblemError."""
    there = await listing(remote, remote_dir)

    def compare() -> Folder:
        with folder_state(state, folder) as known:
            work = _Work(remote, folder, remote_dir, known, None)
            new = {path: at for path, at in there.files.items() if not work.is_known(path, at)}
        over = {path: _over(at, remote.name) for path, at in new.items() if at.bytes > limit}
        sizes = [at.bytes for path, at in new.items() if path not in over]
        return Folder(remote_dir, len(sizes), sum(sizes), False, {**there.refused, **over})

    return await asyncio.to_thread(compare)


async def push(
    remote: RemoteJupyter,
    folder: Path,
    remote_dir: str,
    state: Path,
    progress: Progress | None = None,
    *,
    by_s3: ByS3 | None = None,
    limit: int = Limits.folder,
) -> Pushed:
    """Send what is new or changed since the last push to `remote_dir`, relative to the root there.

    `state` is a file for what is known of both sides, one for each folder and remote. A remote
    file that had changed as well is first brought beside the local one. More than `limit` bytes go
    by S3. Nothing is deleted. Raises ProblemError; what was sent by then is not sent again.
    """
    found = await look_through(folder)
    with folder_state(state, folder) as known:
        there = await listing(remote, remote_dir)
        work = _Work(remote, folder, remote_dir, known, progress)
        todo = await asyncio.to_thread(work.to_send, found.files, there)
        await work.save_remote_versions(todo, there, limit)
        total = sum(stamp.bytes for stamp in todo.values())
        if total > limit:
            if by_s3 is None:
                raise _too_large(folder, total, limit)
            await by_s3.send(remote, folder, remote_dir, list(todo), progress)
            work.left = by_s3.left
            await work.note_sent(todo, await listing(remote, remote_dir))
        else:
            await work.send(todo, total, there)
        return Pushed(work.sent, work.sent_bytes, work.beside, work.without, work.left)


async def pull(
    remote: RemoteJupyter,
    folder: Path,
    remote_dir: str,
    state: Path,
    progress: Progress | None = None,
    *,
    limit: int = Limits.folder,
) -> Pulled:
    """Bring what is new or changed there since the last push or pull.

    A local file that changed as well is kept, and the remote's version put beside it as
    `name (from nb-cpu).ext`. A file over `limit` bytes stays there. Nothing is deleted.
    Raises ProblemError, OSError; what was brought by then is not brought again.
    """
    with folder_state(state, folder) as known:
        there = await listing(remote, remote_dir)
        work = _Work(remote, folder, remote_dir, known, progress)
        work.without.update(there.refused)
        changed = {path: at for path, at in there.files.items() if not work.is_known(path, at)}
        total = sum(version.bytes for version in changed.values())
        brought = set()
        done = 0

        async def bring(path: str) -> None:
            nonlocal done
            arrived = await work.fetch(path, changed[path], limit)
            if arrived is not None and not arrived.same:
                brought.add(path)
            done += changed[path].bytes
            work.say(done / total if total else None, f"Fetched {path}")

        await each(changed, bring)
        return Pulled(
            tuple(path for path in changed if path in brought),
            sum(changed[path].bytes for path in brought),
            work.beside,
            work.without,
        )


@dataclass
class _Work:
    """One push or pull: `known` is changed as files become the same on both sides."""

    remote: RemoteJupyter
    folder: Path
    remote_dir: str
    known: dict[str, Known]
    progress: Progress | None
    beside: dict[str, str] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    sent_bytes: int = 0
    left: str = ""
    _large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LARGE_AT_ONCE))
    _arriving: asyncio.Lock = field(default_factory=asyncio.Lock)

    def say(self, part: float | None, words: str) -> None:
        if self.progress is not None:
            self.progress(part, words)

    def is_known(self, path: str, version: Version) -> bool:
        """Whether the remote file is as it was last seen."""
        known = self.known.get(path)
        return known is not None and (known.last_modified, known.bytes_there) == (
            version.last_modified,
            version.bytes,
        )

    def to_send(self, files: Mapping[str, Stamp], there: Listing) -> dict[str, Stamp]:
        """What is new, changed here, or gone there. Blocking. Raises OSError."""
        todo = {}
        for path, stamp in files.items():
            known = self.known.get(path)
            if known is not None and path in there.files:
                if (known.mtime_ns, known.bytes) == (stamp.mtime_ns, stamp.bytes):
                    continue
                if known.bytes == stamp.bytes and known.sha256 == sha256_of(self.folder / path):
                    self.known[path] = msgspec.structs.replace(known, mtime_ns=stamp.mtime_ns)
                    continue
            todo[path] = stamp
        return todo

    async def save_remote_versions(
        self, todo: dict[str, Stamp], there: Listing, limit: int
    ) -> None:
        """Bring what a push would overwrite there; what is the same, or cannot be, is not sent."""

        async def save(path: str) -> None:
            version = there.files.get(path)
            if version is None or self.is_known(path, version):
                return
            self.say(None, f"Fetching {path}: it changed on {self.remote.name} as well")
            arrived = await self.fetch(path, version, limit)
            if arrived is None or arrived.beside is None:
                del todo[path]

        await each(list(todo), save)

    async def send(self, todo: Mapping[str, Stamp], total: int, there: Listing) -> None:
        folders = {str(PurePosixPath(self.remote_dir, path).parent) for path in todo}
        await make_folders(self.remote, {self.remote_dir, *folders}, there.listed)
        done = 0

        async def send(path: str) -> None:
            nonlocal done
            stamp = todo[path]
            try:
                async with self._gate(stamp.bytes):
                    sent = await upload(
                        self.remote, self.folder / path, f"{self.remote_dir}/{path}"
                    )
            except OSError as error:
                self.without[path] = f"it could not be read: {error.strerror or error}"
                return
            self._note(path, stamp, sent)
            done += stamp.bytes
            self.say(done / total if total else None, f"Sent {path}")

        await each(todo, send)

    def _gate(self, size: int) -> contextlib.AbstractAsyncContextManager[None]:
        return self._large if size > LARGE_BYTES else contextlib.nullcontext()

    def _note(self, path: str, stamp: Stamp, sent: Sent) -> None:
        self.known[path] = Known(
            stamp.mtime_ns, stamp.bytes, sent.sha256, sent.last_modified, sent.bytes
        )
        self.sent += 1
        self.sent_bytes += sent.bytes

    async def note_sent(self, todo: Mapping[str, Stamp], there: Listing) -> None:
        """After S3: take over what the remote says of the files that went."""
        for path, stamp in todo.items():
            version = there.files.get(path)
            if version is None or version.bytes != stamp.bytes:
                self.without[path] = "it changed while it was sent"
                continue
            sha256 = await asyncio.to_thread(sha256_of, self.folder / path)
            self._note(path, stamp, Sent(version.bytes, sha256, version.last_modified))

    async def fetch(self, path: str, version: Version, limit: int) -> Arrived | None:
        """Bring one file; None when it was not, which `without` then explains."""
        if version.bytes > limit:
            self.without[path] = _over(version, self.remote.name)
            return None
        try:
            target, new = await asyncio.to_thread(landing, self.folder, path)
        except (Refused, OSError) as error:
            self.without[path] = str(error)
            return None
        known = self.known.get(path)
        try:
            with new.open("xb") as file:
                async with self._gate(version.bytes):
                    sha256 = await download(
                        self.remote, f"{self.remote_dir}/{path}", file, version.bytes
                    )
            # One by one: a name that is free for one is then not taken by another.
            async with self._arriving:
                arrived = await asyncio.to_thread(
                    arrive, new, target, sha256, known, self.remote.name
                )
        except ProblemError as error:
            if error.problem.cause not in ("conflict", "not_found"):
                raise
            self.without[path] = error.problem.title
            return None
        except OSError as error:
            self.without[path] = f"it could not be written: {error.strerror or error}"
            return None
        finally:
            with contextlib.suppress(FileNotFoundError):
                new.unlink()
        if arrived.beside is not None:
            self.beside[path] = arrived.beside
        self.known[path] = Known(
            arrived.stamp.mtime_ns if arrived.stamp else (known.mtime_ns if known else 0),
            arrived.stamp.bytes if arrived.stamp else (known.bytes if known else -1),
            sha256 if arrived.stamp else (known.sha256 if known else ""),
            version.last_modified,
            version.bytes,
        )
        return arrived


def _over(version: Version, name: str) -> str:
    return f"{version.bytes / 2**20:,.0f} MiB, over the limit: it stays on {name}"


def _too_large(folder: Path, total: int, limit: int) -> ProblemError:
    return ProblemError(
        problem(
            "limit",
            "The notebook's folder is too large to be sent",
            f"{folder} has {total / 2**20:,.0f} MiB that are not there yet; more than "
            f"{limit / 2**20:,.0f} MiB do not go through the Jupyter server.",
            "Switch without files, or raise SmextApp.switch_folder_bytes.",
        )
    )
