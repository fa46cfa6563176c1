"""A notebook's folder, fetched as an archive and unpacked where the kernel runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.request
from typing import Any

from .notebook import below_root

SECONDS = 60


def fetch(url: str, sha256: str, folder: str) -> dict[str, Any]:
    """Unpack the archive at `url` into `folder`, relative to the Jupyter server's root.

    Raises ValueError when it is not the one that was sent, and what urllib and the disk raise.
    """
    root = os.path.dirname(below_root(folder + "/."))
    with tempfile.TemporaryFile() as file:
        digest = hashlib.sha256()
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            for block in iter(lambda: answer.read(1 << 20), b""):
                file.write(block)
                digest.update(block)
        if digest.hexdigest() != sha256:
            raise ValueError("the archive was damaged on its way")
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            for member in archive:
                unpack(archive, member, root)
    return {}


def unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, root: str) -> None:
    """Write one file; what is there is replaced whole."""
    content = archive.extractfile(member)
    if content is None:
        raise ValueError(f"{member.name} is no file")
    target = os.path.join(root, *member.name.split("/"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    part = os.path.join(os.path.dirname(target), f".smext-{os.getpid()}")
    with open(part, "wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
    os.replace(part, target)
