"""Where switches happen: this server's notebooks, AWS by connection and region, other servers."""

from __future__ import annotations

import asyncio
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...aws.errors import ProblemError
from ...protocol import Compute, ComputeName, InstanceTypes, Use
from ..carry.by_s3 import ByS3
from ..names import name_of, remote_of
from ..places import Places, compute_of, this_machine
from .notebooks import Notebooks

if TYPE_CHECKING:
    from ...aws.sessions import Sessions
    from ...cost import Prices
    from ...inventory import Inventories, Watched
    from ..carry.limits import Limits
    from ..remote import RemoteJupyter


class World:
    """Belongs to the server's loop. What asks AWS raises ProblemError only."""

    def __init__(
        self,
        sessions: Sessions,
        inventories: Inventories,
        prices: Prices,
        notebooks: Notebooks,
        limits: Limits,
    ) -> None:
        self.notebooks = notebooks
        self.limits = limits
        self._sessions = sessions
        self._inventories = inventories
        self._prices = prices
        self.price = prices.price
        self._turns: weakref.WeakValueDictionary[Path, asyncio.Lock] = weakref.WeakValueDictionary()

    async def compute(self, at: ComputeName) -> Compute:
        """A place as it is now."""
        if at.kind == "local":
            return this_machine()
        return await Places(await self.watched(at), self.price).one(at)

    async def as_known(self, at: ComputeName) -> Compute:
        """A place as it is now, without its state where AWS cannot be asked."""
        try:
            return await self.compute(at)
        except ProblemError:
            use: Use = "studio" if at.kind == "space" else "notebook"
            return compute_of(at, name_of(at), None, use, self.price)

    async def types(self, at: ComputeName, use: Use) -> InstanceTypes:
        """The instance types of a use, with what is known of prices and quotas."""
        return await self._prices.types(at.connection, at.region, use)

    async def client(self, at: ComputeName, service: str) -> Any:
        """The botocore client of a service there."""
        return await asyncio.to_thread(self._sessions.client, at.connection, at.region, service)

    def by_s3(self, at: ComputeName) -> ByS3:
        """The way there for a folder that is too large for its Jupyter server."""
        return ByS3(self._sessions, at.connection, at.region)

    def turn_of(self, folder: Path) -> asyncio.Lock:
        """Held while a folder is copied: two that fetch could overwrite each other's files."""
        return self._turns.setdefault(folder, asyncio.Lock())

    async def watched(self, at: ComputeName) -> Watched:
        """AWS at the place's connection and region."""
        return self._inventories.get(at.connection, at.region)

    def is_signed_in(self, at: ComputeName) -> bool:
        """Whether the Jupyter server there can be asked without signing in."""
        return self.remote(at).signed_in > 0

    def remote(self, at: ComputeName) -> RemoteJupyter:
        """The Jupyter server there."""
        return remote_of(self._sessions, at)
