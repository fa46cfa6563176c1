"""A kernel on a remote Jupyter server, by REST: started, interrupted, restarted, ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from ...aws.errors import ProblemError
from ...aws.problems import problem
from ...protocol import Problem
from .. import answers

if TYPE_CHECKING:
    from ..remote import RemoteJupyter

log = logging.getLogger(__name__)

#: A restart waits for the kernel over there; an end or an interrupt must not wait for nobody.
_RESTART_SECONDS = 120.0
_END_SECONDS = 10.0
#: How soon the remote server notices that a line broke, in steps, and how long it may take to say.
_NOTICED_SECONDS = (0.0, 0.1, 0.3)
_ASKED_SECONDS = 3.0
GONE = "gone"


class _Started(msgspec.Struct):
    id: str


class RemoteKernel:
    """`id` is "" before it is started or named; what fails raises ProblemError.

    `kept`: it is left running, on purpose or for want of a line, when its bridge ends. `gone`: it
    is known not to be there any more.
    """

    def __init__(self, remote: RemoteJupyter, name: str, path: str) -> None:
        self.remote = remote
        self.name = name
        self.id = ""
        self.kept = False
        self.gone = False
        self._path = path
        self._deleting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Another one, in the folder below the remote server's root that it was made for."""
        asked = {"name": self.name, "path": self._path}
        try:
            answer = await self.remote.request("POST", "/api/kernels", json=asked)
        except ProblemError as error:
            # Jupyter Server answers 500 and no word when there is no such kernelspec.
            known = (await self.remote.kernelspecs())["kernelspecs"]
            if self.name not in known:
                raise ProblemError(_no_such_kernel(self.name, self.remote.name, known)) from error
            raise
        self.id = str(answers.told(self.remote.name, answer, _Started)["id"])
        self._deleting, self.gone = None, False

    async def restart(self) -> None:
        """A fresh kernel under the same id; another one in place of one that is gone."""
        try:
            await self.remote.request("POST", self._url("/restart"), timeout=_RESTART_SECONDS)
        except ProblemError:
            # Of one that is not there it says 500.
            if not await self.is_gone():
                raise
            await self.start()

    async def interrupt(self) -> None:
        await self.remote.request("POST", self._url("/interrupt"), timeout=_END_SECONDS)

    @property
    def deleted(self) -> bool:
        """Whether its end was asked for."""
        return self._deleting is not None

    async def delete(self) -> None:
        """End it, unless it is kept. Once, and not cut short by a caller that gives up."""
        if self._deleting is None:
            self._deleting = asyncio.ensure_future(self._delete())
        await asyncio.shield(self._deleting)

    async def _delete(self) -> None:
        if self.kept or self.gone or not self.id:
            return
        try:
            # All of it: the sign-in before it may be long in coming where nobody answers.
            await asyncio.wait_for(self.remote.request("DELETE", self._url()), _END_SECONDS)
        except ProblemError as error:
            if error.problem.cause != "not_found":
                self._may_be_left(str(error))
        except asyncio.TimeoutError:
            self._may_be_left(f"no answer in {_END_SECONDS:g} s")

    def _may_be_left(self, why: str) -> None:
        self.kept = True
        log.warning("A kernel may be left on %s: %s", self.remote.name, why)

    async def state(self) -> str | None:
        """As the remote Jupyter server has it, GONE of one it does not know; None: no answer."""
        try:
            found = await self.remote.kernel(self.id, timeout=10)
        except ProblemError as error:
            # The line itself will break, or not: this is only asked on the side.
            log.info("%s: %s", self.id, error)
            return None
        return GONE if found is None else str(found["execution_state"])

    async def is_gone(self) -> bool:
        """Whether the remote Jupyter server says so; False when it says nothing."""
        return await self.state() == GONE

    async def may_hold_line(self) -> bool:
        """Whether the remote server may not have noticed that the line broke.

        Raises ProblemError when it is not it that answers.
        """
        for seconds in _NOTICED_SECONDS:
            await asyncio.sleep(seconds)
            try:
                found = await self.remote.kernel(self.id, timeout=_ASKED_SECONDS)
            except ProblemError as error:
                if error.problem.cause == "offline":
                    return True
                raise
            if found is None or not found["connections"]:
                return False
        return True

    def _url(self, action: str = "") -> str:
        return f"/api/kernels/{quote(self.id, safe='')}{action}"


def _no_such_kernel(kernel: str, there: str, known: Iterable[str]) -> Problem:
    return problem(
        "not_found",
        f"{there} has no kernel {kernel}",
        f"It has {', '.join(sorted(known)) or 'none'}.",
        "Choose one of these.",
    )
