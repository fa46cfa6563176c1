"""Which of a kernel's variables can be taken along, and these packed into a file.

The file: for each variable its pickle and then its buffers (PEP 574), all written by one pickler
and read by one unpickler, so that what variables share stays shared; then an index in JSON, the
index's length in 8 bytes, and MAGIC.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickletools
import sys
import time
import types
import warnings
from typing import Any, BinaryIO

from .notebook import Cannot, below_root, is_import, mib, reason, user_variables
from .pickler import Pickler

MAGIC = b"smext-variables/1"
NEVER = (
    (types.GeneratorType, "a generator"),
    (types.CoroutineType, "a coroutine"),
    (types.AsyncGeneratorType, "an asynchronous generator"),
    (types.FrameType, "a frame of the interpreter"),
    (types.TracebackType, "a traceback"),
    (io.IOBase, "an open file"),
)


class Sink:
    """Where pickles go: counted, and with a file also written and hashed."""

    def __init__(
        self, limit: int | None, deadline: float | None, file: BinaryIO | None = None
    ) -> None:
        self.limit, self.deadline, self.file = limit, deadline, file
        self.bytes = 0
        self.hash = hashlib.sha256()
        self.buffers: list[memoryview] = []
        self.heard: bytes | None = None

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self.count(size)
        self.put(data)
        if self.heard is not None:
            self.heard += bytes(data)
        return size

    def put(self, data: Any) -> None:
        if self.file is not None:
            self.file.write(data)
            self.hash.update(data)

    def count(self, size: int) -> None:
        self.bytes += size
        if self.limit is not None and self.bytes > self.limit:
            raise Cannot(f"it is over the limit of {mib(self.limit)}")
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise Cannot("looking at it took too long")

    def keep(self, buffer: Any) -> None:
        """The pickler's buffer_callback: memory of arrays and the like, not copied."""
        raw = buffer.raw()
        self.count(raw.nbytes)
        if self.file is not None:
            self.buffers.append(raw)

    def flush_buffers(self) -> list[int]:
        """Write the buffers of the variable that was pickled last; their lengths."""
        lengths = [raw.nbytes for raw in self.buffers]
        for raw in self.buffers:
            self.put(raw)
        self.buffers = []
        return lengths


def cheap_size(value: Any) -> int:
    """Bytes in memory, where a library tells them without looking at each value; else 0."""
    try:
        if type(value).__module__.split(".")[0] == "pandas":
            usage = value.memory_usage(index=True, deep=False)
            return int(usage if isinstance(usage, int) else usage.sum())
        return int(getattr(value, "nbytes", 0))
    except Exception:
        # Whatever a stranger's attribute does: pickling will tell.
        return 0


def size_of(value: Any, limit: int, deadline: float | None) -> int:
    """Bytes that it takes by itself. Raises what says that it cannot be pickled."""
    for kind, what in NEVER:
        if isinstance(value, kind):
            raise Cannot(what)
    if cheap_size(value) > limit:
        raise Cannot(f"{mib(cheap_size(value))}, over the limit of {mib(limit)}")
    sink = Sink(limit, deadline)
    Pickler(sink, sink.keep).dump(value)
    return sink.bytes


def memoized(pickled: bytes) -> int:
    """The number of the object that a pickle holds nothing but a reference to."""
    found = (arg for code, arg, _ in pickletools.genops(pickled) if code.name.endswith("GET"))
    return next(arg for arg in found if isinstance(arg, int))


class Again(Exception):
    """A variable failed half written: what follows cannot build on that."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.name, self.why = name, why


class Chosen:
    """The variables that can come, smallest first: under a limit, the most of them do."""

    def __init__(self, names: set[str] | None, limit: int, deadline: float | None = None) -> None:
        self.limit, self.deadline = limit, deadline
        self.variables, self.imports = user_variables()
        self.without: dict[str, str] = {}
        sizes: dict[str, int] = {}
        for name, value in self.variables.items():
            if names is not None and name not in names:
                continue
            try:
                sizes[name] = size_of(value, limit, deadline)
            except Exception as error:
                self.without[name] = reason(error)
        for name in names or ():
            if name not in self.variables and name not in self.imports:
                self.without[name] = "it is no longer there"
        self.bytes = sum(sizes.values())
        self.order = sorted(sizes, key=lambda name: (sizes[name], name))

    def fit(self) -> None:
        """Leave out what goes over the limit; `bytes` is then what all take together."""
        while True:
            sink = Sink(None, self.deadline)
            try:
                index = self.write(sink)
            except Again as failed:
                if self.deadline is not None and time.monotonic() > self.deadline:
                    return  # the sum of them one by one has to do
                self.drop(failed)
                continue
            kept = [each["name"] for each in index if each["end"] <= self.limit]
            for name in self.order[len(kept) :]:
                self.without[name] = f"over the limit of {mib(self.limit)} with the others"
            self.order = kept
            self.bytes = index[len(kept) - 1]["end"] if kept else 0
            return

    def drop(self, failed: Again) -> None:
        self.order.remove(failed.name)
        self.without[failed.name] = failed.why

    def write(self, sink: Sink) -> list[dict[str, Any]]:
        """Pickle all into the sink with one pickler; what is where. Raises Again."""
        pickler = Pickler(sink, sink.keep)
        index: list[dict[str, Any]] = []
        for name in self.order:
            at = sink.bytes
            mark: list[Any] = []
            try:
                pickler.dump(self.variables[name])
                # Twice: the second time it is a number, which tells how far the memo is filled.
                pickler.dump(mark)
                sink.heard = b""
                pickler.dump(mark)
            except Exception as error:
                raise Again(name, reason(error)) from None
            lengths = sink.flush_buffers()
            memo = memoized(sink.heard or b"") + 1
            sink.heard = None
            index.append(
                {"name": name, "at": at, "buffers": lengths, "end": sink.bytes, "memo": memo}
            )
        return index


def survey(limit: int, seconds: float) -> dict[str, Any]:
    """What can come, in bytes as pickled together; what cannot, and why."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chosen = Chosen(None, limit, time.monotonic() + seconds)
        chosen.fit()
        return {
            "names": [n for n in chosen.order if not is_import(chosen.variables[n])],
            "bytes": chosen.bytes,
            "without": chosen.without,
        }


def pack(file: str, names: list[str] | None, limit: int) -> dict[str, Any]:
    """Write variables and imports to `file`, an absolute path or one below the server's root."""
    path = file if os.path.isabs(file) else below_root(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chosen = Chosen(None if names is None else set(names), limit)
        if chosen.bytes > limit:
            chosen.fit()
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                return packed(chosen, out)
        except BaseException:
            os.unlink(path)
            raise


def packed(chosen: Chosen, out: BinaryIO) -> dict[str, Any]:
    while True:
        sink = Sink(None, None, out)
        try:
            index = chosen.write(sink)
            break
        except Again as failed:
            chosen.drop(failed)
            out.seek(0)
            out.truncate()
    about = {"python": sys.version_info[:2], "variables": index, "imports": chosen.imports}
    tail = json.dumps(about).encode()
    sink.write(tail)
    sink.write(len(tail).to_bytes(8, "little"))
    sink.write(MAGIC)
    return {
        "names": [n for n in chosen.order if not is_import(chosen.variables[n])],
        "bytes": sink.bytes,
        "sha256": sink.hash.hexdigest(),
        "without": chosen.without,
    }
