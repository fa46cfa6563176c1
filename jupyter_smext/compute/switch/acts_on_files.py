"""The notebook's folder: copied to where its kernel goes, fetched from where it was."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path

from ...amounts import counted, in_bytes
from ..carry.folder import pull, push
from ..carry.variables import FOLDER
from ..instances import instance_of
from .work import Work


def folder_there(folder: Path) -> str:
    """Where a folder lies on an instance, below its server's root: another for each folder here."""
    digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    name = folder.name.encode("utf-8", "replace").decode().lstrip(".") or "folder"
    return f"{FOLDER}/{name}-{digest}"


async def copy(work: Work) -> str:
    """Send what is new or changed here since the last time."""
    switch = work.record.switch
    to = switch.request.to
    folder = work.world.notebooks.folder_of(switch.request.path)
    there = folder_there(folder)
    async with _turn(work, folder):
        pushed = await push(
            work.world.remote(to),
            folder,
            there,
            work.folder_state(to, folder),
            work.tell,
            by_s3=work.world.by_s3(to),
            limit=work.world.limits.folder,
        )
    await work.keep(folder_there=there)
    work.retitle(f"Copy {counted(pushed.files, 'file')}, {in_bytes(pushed.bytes)}")
    work.add_notes(f"{path} was not sent: {why}" for path, why in pushed.without.items())
    work.add_notes(_beside(pushed.beside, switch.then.name))
    work.add_notes([pushed.left] if pushed.left else [])
    return there


async def fetch(work: Work) -> str:
    """Bring what changed on the instance that is left, if it is up to be asked."""
    switch = work.record.switch
    at = switch.now.at
    folder = work.world.notebooks.folder_of(switch.request.path)
    state = await instance_of(at, await work.world.watched(at)).look()
    if state is None or not state.up:
        return f"{switch.now.name} is not up: what changed there stays on its volume"
    async with _turn(work, folder):
        pulled = await pull(
            work.world.remote(at),
            folder,
            folder_there(folder),
            work.folder_state(at, folder),
            work.tell,
            limit=work.world.limits.folder,
        )
    work.retitle(f"Fetch {counted(len(pulled.files), 'changed file')} from {switch.now.name}")
    work.add_notes(f"{path} was not fetched: {why}" for path, why in pulled.without.items())
    work.add_notes(_beside(pulled.beside, switch.now.name))
    return ", ".join(pulled.files[:20])


def _turn(work: Work, folder: Path) -> asyncio.Lock:
    turn = work.world.turn_of(folder)
    if turn.locked():
        work.tell(None, "Waiting: the folder is being copied already")
    return turn


def _beside(beside: Mapping[str, str], where: str) -> list[str]:
    return [
        f"{path} changed here and on {where}: yours is kept, the other is {name}"
        for path, name in beside.items()
    ]
