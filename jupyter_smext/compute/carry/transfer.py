"""Files to and from a remote Jupyter server: its contents API one way, /files the other."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

import msgspec

from ...aws.problems import ProblemError, problem
from .. import answers
from .at_once import each
from .kernel_code import Progress

if TYPE_CHECKING:
    from ..remote import RemoteJupyter

#: JupyterLab sends files up to 15 MB in one request: a quarter of that gets through as well.
CHUNK_BYTES = 4 << 20
_JSON = {"Content-Type": "application/json"}


class _File(msgspec.Struct):
    size: int
    last_modified: str


@dataclass(frozen=True)
class Sent:
    """A file as it was sent: what it held, and what the remote server says of it since."""

    bytes: int
    sha256: str
    last_modified: str


def api_path(path: str) -> str:
    """`path`, relative to the remote server's root, in a URL of its contents API."""
    return f"/api/contents/{quote(path, safe='/')}"


async def make_folders(
    remote: RemoteJupyter, folders: Iterable[str], there: Set[str] = frozenset()
) -> None:
    """Create folders and those above them, but for those `there` already. Raises ProblemError."""
    levels: defaultdict[int, set[str]] = defaultdict(set)
    for folder in folders:
        parts = folder.split("/")
        for depth in range(1, len(parts) + 1):
            levels[depth].add("/".join(parts[:depth]))

    async def make(path: str) -> None:
        await remote.request("PUT", api_path(path), json={"type": "directory"})

    for _, level in sorted(levels.items()):
        await each(sorted(level - there), make)


async def upload(
    remote: RemoteJupyter, source: Path, path: str, progress: Progress | None = None
) -> Sent:
    """Send a file in chunks, over what is there. Raises ProblemError, OSError.

    A symbolic link is not followed: OSError.
    """
    sent, digest = 0, hashlib.sha256()
    # Not closed here: when this is cancelled, a thread may still be in it.
    chunks = _chunks(source)
    last = False
    while not last:
        # All that blocks in one go: most files are one chunk.
        data, body, last, size = await asyncio.to_thread(next, chunks)
        answer = await remote.request("PUT", api_path(path), content=body, headers=_JSON)
        digest.update(data)
        sent += len(data)
        if progress is not None:
            progress(min(sent / size, 1.0) if size else None, path)
    there = answers.told(remote.name, answer, _File)
    if there["size"] != sent:
        raise ProblemError(
            problem(
                "conflict",
                f"{path} changed on {remote.name} while it was sent",
                f"{sent:,} bytes were sent, and {there['size']:,} are there.",
                "Try again.",
            )
        )
    return Sent(sent, digest.hexdigest(), there["last_modified"])


def _chunks(source: Path) -> Iterator[tuple[bytes, bytes, bool, int]]:
    """A file's chunks: what it holds, the request's body, whether it is the last, the file's size.

    Blocking. Raises OSError.
    """
    with _open(source) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(CHUNK_BYTES)
        number = 0
        while True:
            following = file.read(CHUNK_BYTES) if len(data) == CHUNK_BYTES else b""
            number += 1
            # msgspec writes bytes as base64.
            body: dict[str, Any] = {"type": "file", "format": "base64", "content": data}
            if following or number > 1:
                # Counted from 1, which begins the file anew; -1 is the last (jupyter_server,
                # LargeFileManager).
                body["chunk"] = number if following else -1
            yield data, msgspec.json.encode(body), not following, size
            data = following


async def download(
    remote: RemoteJupyter,
    path: str,
    target: BinaryIO,
    size: int,
    progress: Progress | None = None,
) -> str:
    """Fetch a file of `size` bytes into `target`; its SHA-256. Raises ProblemError.

    It is read in ranges. One that is another file by then, or another size, is a conflict.
    """
    digest = hashlib.sha256()
    got = 0
    version = None
    while got < size or not version:
        until = min(got + CHUNK_BYTES, size) - 1
        headers = {"Range": f"bytes={got}-{until}"} if size else {}
        answer = await remote.request(
            "GET", f"/files/{quote(path, safe='/')}", headers=headers, most=size
        )
        data = answer.content
        same = version in (None, answer.headers.get("last-modified"))
        version = answer.headers.get("last-modified", "unknown")
        # One that knows no ranges answers 200 with the whole file.
        expected = until - got + 1 if answer.status_code == 206 else size
        if not same or len(data) != expected or (answer.status_code != 206 and got):
            raise ProblemError(
                problem(
                    "conflict",
                    f"{path} changed on {remote.name} while it was fetched",
                    next="Try again when nothing writes to it.",
                )
            )
        await asyncio.to_thread(target.write, data)
        digest.update(data)
        got += len(data)
        if progress is not None:
            progress(got / size if size else None, path)
    return digest.hexdigest()


async def erase(remote: RemoteJupyter, path: str) -> None:
    """Delete a file, emptied first: the contents API may only move it to the trash."""
    empty = {"type": "file", "format": "text", "content": ""}
    await remote.request("PUT", api_path(path), json=empty)
    await remote.request("DELETE", api_path(path))


def _open(source: Path) -> BinaryIO:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(source, flags), "rb")
