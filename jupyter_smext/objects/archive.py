"""What files an archive has: by their names and sizes, nothing of it is unpacked to a disk."""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from contextlib import closing
from typing import Any

from ..protocol import S3Member, S3Preview
from .asked import Place
from .reading import Content, Head, RangedFile, TooMuch

MEMBERS = 1000
"""Files that are named."""

PACKED = 32 * 1024**2
"""Bytes of an archive that are read for its list; a tar has no table of contents."""

UNPACKED = 1024**3
"""Bytes that these may unpack to: a small file can stand for far more."""

LONGEST_HEADER = 64 * 1024
"""Bytes of a name or of other facts that a tar has before a file."""

NAME = 1024

_WITH_FACTS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


class _Bounded:
    """What a tar is read from, up to a number of bytes."""

    def __init__(self, file: Any, limit: int) -> None:
        self._file, self._left = file, limit

    def read(self, count: int = -1) -> bytes:
        content: bytes = self._file.read(count)
        self._left -= len(content)
        if self._left < 0:
            raise TooMuch
        return content


class _Inflated:
    """The unpacked bytes of a gzip stream, a piece at a time."""

    def __init__(self, file: _Bounded) -> None:
        self._file = file
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._rest = b""

    def read(self, count: int) -> bytes:
        content = b""
        while not content:
            packed = self._rest or self._file.read(64 * 1024)
            if self._inflate.eof:
                if not packed.startswith(b"\x1f\x8b"):
                    return b""
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            if not packed:
                raise EOFError("it ends before its end")
            content = self._inflate.decompress(packed, count)
            self._rest = self._inflate.unconsumed_tail or self._inflate.unused_data
        return content


class _TarInfo(tarfile.TarInfo):
    """A member whose name and further facts cannot fill the memory."""

    def _proc_member(self, tar: tarfile.TarFile) -> Any:
        if self.type in _WITH_FACTS and self.size > LONGEST_HEADER:
            raise tarfile.ReadError("the facts before a file are longer than any name")
        # By tarfile's documented way of subclassing it, though the name is private.
        return super()._proc_member(tar)  # type: ignore[misc]


def tar_members(place: Place, head: Head, packed: bool) -> S3Preview:
    """The members of a tar, `packed` with gzip or not, as far as is read. Blocks.

    Raises ProblemError.
    """
    found: list[S3Member] = []
    note, whole = "", False
    with closing(Content(place, head.uri, None)) as content:
        raw = _Bounded(content, PACKED)
        file: Any = _Bounded(_Inflated(raw) if packed else raw, UNPACKED)
        try:
            with tarfile.open(fileobj=file, mode="r|", tarinfo=_TarInfo) as tar:
                for info in tar:
                    if len(found) == MEMBERS:
                        note = f"The first {MEMBERS:,} files are named."
                        break
                    found.append(S3Member(info.name[:NAME], info.size, info.isdir()))
                else:
                    whole = True
        except TooMuch:
            note = (
                f"Named are those in the first {PACKED // 1024**2} MiB: "
                "a tar has to be read whole to be listed."
            )
        except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError) as error:
            note = f"It cannot be read further: {str(error)[:200] or type(error).__name__}."
    if not found and not whole:
        return S3Preview("none", False, f"It is an archive of which no file is known. {note}")
    return S3Preview("archive", whole, note, members=tuple(found))


def zip_members(place: Place, head: Head) -> S3Preview:
    """The members of a zip, by its own table of contents. Blocks. Raises ProblemError."""
    raw = io.BufferedReader(RangedFile(place, head, PACKED), 64 * 1024)
    try:
        with zipfile.ZipFile(raw) as file:
            infos = file.infolist()
    except TooMuch:
        return S3Preview("none", note="Its list of files is too long to be read.")
    except (zipfile.BadZipFile, lzma.LZMAError, OSError, ValueError) as error:
        return S3Preview("none", note=f"It begins as zip does, but cannot be read: {error}")
    members = tuple(
        S3Member(info.filename[:NAME], info.file_size, info.is_dir()) for info in infos[:MEMBERS]
    )
    whole = len(infos) <= MEMBERS
    note = "" if whole else f"The first {MEMBERS:,} of {len(infos):,} files are named."
    return S3Preview("archive", whole, note, members=members)
