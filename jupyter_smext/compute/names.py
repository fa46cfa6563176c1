"""What a `ComputeName` stands for: a word for file names, and the Jupyter server there."""

from __future__ import annotations

import asyncio
import hashlib
import re
import weakref
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..protocol import ComputeName

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from .remote import RemoteJupyter

#: Where the Jupyter server lies below its host: DescribeSpace's Url ends with it, for the app
#: `default`, which is the one that Studio itself creates in a space.
_BASE = {"notebook-instance": "", "space": "/jupyterlab/default"}

#: SessionExpirationDurationInSeconds: the longest, and AWS's default.
SESSION_SECONDS = 12 * 3600

_Known = dict[tuple["Sessions", ComputeName], "RemoteJupyter"]
# An HTTP client and a lock belong to one loop.
_remotes: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Known] = weakref.WeakKeyDictionary()


def name_of(at: ComputeName) -> str:
    """What a person calls it: the last part of the row id."""
    return unquote(at.id.rsplit(",", 1)[-1]) if at.id else "this machine"


def slug(at: ComputeName) -> str:
    """A word for it, of lower-case letters, digits and hyphens, another for each place."""
    whole = "\n".join((at.kind, at.connection, at.region, at.id))
    readable = re.sub(r"[^a-z0-9]+", "-", name_of(at).lower()).strip("-")[:40]
    return f"{readable or 'x'}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def remote_of(sessions: Sessions, at: ComputeName) -> RemoteJupyter:
    """The Jupyter server there, shared by all of the running loop. Nothing is asked yet."""
    from .remote import RemoteJupyter

    known = _remotes.setdefault(asyncio.get_running_loop(), {})
    remote = known.get((sessions, at))
    if remote is None:

        async def presign() -> str:
            from ..kinds import kind
            from ..lifecycle.presigned import presigned_url

            declared = await asyncio.to_thread(kind, at.kind)
            return await presigned_url(
                sessions, at.connection, at.region, declared, at.id, SESSION_SECONDS
            )

        remote = RemoteJupyter(presign, _BASE[at.kind], name_of(at), SESSION_SECONDS)
        known[sessions, at] = remote
    return remote


async def close_remotes() -> None:
    """Close those of the running loop."""
    known = _remotes.pop(asyncio.get_running_loop(), {})
    for remote in known.values():
        await remote.close()
