"""The folder of a notebook whose kernel is on an instance, sent there and fetched when asked."""

from __future__ import annotations

from typing import Literal

from ...aws.errors import ProblemError, problem
from ...protocol import FilesCopied
from ..carry.folder import pull, push
from .acts_on_files import folder_there
from .notebooks import Notebook
from .record import Records
from .world import World


async def notebook_away(world: World, session_id: str) -> Notebook:
    """The notebook of a session; raises a 404 or 409 ProblemError where it is on no instance."""
    notebook = await world.notebooks.get(session_id)
    if notebook is None:
        raise ProblemError(
            problem("not_found", "There is no such session", "Its notebook may be closed.")
        )
    if notebook.at.kind == "local":
        raise ProblemError(
            problem(
                "conflict",
                "The kernel runs on this machine",
                "It works with the files that are here: there are no others.",
            )
        )
    return notebook


async def copy_files(
    world: World, records: Records, notebook: Notebook, direction: Literal["send", "fetch"]
) -> FilesCopied:
    """Send or fetch what is new or changed, as a switch does. Raises ProblemError, OSError.

    409 while the notebook's folder is copied already.
    """
    at = notebook.at
    folder = world.notebooks.folder_of(notebook.path)
    turn = world.turn_of(folder)
    if turn.locked():
        raise ProblemError(
            problem(
                "conflict",
                "The notebook's folder is being copied already",
                f"A switch of a notebook in it, or another request, copies {folder}.",
                "Try again when that has ended.",
            )
        )
    there = folder_there(folder)
    state, limit = records.folder_state(at, folder), world.limits.folder
    remote, by_s3 = world.remote(at), world.by_s3(at)
    async with turn:
        if direction == "send":
            sent = await push(remote, folder, there, state, by_s3=by_s3, limit=limit)
            return FilesCopied(there, sent.files, sent.bytes, sent.beside, sent.without, sent.left)
        got = await pull(remote, folder, there, state, limit=limit)
        return FilesCopied(there, len(got.files), got.bytes, got.beside, got.without)
