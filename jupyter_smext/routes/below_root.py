"""Files of this machine, by the paths that Jupyter has for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_core.paths import is_hidden
from jupyter_server.services.contents.filemanager import FileContentsManager
from tornado import web

from ..aws.errors import ProblemError, problem


def new_folder(contents: Any, path: str) -> Path:
    """A folder to put files into, there or not; the one above it is there.

    Raises ProblemError: not below Jupyter's root, or of no plain name.
    """
    above, _, name = path.strip("/").rpartition("/")
    folder = below_root(contents, above, "folder")
    plain = name.isprintable() and not name.startswith(".") and "\\" not in name
    if folder is None or not folder.is_dir() or not name or not plain:
        raise ProblemError(
            problem(
                "not_found",
                "The files cannot be put there",
                f"{path[:200]!r}",
                "Name a folder whose parent is below the folder that Jupyter was started in.",
            )
        )
    # One that is there by Jupyter's rules, too: no link out of its root.
    return below_root(contents, path, "folder") or folder / name


def below_root(contents: Any, path: str, what: str) -> Path | None:
    """The file or folder that Jupyter names `path`; None: it has none that may be seen.

    Raises ProblemError: `what` ("notebook") is not on this machine.
    """
    if not isinstance(contents, FileContentsManager):
        raise ProblemError(
            problem(
                "invalid",
                f"The {what} is not on this machine",
                f"Jupyter keeps its files by {type(contents).__name__}: there is no folder.",
                f"Save the {what} into a folder of this machine, and open it from there.",
            )
        )
    try:
        # Jupyter's own rules for what lies below its root, and what is hidden.
        file = Path(contents._get_os_path(path.strip("/")))  # type: ignore[no-untyped-call]
        seen = file.exists() and (
            contents.allow_hidden or not is_hidden(str(file), contents.root_dir)
        )
    except (web.HTTPError, ValueError, OSError):
        return None
    return file if seen else None
