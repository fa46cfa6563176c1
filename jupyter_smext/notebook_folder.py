"""The folder of a notebook or script: what of it may leave this machine, and why the rest stays."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .aws.problems import ProblemError, problem

#: A folder of more files is no project but a home.
MOST_FILES = 10_000
MOST_DEPTH = 40
#: What is said by name; of more it is the number.
MOST_NAMED = 100
REMADE = frozenset(("__pycache__", "node_modules"))
#: What private keys are kept in.
KEY_ENDINGS = (".pem", ".key", ".p12", ".pfx", ".jks", ".kdbx")
KEY_NAMES = frozenset(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials"))


@dataclass
class LeftOut:
    """What stays: why, by path below the folder."""

    named: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def add(self, path: str, reason: str) -> None:
        self.count += 1
        if len(self.named) < MOST_NAMED:
            # A name that is not UTF-8 could not cross the wire.
            self.named[path.encode("utf-8", "backslashreplace").decode()] = reason

    def shown(self) -> dict[str, str]:
        """As it crosses the wire."""
        more = self.count - len(self.named)
        return {**self.named, "…": f"and {more:,} more"} if more else dict(self.named)


def files(
    root: Path, left_out: LeftOut, *, chosen: str = ""
) -> Iterator[tuple[str, os.stat_result]]:
    """The files below `root` that may go, by path relative to it with slashes. Blocking.

    `chosen` is the name of one in it that goes whatever it is. No other symbolic link is followed.
    Raises ProblemError: the folder cannot be read, or has more than MOST_FILES.
    """
    count = 0
    try:
        for found in _walk(root, PurePosixPath(), left_out, chosen):
            count += 1
            if count > MOST_FILES:
                raise ProblemError(
                    problem(
                        "limit",
                        f"The folder has more than {MOST_FILES:,} files",
                        f"{root}: hidden files, links and Python environments do not count.",
                        "Move what is needed to a folder of its own.",
                    )
                )
            yield found
    except OSError as error:
        raise ProblemError(
            problem(
                "invalid",
                "The folder cannot be read",
                f"{root}: {error.strerror or error}",
                "Look whether it is there and yours to read.",
            )
        ) from error


def add(tar: tarfile.TarFile, file: Path, name: str) -> None:
    """Put a file into an archive, as one that anybody may read. Raises OSError."""
    # Through one descriptor, so that what grows meanwhile is cut and not spoilt.
    with file.open("rb") as opened:
        member = tar.gettarinfo(arcname=name, fileobj=opened)
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        # The container's user reads them, and writes beside them.
        member.mode |= 0o644
        tar.addfile(member, opened)


def _walk(
    folder: Path, relative: PurePosixPath, left_out: LeftOut, chosen: str
) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            path = str(relative / entry.name)
            if path == chosen:
                yield path, entry.stat()
                continue
            reason = _reason(entry, len(relative.parts))
            if reason is not None:
                left_out.add(path, reason)
            elif entry.is_dir(follow_symlinks=False):
                try:
                    yield from _walk(Path(entry.path), relative / entry.name, left_out, chosen)
                except PermissionError:
                    left_out.add(path, "it may not be read")
            else:
                yield path, entry.stat(follow_symlinks=False)


def _reason(entry: os.DirEntry[str], depth: int) -> str | None:
    """Why an entry stays; None when it may go."""
    name = entry.name
    if not _is_text(name):
        return "its name is not UTF-8"
    if "\\" in name:
        return "its name has a backslash"
    if name.startswith("."):
        # Jupyter's contents API refuses them as well.
        return "it is hidden: it may hold keys, or settings of this machine"
    if name in REMADE:
        return "it is made anew where it is needed"
    if entry.is_symlink():
        return "it is a symbolic link"
    if entry.is_dir(follow_symlinks=False):
        if os.path.lexists(os.path.join(entry.path, "pyvenv.cfg")):
            return "it is a Python environment: its packages are of this machine"
        return "it is too deep" if depth >= MOST_DEPTH else None
    if name.lower().endswith(KEY_ENDINGS) or name.lower() in KEY_NAMES:
        return "it may be a private key"
    if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        return "it is no regular file"
    return None if os.access(entry.path, os.R_OK) else "it may not be read"


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
