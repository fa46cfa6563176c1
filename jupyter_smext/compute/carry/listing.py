"""The files below a folder of a remote Jupyter server, by its contents API."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ...aws.problems import ProblemError, problem
from ...notebook_folder import MOST_DEPTH, MOST_FILES, REMADE
from .. import answers
from .at_once import AT_ONCE
from .transfer import api_path

if TYPE_CHECKING:
    from ..remote import RemoteJupyter


@dataclass(frozen=True)
class Version:
    """By what a remote file is known to be unchanged; the time is the API's text."""

    last_modified: str
    bytes: int


@dataclass
class Listing:
    """Files by path relative to the folder; `refused` maps what is not taken to why.

    `listed` are the folders that are there, by path below the server's root.
    """

    files: dict[str, Version] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    folders: int = 0


async def listing(remote: RemoteJupyter, folder: str) -> Listing:
    """What is below `folder`; nothing when that is not there. Raises ProblemError.

    Names come from another machine: one that could lead out of a folder is refused.
    """
    found = Listing()
    await _list(remote, folder, PurePosixPath(), found, (), asyncio.Semaphore(AT_ONCE))
    return found


async def _list(
    remote: RemoteJupyter,
    folder: str,
    relative: PurePosixPath,
    found: Listing,
    above: tuple[frozenset[Any], ...],
    gate: asyncio.Semaphore,
) -> None:
    path = f"{folder}/{relative}" if relative.parts else folder
    try:
        async with gate:
            if len(found.files) + found.folders > MOST_FILES:
                raise _too_many(path, remote)
            answer = await remote.request("GET", api_path(path), params={"content": "1"})
    except ProblemError as error:
        if error.problem.cause == "not_found":
            return
        raise
    found.listed.add(path)
    told = answers.told(remote.name, answer, answers.Folder)
    entries = [entry for entry in told["content"] if isinstance(entry, dict)]
    same = frozenset((entry.get("name"), entry.get("last_modified")) for entry in entries)
    if same and same in above:
        found.refused[str(relative)] = "it is a link to a folder above it"
        return
    folders = []
    for entry in entries:
        name = entry.get("name")
        if not isinstance(name, str) or not is_safe(name):
            found.refused[str(relative / ascii(name))] = "its name could lead out of the folder"
            continue
        inner = relative / name
        if entry.get("type") == "directory":
            if name in REMADE:
                continue
            if len(inner.parts) > MOST_DEPTH:
                found.refused[str(inner)] = "it is too deep"
                continue
            folders.append(inner)
            found.folders += 1
        elif isinstance(entry.get("size"), int):
            found.files[str(inner)] = Version(str(entry.get("last_modified")), entry["size"])
    if len(found.files) + found.folders > MOST_FILES:
        raise _too_many(path, remote)
    await asyncio.gather(
        *(_list(remote, folder, inner, found, (*above, same), gate) for inner in folders)
    )


def _too_many(path: str, remote: RemoteJupyter) -> ProblemError:
    return ProblemError(
        problem("limit", f"{path} on {remote.name} has more than {MOST_FILES:,} files and folders")
    )


def is_safe(name: str) -> bool:
    """A single name: no path, nothing hidden; on Windows also no drive and no stream of a file."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    forbidden = "/\\\0" + (":" if os.name == "nt" else "")
    return bool(name) and not name.startswith(".") and not set(forbidden) & set(name)
