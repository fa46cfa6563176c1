"""Bytes as files under random names, written once, shared by those who name them."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Protocol

from .crc import Crc32, crc32c, crc64nvme

Bytes = bytes | bytearray | memoryview

#: Below this many bytes a thread costs more than hashing beside it wins.
_BESIDE = 1 << 17
_hashing = ThreadPoolExecutor(max(2, os.cpu_count() or 2), thread_name_prefix="hash")


class _Digest(Protocol):
    def update(self, data: Bytes, /) -> None: ...
    def digest(self) -> bytes: ...


#: By AWS's names of them (x-amz-checksum-algorithm).
DIGESTS: dict[str, Callable[[], _Digest]] = {
    "CRC32": Crc32,
    "CRC32C": crc32c,
    "CRC64NVME": crc64nvme,
    "MD5": lambda: hashlib.md5(usedforsecurity=False),
    "SHA1": lambda: hashlib.sha1(usedforsecurity=False),
    "SHA256": hashlib.sha256,
}


class Piece(NamedTuple):
    """`size` bytes of a blob from `start`: an object is a row of them."""

    blob: str
    start: int
    size: int


class Blobs:
    """A folder of blobs. Who keeps one names it in a row; a file no row names is swept at start.

    A blob that someone reads stays until the reader is closed, also when its row is gone.
    Thread-safe.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._lock = threading.Lock()
        self._drafts: set[str] = set()
        self._readers: Counter[str] = Counter()
        self._doomed: set[str] = set()

    def draft(self, digests: Iterable[str] = ("MD5",)) -> Draft:
        """A new blob to write, hashed on the way by these: names in `DIGESTS`, MD5 or SHA256 among
        them, which the ETag is made of."""
        name = secrets.token_hex(16)
        with self._lock:
            self._drafts.add(name)
        return Draft(self, name, digests)

    def path(self, blob: str) -> Path:
        """Where the blob's bytes are; hold it while you read them."""
        return self._folder / blob

    def hold(self, pieces: Iterable[Piece]) -> None:
        """Keep the blobs while they are read. Call it before their rows can go."""
        with self._lock:
            self._readers.update(piece.blob for piece in pieces)

    def let_go(self, pieces: Iterable[Piece]) -> None:
        """End a `hold`."""
        with self._lock:
            self._readers.subtract(piece.blob for piece in pieces)
            self._readers = +self._readers
            gone = [blob for blob in self._doomed if blob not in self._readers]
            self._doomed.difference_update(gone)
        self._unlink(gone)

    def remove(self, blobs: Iterable[str]) -> None:
        """Delete blobs whose rows are gone, each when its last reader is."""
        with self._lock:
            names = set(blobs)
            held = {blob for blob in names if blob in self._readers}
            self._doomed |= held
        self._unlink(names - held)

    def sweep(self, is_named: Callable[[str], bool]) -> int:
        """Delete what a death left half written, or deleted in its row alone: how many files."""
        gone = []
        with os.scandir(self._folder) as found:
            for entry in found:
                with self._lock:
                    busy = entry.name in self._drafts or entry.name in self._readers
                if not busy and not is_named(entry.name):
                    gone.append(entry.name)
        self._unlink(gone)
        return len(gone)

    def _settle(self, name: str) -> None:
        with self._lock:
            self._drafts.discard(name)

    def _unlink(self, blobs: Iterable[str]) -> None:
        for blob in blobs:
            self.path(blob).unlink(missing_ok=True)


class Draft:
    """A blob being written. `keep` it after its row is there, or leave the `with` without."""

    def __init__(self, blobs: Blobs, name: str, digests: Iterable[str]) -> None:
        self._blobs = blobs
        self._name = name
        self._file = open(blobs.path(name), "xb", buffering=0)
        self._digests = {digest: DIGESTS[digest]() for digest in digests}
        self._tag = "MD5" if "MD5" in self._digests else "SHA256"
        self._kept = False
        self.size = 0

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, *pieces: Bytes) -> None:
        """Append. One thread at a time; the slowest hash, MD5 or SHA-256, runs beside the rest."""
        digests = dict(self._digests)
        size = sum(len(piece) for piece in pieces)
        beside = None
        if size >= _BESIDE:
            slowest = digests.pop(self._tag)
            beside = _hashing.submit(_update, slowest, pieces)
        try:
            for piece in pieces:
                view = memoryview(piece)
                while view:
                    view = view[self._file.write(view) :]
            for digest in digests.values():
                _update(digest, pieces)
        finally:
            if beside:
                beside.result()
        self.size += size

    def digest(self, name: str) -> bytes:
        """A hash of all that was written."""
        return self._digests[name].digest()

    def base64(self, name: str) -> str:
        """A hash as S3's headers carry it."""
        return base64.b64encode(self.digest(name)).decode()

    @property
    def etag(self) -> str:
        """The MD5 in hex; without it as many digits of the SHA-256."""
        return self.digest(self._tag).hex()[:32]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The whole blob; nothing for one without bytes."""
        return (Piece(self._name, 0, self.size),) if self.size else ()

    def keep(self) -> None:
        """A row names it now."""
        self._kept = True

    def close(self) -> None:
        """End the writing; without `keep` (and without bytes) the file goes."""
        self._file.close()
        if not self._kept or not self.size:
            self._blobs.remove([self._name])
        self._blobs._settle(self._name)


def _update(digest: _Digest, pieces: Sequence[Bytes]) -> None:
    for piece in pieces:
        digest.update(piece)


class Reader(io.RawIOBase):
    """The bytes of some pieces, one after another; `close` lets them go."""

    def __init__(self, blobs: Blobs, pieces: Sequence[Piece]) -> None:
        """The pieces are held already: this takes the hold over."""
        self._blobs = blobs
        self._pieces = pieces
        self._size = sum(piece.size for piece in pieces)
        self._at = 0
        self._open: tuple[int, io.FileIO] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at < 0:
            raise ValueError(f"negative seek position {at}")
        self._at = at
        return at

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size` and at most the rest of a piece; all, when it is < 0."""
        if size < 0:
            return self.readall()
        file, left = self._here()
        data = file.read(min(size, left)) if file else b""
        self._at += len(data)
        return data

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        file, left = self._here()
        read = file.readinto(view[:left]) if file else 0
        self._at += read
        return read

    def close(self) -> None:
        if not self.closed:
            if self._open:
                self._open[1].close()
            self._blobs.let_go(self._pieces)
        super().close()

    def _here(self) -> tuple[io.FileIO | None, int]:
        """The file of the next byte, at that byte, and how many bytes its piece has from there."""
        start = 0
        for index, piece in enumerate(self._pieces):
            inside = self._at - start
            if inside < piece.size:
                file = self._file(index)
                file.seek(piece.start + inside)
                return file, piece.size - inside
            start += piece.size
        return None, 0

    def _file(self, index: int) -> io.FileIO:
        if self._open is None or self._open[0] != index:
            if self._open:
                self._open[1].close()
            self._open = (index, io.FileIO(self._blobs.path(self._pieces[index].blob)))
        return self._open[1]


def span(pieces: Sequence[Piece], start: int, size: int) -> tuple[Piece, ...]:
    """The pieces of `size` bytes from `start` of what these pieces hold."""
    found = []
    for piece in pieces:
        if size <= 0:
            break
        if start < piece.size:
            taken = min(piece.size - start, size)
            found.append(Piece(piece.blob, piece.start + start, taken))
            size -= taken
            start = 0
        else:
            start -= piece.size
    return tuple(found)
