"""A kernel's variables to another kernel: pickled and unpickled in the kernels, never here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ...aws.problems import ProblemError, problem
from ...decoding import convert
from ...protocol import Variables
from .. import answers
from .arrival import sha256_of
from .kernel_code import Progress, run_inside
from .limits import Limits
from .transfer import api_path, download, erase, make_folders, upload

if TYPE_CHECKING:
    from ..remote import RemoteJupyter

#: How long a survey looks; what it has not got to by then is said to be left.
SURVEY_SECONDS = 20.0
#: How long a kernel may pickle or unpickle.
WORK_SECONDS = 900.0
#: A kernel that was just started answers nothing yet.
START_SECONDS = 60.0
#: What a file of variables has besides them, at most.
_INDEX_BYTES = 16 << 20
#: Hidden names are refused by the contents API, so it cannot begin with a dot.
FOLDER = "jupyter_smext"


class _Entry(msgspec.Struct):
    name: str


class _Folder(msgspec.Struct):
    content: list[_Entry]


class Packed(msgspec.Struct, frozen=True):
    """Variables in a file; what a journal keeps of it.

    `names` are in it, besides the notebook's imports; `without` maps a name to why it is not;
    `bytes` and `sha256` are the file's.
    """

    names: tuple[str, ...]
    bytes: int
    sha256: str
    without: dict[str, str]


class Unpacked(msgspec.Struct, frozen=True):
    """What came into a kernel, and by name why the rest did not."""

    names: tuple[str, ...]
    without: dict[str, str]


async def survey(
    kernel: Any, limit: int = Limits.variables, seconds: float = SURVEY_SECONDS
) -> Variables:
    """What would come along, up to `limit` bytes. Nothing large is copied for it.

    Raises ProblemError: the kernel is busy, dead, or not Python.
    """
    told = await run_inside(
        kernel, "packing", "survey", 2 * seconds + 10, limit=limit, seconds=seconds
    )
    return convert(told, Variables)


async def pack(
    kernel: Any,
    file: Path,
    names: Collection[str] | None = None,
    *,
    remote: RemoteJupyter | None = None,
    limit: int = Limits.variables,
    progress: Progress | None = None,
) -> Packed:
    """Write the kernel's variables to `file`, whose folder must be its owner's alone.

    `names` None takes all. `remote` is the Jupyter server that runs the kernel, when that is not
    this machine: the file then comes through its contents API, and nothing of it stays there.
    Raises ProblemError and OSError, and leaves no file then.
    """
    asked = None if names is None else sorted(names)
    try:
        if remote is None:
            _say(progress, None, "Packing variables")
            return await _pack(kernel, str(file), asked, limit)
        async with _folder_there(kernel, remote) as there:
            _say(progress, None, f"Packing variables on {remote.name}")
            packed = await _pack(kernel, f"{there}/variables", asked, limit)
            if packed.bytes > limit + _INDEX_BYTES:
                raise _too_many(remote.name, packed.bytes, limit)
            with _private(file) as target:
                sha256 = await download(
                    remote, f"{there}/variables", target, packed.bytes, progress
                )
        if sha256 != packed.sha256:
            raise _damaged(remote.name)
        return packed
    except BaseException:
        file.unlink(missing_ok=True)
        raise


async def unpack(
    kernel: Any,
    file: Path,
    packed: Packed,
    *,
    remote: RemoteJupyter | None = None,
    progress: Progress | None = None,
) -> Unpacked:
    """Set the variables of `file` in the kernel; `remote` as in `pack`. The file stays.

    Raises ProblemError; a variable that fails is in the answer by name, and the others come.
    """
    if await asyncio.to_thread(sha256_of, file) != packed.sha256:
        raise _damaged("this machine")
    if remote is None:
        _say(progress, None, "Restoring variables")
        return await _unpack(kernel, str(file), packed)
    async with _folder_there(kernel, remote) as there:
        await upload(remote, file, f"{there}/variables", progress)
        _say(progress, None, f"Restoring variables on {remote.name}")
        return await _unpack(kernel, f"{there}/variables", packed)


async def _pack(kernel: Any, file: str, names: list[str] | None, limit: int) -> Packed:
    told = await run_inside(
        kernel, "packing", "pack", WORK_SECONDS, file=file, names=names, limit=limit
    )
    return convert(told, Packed)


async def _unpack(kernel: Any, file: str, packed: Packed) -> Unpacked:
    told = await run_inside(
        kernel,
        "unpacking",
        "unpack",
        WORK_SECONDS,
        patience=START_SECONDS,
        file=file,
        sha256=packed.sha256,
    )
    return convert(told, Unpacked)


@contextlib.asynccontextmanager
async def _folder_there(kernel: Any, remote: RemoteJupyter) -> AsyncIterator[str]:
    """A folder on the remote server under a name that nobody guesses, for as long as this lasts."""
    there = f"{FOLDER}/variables-{secrets.token_hex(16)}"
    await make_folders(remote, [there])
    try:
        yield there
    finally:
        # The kernel deletes; the contents API may only move to the trash.
        try:
            await run_inside(kernel, "notebook", "forget", folder=there)
        except ProblemError:
            await _erase(remote, there)


async def _erase(remote: RemoteJupyter, folder: str) -> None:
    answer = await remote.request("GET", api_path(folder), params={"content": "1"})
    for entry in answers.told(remote.name, answer, _Folder)["content"]:
        await erase(remote, f"{folder}/{entry['name']}")
    await remote.request("DELETE", api_path(folder))


def _private(file: Path) -> Any:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _damaged(where: str) -> ProblemError:
    return ProblemError(
        problem(
            "broken",
            "The packed variables were damaged",
            f"What came from {where} is not what was packed: another checksum.",
            "Try again.",
        )
    )


def _too_many(where: str, bytes: int, limit: int) -> ProblemError:
    return ProblemError(
        problem(
            "limit",
            "The packed variables are over the limit",
            f"{where} says that they take {bytes:,} bytes; {limit:,} were asked for.",
            "Switch without variables.",
        )
    )


def _say(progress: Progress | None, part: float | None, words: str) -> None:
    if progress is not None:
        progress(part, words)
