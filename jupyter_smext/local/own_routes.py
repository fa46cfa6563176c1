"""The engine's routes that AWS has not: its health, its status, its faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError

from . import status
from .contract import ServiceError
from .front import Api, Front
from .signature import verify
from .wire import json_rpc

if TYPE_CHECKING:
    from .engine import Engine
    from .faults import Faults


class Health(Front):
    """Asks for no signature, and tells nothing but the version."""

    def get(self) -> None:
        self.finish({"version": self.engine.version})


class Told(Api):
    """What only who has the engine's keys may know."""

    def told(self) -> Any:
        """JSON of it. Blocking."""
        raise NotImplementedError

    async def get(self) -> None:
        try:
            verify(self.incoming(b""), self.engine.keys)
        except ServiceError as problem:
            await self.send(json_rpc.error(problem, self.request_id))
            return
        self.finish(await asyncio.to_thread(self.told))


class Status(Told):
    """What the engine knows of its use."""

    def told(self) -> Any:
        return status.facts(self.engine)


class Memory(Told):
    """The memory in use by resource, which is cheap enough to be asked for again and again."""

    def told(self) -> Any:
        return status.memory()


class FaultSwitch(Front):
    """No signature: the route exists only when the engine was started with --faults."""

    faults: Faults

    def initialize(self, engine: Engine) -> None:
        super().initialize(engine)
        assert engine.faults is not None
        self.faults = engine.faults

    def prepare(self) -> None:
        super().prepare()
        # A page elsewhere may post here too, but its browser says where it is from.
        if self.request.headers.get("Origin"):
            raise HTTPError(403, reason="Faults are not for web pages")

    def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(self.faults.shown()))

    async def post(self) -> None:
        """These faults in place of what was on."""
        await self._change(self.faults.set)

    async def put(self) -> None:
        """These faults besides what is on."""
        await self._change(self.faults.add)

    def delete(self) -> None:
        self.faults.clear(self.get_query_argument("kind", ""))
        self.set_status(204)

    async def _change(self, change: Callable[[Any], None]) -> None:
        try:
            wanted = json.loads(self.request.body)
            if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
                raise ValueError("a list of objects is wanted")
            # To find the processes that are to be killed takes a look at all there are.
            await asyncio.to_thread(change, wanted)
        except (ValueError, ServiceError) as error:
            raise HTTPError(400, reason=" ".join(str(error).split())[:200]) from None
        self.set_status(204)


def routes(engine: Engine) -> list[Any]:
    """The paths it answers; that for faults only where it was started with them."""
    given = {"engine": engine}
    found: list[Any] = [
        (r"/_engine/health", Health, given),
        (status.PATH, Status, given),
        (status.MEMORY_PATH, Memory, given),
    ]
    if engine.faults:
        found.append((r"/_engine/faults", FaultSwitch, given))
    return found
