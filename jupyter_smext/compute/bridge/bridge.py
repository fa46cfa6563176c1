"""A kernel on a remote Jupyter server as a kernel of this machine, whatever happens to the line."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from jupyter_client.session import Session

from ...aws.errors import ProblemError
from ...aws.problems import problem
from ...protocol import Problem
from .cut import Cut
from .frames import Frame, packed
from .line import Broken, Line
from .pipes import Pipe, Pipes
from .requests import Request, Requests, Route
from .sockets import LocalSockets

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
_QUEUED = 1000
#: A restart waits for the kernel over there; an end or an interrupt must not wait for nobody.
_RESTART_SECONDS = 120.0
_END_SECONDS = 10.0


def _no_such_kernel(kernel: str, there: str, known: Iterable[str]) -> Problem:
    return problem(
        "not_found",
        f"{there} has no kernel {kernel}",
        f"It has {', '.join(sorted(known)) or 'none'}.",
        "Choose one of these.",
    )


class KernelBridge:
    """Five loopback sockets and any number of pipes on this side, one websocket on the other.

    Lives on the loop that `bind` is called on. `state`: `lost` is tried again for `grace` seconds;
    `exited` was asked for, `ended` was not: the kernel is gone, or the time is over. `reason` says
    why it is lost or ended, `note` what a cut last took. `changed()` is called when any of them
    changes. `session_id` stays the same over cuts, so that the remote server keeps and replays what
    it could not deliver.
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
        self.kernel_name = kernel_name
        self.kernel_id = ""
        self.session_id = session_id or uuid.uuid4().hex
        self.state: State = "new"
        self.reason = ""
        self.note = ""
        self.reconnects = 0
        #: The remote kernel is left running, on purpose or for want of a line, when this one ends.
        self.kept = False
        self._gone = False
        self.changed: Callable[[], None] = lambda: None
        self.pipes = Pipes()
        self.sockets: LocalSockets
        self._path = path
        self._grace = grace
        self._session = Session(
            key=uuid.uuid4().hex.encode(), session=self.session_id, username="smext"
        )
        self._requests = Requests()
        self._cut = Cut(self)
        self._line: Line | None = None
        self._queue: deque[Frame] = deque()
        self._work: set[asyncio.Task[None]] = set()
        self._deleting: asyncio.Task[None] | None = None
        self._restarting = False
        self._heard = time.monotonic()

    # This side.

    def bind(self) -> dict[str, Any]:
        """Open the local sockets; the connection info of the kernel, the same at every call."""
        if not hasattr(self, "sockets"):
            self.sockets = LocalSockets(self._session, self._from_client)
            self.go(self._look_after())
        return self.sockets.info

    async def _from_client(self, frame: Frame, identities: list[bytes]) -> None:
        await self.from_local(frame, identities)

    async def from_pipe(self, key: str, frame: Frame) -> None:
        """A message of a browser."""
        await self.from_local(frame, key)

    async def from_local(self, frame: Frame, route: Route) -> None:
        if frame.header["msg_type"] == "shutdown_request":
            # A kernel that shuts itself down would be started again by its server.
            restart = bool(frame.content.get("restart"))
            content = {"status": "ok", "restart": restart}
            reply = self.made("shutdown_reply", content, frame.header, frame.channel)
            await self.reply(reply, route)
            self.publish(self.made("shutdown_reply", content, frame.header))
            await self.exit(restart)
            return
        self._requests.asked(frame, route)
        if self.state == "ended":
            await self._refuse_all()
            return
        await self._send(frame)

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
        self.sockets.publish(frame)
        return waiting

    def made(
        self, kind: str, content: dict[str, Any], parent: dict[str, Any], channel: str = "iopub"
    ) -> Frame:
        """A message of our own, in the kernel's place."""
        message = self._session.msg(kind, content)
        header = {**message["header"], "date": message["header"]["date"].isoformat()}
        return Frame.of(channel, [packed(part) for part in (header, parent, {}, content)])

    # The other side.

    async def start(self) -> None:
        """Start a kernel over there, and open the line. Raises ProblemError."""
        asked = {"name": self.kernel_name, "path": self._path}
        try:
            answer = await self.remote.request("POST", "/api/kernels", json=asked)
        except ProblemError as error:
            # Jupyter Server answers 500 and no word when there is no such kernelspec.
            known = (await self.remote.kernelspecs())["kernelspecs"]
            if self.kernel_name not in known:
                raise ProblemError(
                    _no_such_kernel(self.kernel_name, self.remote.name, known)
                ) from error
            raise
        self.kernel_id = str(answer.json()["id"])
        self._deleting, self._gone = None, False
        try:
            await self._open()
        except (ProblemError, asyncio.CancelledError):
            await self._delete()
            raise

    def attach(self, kernel_id: str) -> None:
        """Go on with a kernel that runs there; the line is opened in the background."""
        self.kernel_id = kernel_id
        self.state = "lost"
        # The remote server has kept for this session what it could not deliver.
        self.pipes.keep_for_first()
        self.go(self._reconnect(first=True))

    def leave(self) -> None:
        """End on this side only: the kernel runs on, and its server keeps what it says."""
        self.kept = True
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
        self._restarting = True
        try:
            await self.remote.request("POST", self._url("/restart"), timeout=_RESTART_SECONDS)
        except ProblemError:
            # Of one that is not there it says 500.
            if not await self._is_gone():
                raise
            self._drop_line()
            return await self.start()
        finally:
            self._restarting = False
        # A fresh line: Jupyter Server lets nothing through one that is new before it hears the
        # kernel. To the one that was there it is connected again some time after it began to speak.
        self._drop_line()
        await self._open()
        self._set("open")
        await self._send_queued()

    async def interrupt(self) -> None:
        """Raises ProblemError. Not sent while the line is down: nobody would answer it."""
        if self.state == "open":
            await self.remote.request("POST", self._url("/interrupt"), timeout=_END_SECONDS)
        elif self.state != "exited":
            log.warning("%s was not interrupted: %s", self.kernel_id, self.reason or self.state)

    async def exit(self, restart: bool = False) -> None:
        """End the kernel as asked; before a restart only on this side, and never twice."""
        if self.state == "exited" and (restart or self._deleting is not None):
            return
        if not restart:
            await self._delete()
        self._set("exited")

    async def _delete(self) -> None:
        # Once, and not cut short by a caller that gives up.
        if self._deleting is None:
            self._deleting = asyncio.ensure_future(self._delete_remote())
        await asyncio.shield(self._deleting)

    async def _delete_remote(self) -> None:
        self._drop_line()
        if self.kept or self._gone or not self.kernel_id:
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

    def _url(self, action: str = "") -> str:
        return f"/api/kernels/{quote(self.kernel_id, safe='')}{action}"

    async def _send(self, frame: Frame) -> None:
        if self._line is not None:
            try:
                return await self._line.send(frame)
            except Broken:
                pass
        self._queue.append(frame)
        if len(self._queue) > _QUEUED:
            oldest = self._requests.owed.get(self._queue.popleft().header["msg_id"])
            if oldest is not None:
                await self.refuse(
                    oldest, "LineLost", "The line is down, and too much waits for it."
                )

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
        if frame.header["msg_type"] != "status":
            return self.publish(frame)
        state = frame.content.get("execution_state")
        if state == "busy":
            self._requests.busy(frame)
        elif state == "idle":
            self._cut.before_idle(frame)
        elif state in ("restarting", "autorestarting") and not self._restarting:
            self.go(self._refuse_all("The kernel died and was started again: it knows nothing."))
            self._drop_line()
            self._set("lost", "The kernel is started again.")
            self.go(self._reconnect(first=True))
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
            self.go(self._reconnect())

    async def _reconnect(self, first: bool = False) -> None:
        end = time.monotonic() + self._grace
        wait = _FIRST_WAIT
        while self.state == "lost":
            try:
                # A connection of its own: after a silence, those that are kept for requests are
                # as dead, and take their time to say so.
                await self._open()
                break
            except ProblemError as error:
                if self.state == "lost":
                    self._set("lost", str(error))
                if error.problem.cause == "not_found" and await self._is_gone():
                    return self._end_gone()
                if error.problem.cause != "broken" and wait >= _LOOKED_AFTER:
                    await self._look_again()
            if time.monotonic() > end:
                return self.end(f"{self.reason} Given up after {self._grace:g} s.")
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        if self.state != "open":
            return self._drop_line()
        if not first:
            self.reconnects += 1
            await self._cut.probe()
        await self._send_queued()

    async def _send_queued(self) -> None:
        while self._queue and self._line is not None:
            await self._send(self._queue.popleft())

    async def probe(self, frame: Frame) -> None:
        """Send a request of the bridge's own."""
        await self._send(frame)

    async def _look_after(self) -> None:
        """Ask whether the kernel is there when it owes an answer and says nothing.

        A server that shuts a kernel down may leave its websocket open.
        """
        while True:
            await asyncio.sleep(_QUIET_SECONDS)
            quiet = time.monotonic() - self._heard > _QUIET_SECONDS
            if self.state != "open" or not quiet or not self._requests.owed:
                continue
            if await self._is_gone() and self.state == "open":
                self._end_gone()

    async def _is_gone(self) -> bool:
        """Whether the remote Jupyter server says so; False when it says nothing."""
        try:
            return await self.remote.kernel(self.kernel_id, timeout=10) is None
        except ProblemError as error:
            # The line itself will break, or not: this is only asked on the side.
            log.info("%s: %s", self.kernel_id, error)
            return False

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
        self._gone = True
        self.end(reason or f"The kernel is no longer there on {self.remote.name}.")

    def end(self, reason: str) -> None:
        """The kernel is gone: what is owed ends as an error, and its state is dead."""
        if self.state in ("ended", "exited"):
            return
        self._drop_line()
        self._set("ended", reason)
        log.warning("Kernel %s on %s: %s", self.kernel_id, self.remote.name, reason)
        self.go(self._tell_end())

    async def _tell_end(self) -> None:
        await self._refuse_all()
        self.publish(self.made("status", {"execution_state": "dead"}, {}))

    async def _refuse_all(self, reason: str = "") -> None:
        for request in self._requests.take_all():
            await self.refuse(request, "KernelLost", reason or self.reason)

    async def refuse(self, request: Request, name: str, reason: str) -> None:
        """End a request with an error in place of the kernel's answer."""
        error = {"ename": name, "evalue": reason, "traceback": [f"{name}: {reason}"]}
        content: dict[str, Any] = {"status": "error", **error}
        if request.is_cell:
            content |= {"execution_count": None, "user_expressions": {}, "payload": []}
            self.publish(self.made("error", error, request.header))
        await self.answer(request, content)

    async def answer(self, request: Request, content: dict[str, Any]) -> None:
        """The reply to a request and the idle that follows it."""
        self._requests.owed.pop(request.id, None)
        kind = request.header["msg_type"].removesuffix("_request") + "_reply"
        await self.reply(self.made(kind, content, request.header, request.channel), request.route)
        self.publish(self.made("status", {"execution_state": "idle"}, request.header))

    def owes(self, request: Request) -> bool:
        return request.id in self._requests.owed

    def say(self, note: str, parents: list[dict[str, Any]]) -> None:
        """Say in the cells what a cut took."""
        self.note = note
        text = f"[{self.remote.name}] {note}\n"
        for parent in parents:
            self.publish(self.made("stream", {"name": "stderr", "text": text}, parent))
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
        await self._delete()
        work = [task for task in self._work if task is not asyncio.current_task()]
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        if hasattr(self, "sockets"):
            await self.sockets.close()
