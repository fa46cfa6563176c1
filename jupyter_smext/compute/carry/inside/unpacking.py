"""Variables of a file (see `packing`) set in the notebook, whatever of them fails."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pickle
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

from .notebook import Cannot, below_root, is_import, reason, shell
from .packing import MAGIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

OTHER_PYTHON = "code of Python"
LOADED_BY_VALUE = ("_make_function", "CodeType")


class Reader:
    """The pickles of the file for an unpickler; without `peek` it reads no further than asked."""

    def __init__(self, file: Any) -> None:
        self.read, self.readline, self.readinto = file.read, file.readline, file.readinto


class Buffers:
    """The buffers of the variable that is read: in memory of their own, which can be written."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.lengths: Iterator[int] = iter(())

    def start(self, at: int, lengths: list[int]) -> None:
        self.file.seek(at)
        self.lengths = iter(lengths)

    def __iter__(self) -> Buffers:
        return self

    def __next__(self) -> bytearray:
        buffer = bytearray(next(self.lengths))
        if self.file.readinto(buffer) != len(buffer):
            raise EOFError("the file is cut off")
        return buffer


class Names:
    """Where an unpickler finds what was pickled by name."""

    def __init__(self, made_by: tuple[int, ...]) -> None:
        self.made_by = made_by

    def find(self, usual: Callable[[str, str], Any], module: str, name: str) -> Any:
        if self.made_by != sys.version_info[:2] and name in LOADED_BY_VALUE:
            # Its bytecode would be taken, and may crash the interpreter.
            raise Cannot(
                f"{OTHER_PYTHON} {version(self.made_by)}, and this is {version(sys.version_info)}"
            )
        try:
            return usual(module, name)
        except ModuleNotFoundError:
            if module.startswith("numpy._core"):
                # NumPy 2 calls so what NumPy 1 calls core.
                return usual(module.replace("._core", ".core", 1), name)
            raise


class Unpickler(pickle.Unpickler):
    def __init__(self, file: Any, buffers: Any, names: Names) -> None:
        super().__init__(file, buffers=buffers)
        self.names = names

    def find_class(self, module: str, name: str) -> Any:
        return self.names.find(super().find_class, module, name)


class SlowUnpickler(pickle._Unpickler):
    """Goes on behind a variable that failed; Python's faster one cannot have gaps in its memo."""

    def __init__(self, file: Any, buffers: Any, names: Names, memo: Gaps) -> None:
        super().__init__(file, buffers=buffers)
        self.names, self.memo = names, memo

    def find_class(self, module: str, name: str) -> Any:
        return self.names.find(super().find_class, module, name)


class Gaps(dict):  # type: ignore[type-arg]
    """An unpickler's memo that goes on at `end`; what a failed variable filled is not there."""

    end = 0

    def __len__(self) -> int:
        return self.end

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.end = max(self.end, key + 1)


class Failed:
    """The variables that failed, with the part of the memo that each would have filled."""

    def __init__(self) -> None:
        self.without: dict[str, str] = {}
        self._filled: list[tuple[range, str]] = []

    def add(self, name: str, error: Exception, filled: range) -> None:
        self.without[name] = self._why(error)
        self._filled.append((filled, name))

    def _why(self, error: Exception) -> str:
        # Python before 3.10 lets the KeyError through, which has the number alone.
        missing = re.fullmatch(r"(?:Memo value not found at index )?(\d+)", str(error))
        at = int(missing[1]) if missing else -1
        for filled, name in self._filled:
            if at in filled:
                if self.without[name].startswith(OTHER_PYTHON):
                    return self.without[name]
                return f"it shares data with {name}, which could not come"
        return why_not(error)


def why_not(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"it needs the module {error.name}, which is not there"
    return reason(error)


def version(parts: Sequence[Any]) -> str:
    return ".".join(map(str, parts[:2]))


def unpack(file: str, sha256: str) -> dict[str, Any]:
    """Read variables and imports into the notebook: which came, and why the others did not."""
    path = file if os.path.isabs(file) else below_root(file)
    with open(path, "rb") as whole:
        digest = hashlib.sha256()
        for block in iter(lambda: whole.read(1 << 20), b""):
            digest.update(block)
        if digest.hexdigest() != sha256:
            raise ValueError("the variables were damaged on their way")
        whole.seek(-len(MAGIC) - 8, os.SEEK_END)
        length = int.from_bytes(whole.read(8), "little")
        whole.seek(-len(MAGIC) - 8 - length, os.SEEK_END)
        about = json.loads(whole.read(length))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        without = import_all(about["imports"])
        with open(path, "rb") as pickles, open(path, "rb") as raw:
            values = unpickled(about, pickles, Buffers(raw), without)
    shell().user_ns.update(values)
    names = [name for name, value in values.items() if not is_import(value)]
    return {"names": names, "without": without}


def import_all(imports: dict[str, str]) -> dict[str, str]:
    without = {}
    for name, module in imports.items():
        try:
            shell().user_ns[name] = importlib.import_module(module)
        except Exception as error:
            without[name] = why_not(error)
    return without


def unpickled(
    about: dict[str, Any], pickles: BinaryIO, buffers: Buffers, without: dict[str, str]
) -> dict[str, Any]:
    found_by = Names(tuple(about["python"]))
    reader = Reader(pickles)
    unpickler: Any = Unpickler(reader, buffers, found_by)
    values: dict[str, Any] = {}
    failed = Failed()
    begin = 0
    for entry in about["variables"]:
        name = entry["name"]
        pickles.seek(entry["at"])
        buffers.start(entry["end"] - sum(entry["buffers"]), entry["buffers"])
        try:
            values[name] = unpickler.load()
            unpickler.load()
        except Exception as error:
            failed.add(name, error, range(begin, entry["memo"]))
            memo = Gaps({at: value for at, value in unpickler.memo.copy().items() if at < begin})
            memo.end = entry["memo"]
            unpickler = SlowUnpickler(reader, buffers, found_by, memo)
        begin = entry["memo"]
    without.update(failed.without)
    return values
