"""The lines of one log stream in files, found by their numbers."""

from __future__ import annotations

import os
import threading
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from .text import LOOKED_AT

# A record of the index: where a line begins, with its level in the two bits on top, and its time.
_RECORD = 16
_LEVEL = 62
_START = (1 << _LEVEL) - 1


class Line(NamedTuple):
    """A line's time in epoch milliseconds, level, length in bytes, and its two ends."""

    at: int
    level: int
    length: int
    head: bytes
    end: bytes


class Spool:
    """Lines in UTF-8 in a folder of their own, each with a time and a level.

    One thread appends, any may read what was appended before.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._text = folder / "text"
        self._index = folder / "index"
        self._lock = threading.Lock()
        self.lines = 0
        self.bytes = 0
        self.clear()

    def clear(self) -> None:
        """Forget all lines."""
        with self._lock:
            for path in (self._text, self._index):
                # Made with its mode: nobody else reads it in between.
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            self.lines = self.bytes = 0

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.bytes + self.lines * _RECORD

    def append(self, lines: Sequence[bytes], times: Sequence[int], levels: Sequence[int]) -> None:
        """Add lines, which hold no newline. Raises OSError, and has then added none."""
        index = array("Q")
        start = self.bytes
        for line, at, level in zip(lines, times, levels, strict=True):
            index.append(start | level << _LEVEL)
            index.append(max(0, at))
            start += len(line) + 1
        with self._lock:
            for path, size, data in (
                (self._text, self.bytes, b"\n".join((*lines, b"")) if lines else b""),
                (self._index, self.lines * _RECORD, index.tobytes()),
            ):
                with path.open("r+b") as file:
                    # What a failed append left is written over.
                    file.seek(size)
                    file.write(data)
            self.bytes, self.lines = start, self.lines + len(lines)

    def read(self, start: int, count: int) -> list[Line]:
        """Up to `count` lines from the number `start` on."""
        with self._lock:
            records = self._records(start, count)
            found = []
            with self._text.open("rb") as text:
                for begin, end, level, at in records:
                    length = end - begin - 1
                    head = _part(text, begin, min(length, LOOKED_AT))
                    last = head
                    if length > LOOKED_AT and b"\r" in head:
                        last = _part(text, end - 1 - LOOKED_AT, LOOKED_AT)
                    found.append(Line(at, level, length, head, last))
            return found

    def pieces(self, start: int, count: int, most: int = 1 << 20) -> Iterator[bytes]:
        """The text of lines, each with its newline, in pieces of at most `most` bytes."""
        with self._lock:
            records = self._records(start, count)
        if not records:
            return
        at, end = records[0][0], records[-1][1]
        with self._text.open("rb") as text:
            while at < end and (piece := _part(text, at, min(most, end - at))):
                yield piece
                at += len(piece)

    def chunks(self, start: int, most: int = 1 << 22) -> Iterator[tuple[int, int, bytes]]:
        """All lines from `start` on, in chunks of whole lines: the number of the first, how many
        they are, and their text with a newline behind each.

        A chunk is of some `most` bytes, or of one line that is longer.
        """
        with self._text.open("rb") as text:
            while (first := start) < self.lines:
                with self._lock:
                    # Lines are short as a rule: as many as fit if all were of a hundred bytes.
                    records = self._records(first, most // 100)
                if not records:
                    return
                begin, last = records[0][0], records[0][1]
                start = first + 1
                for _, end, _, _ in records[1:]:
                    if end - begin > most:
                        break
                    last, start = end, start + 1
                yield first, start - first, _part(text, begin, last - begin)

    def _records(self, start: int, count: int) -> list[tuple[int, int, int, int]]:
        """Begin, end (behind the newline), level and time of lines."""
        count = min(count, self.lines - start)
        if start < 0 or count <= 0:
            return []
        with self._index.open("rb") as file:
            raw = _part(file, start * _RECORD, min(count + 1, self.lines - start) * _RECORD)
        words = array("Q", raw)
        begins = [word & _START for word in words[::2]]
        if len(begins) == count:
            begins.append(self.bytes)
        return [
            (begins[n], begins[n + 1], words[2 * n] >> _LEVEL, words[2 * n + 1])
            for n in range(count)
        ]


def _part(file: IO[bytes], at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)
