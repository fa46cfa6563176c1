"""The server's kernels on instances: they outlive it, and come back when it is started again."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from jupyter_core.utils import ensure_async

from ..aws.errors import ProblemError, problem
from ..protocol import ComputeName
from ..server_process import this_server
from . import kernelspecs
from .answers import moment
from .kept_file import Kept, KeptFiles, KeptSession

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from .provisioner import InstanceProvisioner

log = logging.getLogger(__name__)

#: How often sessions are compared with what is on the disk, while a kernel is on an instance:
#: Jupyter Server tells nobody when a session begins, or is given another kernel or path.
LOOK_SECONDS = 1.0
_STARTING_SECONDS = 0.02
#: What a kernel that runs may still be taken for.
_UNKNOWN = frozenset(("starting", "dead"))

Line = Literal["open", "lost", "ended"]
_LINES: dict[str, Line] = {"open": "open", "new": "lost", "lost": "lost"}


class KeptKernels:
    """Which local kernel is which remote kernel, on disk from its start on.

    `server` is the ServerApp, `home` the extension's folder; `changed(kernel_id)` is called when
    the line to a kernel changes. Belongs to the server's loop.
    """

    def __init__(
        self,
        server: Any,
        home: Path,
        sessions: Callable[[], Awaitable[Sessions]],
        changed: Callable[[str], None],
    ) -> None:
        self.sessions = sessions
        self._server = server
        self._changed = changed
        self._files = KeptFiles(home / "kernels")
        self._mine: dict[str, Kept] = {}
        self._refused: dict[str, tuple[Kept, str]] = {}
        self._provisioners: dict[str, InstanceProvisioner] = {}
        self._stopping = False
        self._looking: asyncio.Task[None] | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._attaching = asyncio.Lock()

    # Told by the provisioner.

    def launched(self, provisioner: InstanceProvisioner) -> None:
        """A kernel was started, restarted, or gone on with."""
        bridge, id = provisioner.bridge, provisioner.kernel_id
        assert bridge is not None and id is not None
        known = self._mine.get(id)
        self._provisioners[id] = provisioner
        bridge.changed = lambda: self._line_changed(id)
        if bridge.state == "open":
            self._go(self._take_over(provisioner))
        self._write(
            Kept(
                kernel_id=id,
                spec=provisioner.spec,
                at=provisioner.at,
                remote_kernel=provisioner.remote_kernel,
                remote_id=bridge.kernel_id,
                line_session=bridge.session_id,
                root=self._root,
                server=this_server(),
                sessions=known.sessions if known is not None else (),
            )
        )
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._look())

    def ended(self, provisioner: InstanceProvisioner) -> None:
        """A kernel was shut down on this side; what is kept of it tells whether also over there."""
        id = provisioner.kernel_id
        assert id is not None
        self._provisioners.pop(id, None)
        kept = self._mine.pop(id, None)
        if kept is None or provisioner.bridge is None or self._stopping:
            return
        if provisioner.bridge.kept:
            self._files.write(kept.left())
        else:
            self._files.delete(kept)

    def _line_changed(self, id: str) -> None:
        provisioner = self._provisioners.get(id)
        if provisioner is None or provisioner.bridge is None:
            return
        if provisioner.bridge.state == "open":
            self._go(self._take_over(provisioner))
            known, line_session = self._mine.get(id), provisioner.bridge.session_id
            if known is not None and known.line_session != line_session:
                self._write(msgspec.structs.replace(known, line_session=line_session))
        self._changed(id)

    async def _take_over(self, provisioner: InstanceProvisioner) -> None:
        """Have the kernel's state as the remote server knows it, until the kernel says another.

        Jupyter Server takes a kernel that has said nothing yet for one that is starting.
        """
        bridge = provisioner.bridge
        manager: Any = provisioner.parent
        assert bridge is not None
        # Until it is watched, Jupyter Server sets its state itself.
        while getattr(manager, "_activity_stream", None) is None:
            if self._provisioners.get(str(provisioner.kernel_id)) is not provisioner:
                # It has ended meanwhile.
                return
            await asyncio.sleep(_STARTING_SECONDS)
        if manager.execution_state not in _UNKNOWN:
            return
        found = await bridge.remote.kernel(bridge.kernel_id)
        if found is not None and manager.execution_state in _UNKNOWN:
            state = found["execution_state"]
            # It is: its server answered for it before it opened the line.
            manager.execution_state = "idle" if state == "starting" else state
            manager.last_activity = moment(found["last_activity"])

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except ProblemError as error:
                # The state is then as stale as the line, which says so itself.
                log.info("The state of a kernel is not known: %s", error)

        task = asyncio.ensure_future(guarded())
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    # Asked by routes.

    def line(self, kernel_id: str) -> tuple[ComputeName, Line, str] | None:
        """Where a kernel of this server runs, its line, and a note; None: on this machine."""
        provisioner = self._provisioners.get(kernel_id)
        if provisioner is None or provisioner.bridge is None:
            return None
        bridge = provisioner.bridge
        return provisioner.at, _LINES.get(bridge.state, "ended"), bridge.reason or bridge.note

    def remote_kernels(self) -> Mapping[tuple[ComputeName, str], Kept]:
        """Every remote kernel that is known from this folder, by its place and its id there.

        Those that `local` does not say yes to have no kernel of this server.
        """
        return {(kept.at, kept.remote_id): kept for kept in self._files.all()}

    def local(self, kept: Kept) -> bool:
        """Whether a kernel of this server is on it."""
        return kept.kernel_id in self._provisioners

    def not_back(self) -> list[tuple[Kept, str]]:
        """The kernels that did not come back when the server was started, and why."""
        return [each for id, each in self._refused.items() if id not in self._provisioners]

    def forget(self, at: ComputeName, remote_id: str) -> None:
        """A remote kernel is gone that no kernel of this server is on."""
        kept = self.remote_kernels().get((at, remote_id))
        if kept is not None and not self.local(kept):
            self._files.delete(kept)

    # Done by routes.

    async def attach(
        self, at: ComputeName, remote_id: str, path: str | None = None
    ) -> tuple[str, str | None]:
        """Start a kernel of this server on one that runs at `at`; for the notebook at `path`.

        Answers its id and the session's; a session that the notebook has is given the kernel, its
        old one runs on. Raises ProblemError.
        """
        # A second click finds what the first has started.
        async with self._attaching:
            return await self._attach(at, remote_id, path)

    async def _attach(
        self, at: ComputeName, remote_id: str, path: str | None
    ) -> tuple[str, str | None]:
        from .names import name_of, remote_of

        known = self.remote_kernels().get((at, remote_id))
        if known is not None and self.local(known):
            bridge = self._provisioners[known.kernel_id].bridge
            if bridge is None or bridge.state != "ended":
                raise ProblemError(
                    problem("conflict", "The kernel is in use", "A notebook of this server has it.")
                )
            # It was given up, and is tried again.
            bridge.attach(remote_id)
            return known.kernel_id, await self._give(known.kernel_id, path)
        remote = remote_of(await self.sessions(), at)
        found = await remote.kernel(remote_id)
        if found is None:
            self.forget(at, remote_id)
            raise ProblemError(
                problem("not_found", f"The kernel is no longer there on {remote.name}")
            )
        name = str(found["name"])
        specs = (await remote.kernelspecs())["kernelspecs"]
        spec = kernelspecs.write(at, name, specs.get(name, {}).get("spec", {}), name_of(at))
        kernel_id = await self._start(
            known.kernel_id if known is not None else str(uuid.uuid4()),
            spec,
            remote_id,
            known.line_session if known is not None else None,
        )
        return kernel_id, await self._give(kernel_id, path)

    async def _give(self, kernel_id: str, path: str | None) -> str | None:
        """Give the notebook's session the kernel; its id."""
        if path is None:
            return None
        manager = self._server.session_manager
        there = [each for each in await manager.list_sessions() if each["path"] == path]
        if there:
            await manager.update_session(there[0]["id"], kernel_id=kernel_id)
            return str(there[0]["id"])
        name = path.rpartition("/")[2]
        made = await manager.create_session(
            path=path, name=name, type="notebook", kernel_id=kernel_id
        )
        return str(made["id"])

    async def detach(self, kernel_id: str, last: KeptSession | None = None) -> None:
        """End a kernel on this side and leave the remote one running. Raises ProblemError.

        `last` is the session that it was for, when that has another kernel by now.
        """
        provisioner = self._provisioners.get(kernel_id)
        if provisioner is None or provisioner.bridge is None:
            raise ProblemError(
                problem(
                    "conflict",
                    "This kernel runs on this machine",
                    "Only a kernel on an instance can be left running.",
                )
            )
        await self._note_sessions()
        provisioner.bridge.leave()
        left = self._mine[kernel_id].left()
        self._write(left if last is None else left.of((last,)))
        await ensure_async(self._server.kernel_manager.shutdown_kernel(kernel_id, now=True))

    # The server stops, and starts.

    async def leave(self) -> None:
        """The server stops: leave every remote kernel running; what it says is kept over there."""
        self._stopping = True
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
            self._looking = None
            await self._note_sessions()
        for task in self._work:
            task.cancel()
        for provisioner in self._provisioners.values():
            if provisioner.bridge is not None:
                provisioner.bridge.leave()

    async def restore(self) -> None:
        """Have the kernels back that a server of the same folder left, or died of.

        Nothing is waited for: each is there at once, under its old id, with a line that is lost
        until it is open.
        """
        for kept in self._files.all():
            if kept.detached or kept.root != self._root or not kept.orphaned():
                continue
            try:
                if self._files.claim(kept):
                    await self._bring_back(kept)
            except Exception as error:
                # Whatever it is: the server starts, and the others come back.
                log.exception("Kernel %s of %s did not come back", kept.kernel_id, kept.at)
                # Its sessions stay on the disk, for the next start.
                self._mine.pop(kept.kernel_id, None)
                why = getattr(error, "log_message", None) or type(error).__name__
                self._refused[kept.kernel_id] = kept, str(why)

    async def _bring_back(self, kept: Kept) -> None:
        if kernelspecs.at_of(kept.spec) is None:
            from .names import name_of

            kernelspecs.write(kept.at, kept.remote_kernel, {}, name_of(kept.at))
        self._mine[kept.kernel_id] = kept
        await self._start(kept.kernel_id, kept.spec, kept.remote_id, kept.line_session)
        manager = self._server.session_manager
        for each in kept.sessions:
            await manager.save_session(
                each.id, path=each.path, name=each.name, type=each.type, kernel_id=kept.kernel_id
            )

    async def _start(
        self, kernel_id: str, spec: str, remote_id: str, line_session: str | None
    ) -> str:
        from .provisioner import ATTACH, SESSION

        kernels = self._server.kernel_manager
        await ensure_async(
            kernels.start_kernel(
                kernel_id=kernel_id,
                kernel_name=spec,
                **{ATTACH: remote_id, SESSION: line_session},
            )
        )
        # Jupyter Server asks a kernel for its protocol before it opens a websocket to it, and the
        # answer of one that is busy would come after up to a minute.
        told: Future[dict[str, Any]] = Future()
        told.set_result({})
        kernels.get_kernel(kernel_id)._kernel_info_future = told
        return kernel_id

    # Sessions.

    @property
    def _root(self) -> str:
        return str(Path(self._server.root_dir).resolve())

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._provisioners:
                await self._note_sessions()

    async def _note_sessions(self) -> None:
        """Write down which notebooks have which kernels, where that has changed."""
        by_kernel: dict[str, list[KeptSession]] = {}
        for model in await self._server.session_manager.list_sessions():
            session = KeptSession(
                model["id"], model["path"], model["name"] or "", model["type"] or "notebook"
            )
            by_kernel.setdefault(model["kernel"]["id"], []).append(session)
        for id, kept in list(self._mine.items()):
            sessions = tuple(by_kernel.get(id, ()))
            if sessions != kept.sessions:
                self._write(kept.of(sessions))

    def _write(self, kept: Kept) -> None:
        self._mine[kept.kernel_id] = kept
        try:
            self._files.write(kept)
        except OSError as error:
            # The kernel itself works; only after a restart it would be an orphan.
            log.warning("Kernel %s cannot be kept over a restart: %s", kept.kernel_id, error)
