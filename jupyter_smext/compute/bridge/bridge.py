"""A kernel on a remote Jupyter server as a kernel of this machine, whatever happens to the line."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Literal

from jupyter_client.session import Session

from ...aws.errors import ProblemError
from ...aws.problems import problem
from .cut import Cut
from .first_output import FirstOutput
from .frames import Frame
from .line import Broken, Line
from .pipes import Pipe, Pipes
from .remote_kernel import GONE, RemoteKernel
from .requests import Requests, Route
from .sockets import LocalSockets
from .stand_in import StandIn

if TYPE_CHECKING:
    from ..remote import RemoteJupyter

log = logging.getLogger(__name__)

State = Literal["new", "open", "lost", "exited", "ended"]

GRACE_SECONDS = 300.0
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0
#: Once it has waited so long, a sign-in is tried, for so many seconds.
_LOOKED_AFTER = 0.8
_LOOK_SECONDS = 20.0
#: A request that the kernel has been quiet about for so long: ask whether the kernel is there.
_QUIET_SECONDS = 10.0
#: Messages that tell how a request is getting on.
_TELLING = frozenset(("status", "execute_input", "error"))
_QUEUED = 1000


class KernelBridge:
    """Five loopback sockets and any number of pipes on this side, one websocket on the other.

    Lives on the loop that `bind` is called on. `state`: `lost` is tried again for `grace` seconds;
    `exited` was asked for, `ended` was not: the kernel is gone, or the time is over. `reason` says
    why it is lost or ended, `note` what a cut last took. `changed()` is called when any of them
    changes. `session_id`, the line's, stays the same over cuts that the remote server notices: it
    then keeps and replays what it could not deliver.
    """

    def __init__(
        self,
        remote: RemoteJupyter,
        kernel_name: str,
        *,
        path: str = "",
        session_id: str | None = None,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self.remote = remote
        self.session_id = session_id or uuid.uuid4().hex
        self.state: State = "new"
        self.reason = ""
        self.note = ""
        self.reconnects = 0
        self.changed: Callable[[], None] = lambda: None
        self.pipes = Pipes()
        self.sockets: LocalSockets
        self._kernel = RemoteKernel(remote, kernel_name, path)
        self._grace = grace
        self._session = Session(
            key=uuid.uuid4().hex.encode(), session=self.session_id, username="smext"
        )
        self._requests = Requests()
        self._stand_in = StandIn(self._session, self._requests, self.reply, self.publish)
        self._cut = Cut(self, self._stand_in, self._requests)
        self._line: Line | None = None
        self._queue: deque[Frame] = deque()
        self._work: set[asyncio.Task[None]] = set()
        self._restarting = False
        self._first_output = FirstOutput(self._stand_in)
        self._heard = time.monotonic()

    @property
    def kernel_id(self) -> str:
        """The remote server's id of it."""
        return self._kernel.id

    @property
    def kept(self) -> bool:
        """Whether the remote kernel is left running when this ends: on purpose, or unreachable."""
        return self._kernel.kept

    # This side.

    def bind(self) -> dict[str, Any]:
        """Open the local sockets; the connection info of the kernel, the same at every call."""
        if not hasattr(self, "sockets"):
            self.sockets = LocalSockets(self._session, self._from_client)
            self.go(self._look_after())
        return self.sockets.info

    async def _from_client(self, frame: Frame, identities: list[bytes]) -> None:
        waiting = self.from_local(frame, identities)
        if waiting is not None:
            await waiting

    def from_local(self, frame: Frame, route: Route) -> Awaitable[Any] | None:
        """A client's message; what to wait for before its next one, if anything."""
        if frame.header["msg_type"] == "shutdown_request":
            return self._shut_down(frame, route)
        self._requests.asked(frame, route)
        if self.state == "ended":
            return self._stand_in.refuse_all(self.reason)
        return self._send(frame)

    async def _shut_down(self, frame: Frame, route: Route) -> None:
        # A kernel that shuts itself down would be started again by its server.
        await self.exit(await self._stand_in.shut_down(frame, route))

    async def reply(self, frame: Frame, route: Route) -> None:
        """To the one who asked, by socket or pipe."""
        if isinstance(route, str):
            waiting = self.pipes.reply(route, frame)
            if waiting is not None:
                await waiting
        else:
            await self.sockets.send(frame, route)

    def publish(self, frame: Frame) -> Any:
        """On iopub, to all; what it returns is to be awaited, if anything."""
        waiting = self.pipes.publish(frame)
        # Nobody listens before `bind`.
        if hasattr(self, "sockets"):
            self.sockets.publish(frame)
        return waiting

    # The other side.

    async def start(self) -> None:
        """Start a kernel over there, and open the line. Raises ProblemError."""
        await self._kernel.start()
        try:
            await self._open()
        except (ProblemError, asyncio.CancelledError):
            self._drop_line()
            await self._kernel.delete()
            raise

    def attach(self, kernel_id: str) -> None:
        """Go on with a kernel that runs there; the line is opened in the background."""
        self._kernel.id, self._kernel.gone = kernel_id, False
        self._set("lost", "The line is being opened.")
        # The remote server has kept for this session what it could not deliver.
        self.pipes.keep_for_first()
        self.go(self._reconnect(first=True))

    def leave(self) -> None:
        """End on this side only: the kernel runs on, and its server keeps what it says."""
        self._kernel.kept = True
        self._drop_line()
        self._set("exited")

    async def _open(self) -> None:
        line = Line(self._from_kernel, self._broken)
        state = self.state
        try:
            await line.open(self.remote, self.kernel_id, self.session_id)
        except Broken as error:
            raise ProblemError(
                problem("broken", f"{self.remote.name} closed the kernel's line at once")
            ) from error
        if self.state != state:
            # Ended meanwhile.
            return line.close()
        self._line = line
        self._heard = time.monotonic()
        self._set("open")

    async def restart(self) -> None:
        """A fresh kernel with the same ports; in place of one that is gone too. ProblemError."""
        self._requests.take_all()
        self._queue.clear()
        self._first_output.awaited = False
        self._restarting = True
        try:
            await self._kernel.restart()
        finally:
            self._restarting = False
        # A fresh line: Jupyter Server lets nothing through one that is new before it hears the
        # kernel. To the one that was there it is connected again some time after it began to speak.
        self._drop_line()
        self.session_id = uuid.uuid4().hex
        await self._open()
        self._set("open")
        await self._send_queued()

    async def interrupt(self) -> None:
        """Raises ProblemError. Not sent while the line is down: nobody would answer it."""
        if self.state == "open":
            await self._kernel.interrupt()
        elif self.state != "exited":
            log.warning("%s was not interrupted: %s", self.kernel_id, self.reason or self.state)

    async def exit(self, restart: bool = False) -> None:
        """End the kernel as asked; before a restart only on this side, and never twice."""
        if self.state == "exited" and (restart or self._kernel.deleted):
            return
        if not restart:
            self._drop_line()
            await self._kernel.delete()
        self._set("exited")

    def _send(self, frame: Frame) -> Awaitable[Any] | None:
        if self._line is not None and not self._first_output.awaited:
            try:
                return self._line.send(frame)
            except Broken:
                pass
        self._queue.append(frame)
        if len(self._queue) > _QUEUED:
            oldest = self._requests.owed.get(self._queue.popleft().header["msg_id"])
            if oldest is not None:
                return self._stand_in.refuse(
                    oldest, "LineLost", "The line is down, and too much waits for it."
                )
        return None

    def _from_kernel(self, frame: Frame) -> Any:
        self._heard = time.monotonic()
        self._cut.saw(frame)
        if frame.channel == "iopub":
            return self._from_iopub(frame)
        if self._cut.probed(frame):
            return None
        route = self._requests.answered(frame)
        if route is None:
            # Asked before this server was started anew: by the session of who asked.
            return self.pipes.of_session(frame)
        if isinstance(route, str):
            return self.pipes.reply(route, frame)
        return self.sockets.send(frame, route)

    def _from_iopub(self, frame: Frame) -> Any:
        self._first_output.came()
        kind = frame.header["msg_type"]
        if kind in _TELLING and (request := self._requests.of(frame)) is not None:
            self._cut.learn(request, frame)
        if kind != "status":
            return self.publish(frame)
        state = frame.content.get("execution_state")
        if state == "idle":
            self._cut.before_idle(frame)
        elif state in ("restarting", "autorestarting") and not self._restarting:
            self.go(
                self._stand_in.refuse_all(
                    "The kernel died and was started again: it knows nothing."
                )
            )
            self._drop_line()
            self._first_output.awaited = True
            self._set("lost", "The kernel is started again.")
            self.go(self._reconnect(first=True, held=True))
        waiting = self.publish(frame)
        if state == "dead":
            self._end_gone("The kernel died, and its server could not start it again.")
        return waiting

    # When the line breaks.

    def _broken(self, silent: bool) -> None:
        self._line = None
        if self.state == "open":
            self._cut.begin(list(self._requests.owed.values()), silent)
            self._set("lost", "Nothing was heard any more." if silent else "The line broke.")
            self.go(self._reconnect(held=silent))

    async def _reconnect(self, first: bool = False, held: bool = False) -> None:
        """Open the line again. `held`: the remote server may have it open still.

        Then under another session id, for which nothing is kept there: with two lines of one id,
        Jupyter Server has two sockets of one name at the kernel, which hears neither for long.
        """
        end = time.monotonic() + self._grace
        wait = _FIRST_WAIT
        while self.state == "lost":
            try:
                # After a silence nothing is asked before: the connections that are kept for
                # requests are as dead, and take their time to say so.
                if held or await self._kernel.may_hold_line():
                    self.session_id = uuid.uuid4().hex
                held = True
                await self._open()
                break
            except ProblemError as error:
                if self.state == "lost":
                    self._set("lost", str(error))
                if error.problem.cause == "not_found" and await self._kernel.is_gone():
                    return self._end_gone()
                if error.problem.cause != "broken" and wait >= _LOOKED_AFTER:
                    await self._look_again()
            if time.monotonic() > end:
                return self.end(f"{self.reason} Given up after {self._grace:g} s.")
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        if self.state != "open":
            return self._drop_line()
        if self._first_output.awaited:
            await self._first_output.ask_for(lambda: self._line)
        if not first:
            self.reconnects += 1
            await self._cut.probe()
        await self._send_queued()

    async def _send_queued(self) -> None:
        # Those that are there now: a line that breaks here puts them back.
        for _ in range(len(self._queue)):
            waiting = self._send(self._queue.popleft())
            if waiting is not None:
                await waiting

    async def probe(self, frame: Frame) -> None:
        """Send a request of the bridge's own."""
        waiting = self._send(frame)
        if waiting is not None:
            await waiting

    async def _look_after(self) -> None:
        """Ask whether the kernel is there when it owes an answer and says nothing.

        A server that shuts a kernel down may leave its websocket open.
        """
        while True:
            await asyncio.sleep(_QUIET_SECONDS)
            quiet = time.monotonic() - self._heard > _QUIET_SECONDS
            if self.state != "open" or not quiet or not self._requests.owed:
                continue
            state = await self._kernel.state()
            if self.state != "open" or time.monotonic() - self._heard < _QUIET_SECONDS:
                continue
            if state == GONE:
                self._end_gone()
            elif state == "idle":
                # What it was asked, or what it answered, did not come through.
                self._drop_line()
                self._broken(silent=True)

    async def _look_again(self) -> None:
        """Sign in anew where nobody answers: it may have moved, or AWS says that it is down."""
        from ..remote import NotInService

        try:
            await asyncio.wait_for(self.remote.sign_in(), _LOOK_SECONDS)
        except NotInService as error:
            if self.state == "lost":
                self._end_gone(f"{error.problem.title}, and the kernel went with it.")
        except (ProblemError, asyncio.TimeoutError) as error:
            log.info("%s: %s", self.kernel_id, error)

    def _end_gone(self, reason: str = "") -> None:
        self._kernel.gone = True
        self.end(reason or f"The kernel is no longer there on {self.remote.name}.")

    def end(self, reason: str) -> None:
        """The kernel is gone: what is owed ends as an error, and its state is dead."""
        if self.state in ("ended", "exited"):
            return
        self._drop_line()
        self._set("ended", reason)
        log.warning("Kernel %s on %s: %s", self.kernel_id, self.remote.name, reason)
        self.go(self._stand_in.die(reason))

    def say(self, note: str, cells: list[dict[str, Any]]) -> None:
        """Say in cells, by the headers of their requests, what a cut took."""
        self.note = note
        self._stand_in.print(f"[{self.remote.name}] {note}", cells)
        self.changed()

    # Pipes.

    def add_pipe(self, key: str, pipe: Pipe) -> list[Frame]:
        """A browser is there; what was kept for it while it was away."""
        return self.pipes.add(key, pipe)

    def drop_pipe(self, key: str, pipe: Pipe, keep: bool) -> None:
        """It has gone; `keep` what comes until it is back."""
        self.pipes.drop(key, pipe, keep)

    # The end.

    def _set(self, state: State, reason: str = "") -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self.changed()

    def go(self, work: Coroutine[Any, Any, None]) -> None:
        """Work on the side; ended with the bridge."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("The bridge to %s failed", self.remote.name, exc_info=error)

    def _drop_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    async def close(self) -> None:
        """Delete the remote kernel, unless it is kept, and free the sockets."""
        if self.state != "exited":
            await self.exit()
        await self._kernel.delete()
        work = [task for task in self._work if task is not asyncio.current_task()]
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        if hasattr(self, "sockets"):
            await self.sockets.close()
