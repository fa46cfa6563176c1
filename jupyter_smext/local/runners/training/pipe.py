"""Pipe mode: a channel's objects as a stream through named pipes, one for each epoch."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ...object_store.objects import Objects
from ..job.data import Input

_CHUNK = 1 << 20
#: RecordIO (Apache MXNet): magic, then 29 bits of length, then the data in steps of four bytes.
_MAGIC = 0xCED7230A
_RECORD_BYTES = (1 << 29) - 1
#: How often it is looked whether a reader has come, in seconds.
_LOOK = 0.02


class PipeFailed(Exception):
    """A channel that could not be streamed; the message is the reason."""


def available() -> str | None:
    """None where the system has named pipes, else why not."""
    return None if hasattr(os, "mkfifo") else "this operating system has no named pipes"


def checked(inputs: Sequence[Input], wrap: bool) -> None:
    """Raises PipeFailed for an object that does not fit a RecordIO record."""
    for each in inputs:
        if wrap and each.size > _RECORD_BYTES:
            raise PipeFailed(
                f"{each.uri} is over {_RECORD_BYTES} bytes, which a RecordIO record cannot hold."
            )


class Pipe:
    """A channel's feeder: a thread that fills CHANNEL_0, then CHANNEL_1, for as long as it is read.

    `order(epoch)` gives the objects of an epoch in the order they are sent. The pipe of the next
    epoch is there before the last one ends, as a reader may open it right then.
    """

    def __init__(
        self,
        objects: Objects,
        folder: Path,
        channel: str,
        order: Callable[[int], Sequence[Input]],
        *,
        gzip: bool = False,
        wrap: bool = False,
    ) -> None:
        self._objects = objects
        self._folder, self._channel = folder, channel
        self._order = order
        self._gzip, self._wrap = gzip, wrap
        self._over = threading.Event()
        self._epoch = 0
        self.failure: str | None = None
        self._make(0)
        self._thread = threading.Thread(target=self._feed, name=f"pipe-{channel}", daemon=True)

    def start(self) -> None:
        """Begin to wait for a reader."""
        self._thread.start()

    def close(self) -> None:
        """End the feeding, the job's processes being gone; blocks until its thread has ended."""
        self._over.set()
        self._thread.join()

    def _path(self, epoch: int) -> Path:
        return self._folder / f"{self._channel}_{epoch}"

    def _make(self, epoch: int) -> None:
        if not self._path(epoch).exists():
            os.mkfifo(self._path(epoch), 0o600)

    def _opened(self) -> BinaryIO | None:
        """The epoch's pipe once it has a reader, None when the job is over before.

        A job may delete the pipe, or put a link in its place: no open waits for it or follows it.
        """
        path = self._path(self._epoch)
        while not self._over.wait(_LOOK):
            try:
                pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
            except OSError as error:
                if error.errno not in (errno.ENXIO, errno.ENOENT):  # no reader, no pipe
                    raise
                continue
            out = os.fdopen(pipe, "wb", buffering=0)
            if not stat.S_ISFIFO(os.fstat(pipe).st_mode):
                out.close()
                raise FileExistsError(f"the job has put something else in the place of {path.name}")
            os.set_blocking(pipe, True)
            return out
        return None

    def _feed(self) -> None:
        try:
            while (out := self._opened()) is not None:
                with out:
                    try:
                        self._send(out)
                    except OSError as error:
                        if error.errno != errno.EPIPE:
                            raise
                        # The reader has had enough of this epoch.
                    self._make(self._epoch + 1)
                self._epoch += 1
        except Exception as error:  # shown as the job's failure, whatever it is
            self.failure = f"Channel {self._channel} could not be streamed: {error}"

    def _send(self, out: BinaryIO) -> None:
        for each in self._order(self._epoch):
            with self._objects.open(each.bucket, each.key) as file:
                if self._wrap:
                    data = b"".join(_unzipped(file)) if self._gzip else file.read()
                    _write(out, record(data))
                elif self._gzip:
                    for piece in _unzipped(file):
                        _write(out, piece)
                else:
                    shutil.copyfileobj(file, out, _CHUNK)


def record(data: bytes) -> bytes:
    """One RecordIO record."""
    return struct.pack("<II", _MAGIC, len(data)) + data + b"\0" * (-len(data) % 4)


def _unzipped(file: BinaryIO) -> Iterator[bytes]:
    """The contents of a gzip file, which may have several members."""
    decoder = zlib.decompressobj(wbits=31)
    while data := file.read(_CHUNK):
        while data:
            yield decoder.decompress(data)
            data = decoder.unused_data
            if decoder.eof:
                decoder = zlib.decompressobj(wbits=31)


def _write(out: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[out.write(view) :]
