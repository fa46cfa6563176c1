"""The kernel provisioner: a kernelspec of an instance starts its kernel over there."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from tornado import web
from traitlets import Enum, Float, Unicode

from ..aws.errors import ProblemError
from ..protocol import ComputeName
from .bridge import KernelBridge
from .names import remote_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

T = TypeVar("T")

#: Arguments of `start_kernel` that are ours: go on with a kernel that runs over there, by its id
#: and the session id of its line; and the folder, below the remote server's root, to start one in.
ATTACH, SESSION, FOLDER = "smext_attach", "smext_session", "smext_folder"


class InstanceProvisioner(KernelProvisionerBase):
    """Starts a kernel on an instance's Jupyter server; the settings are a kernelspec's.

    Under Jupyter Server it works on the server's own loop, elsewhere on one of its own in a thread:
    clients that block would stand in the way of their own answers.
    """

    connection = Unicode(help="The connection to AWS, or local.").tag(config=True)
    region = Unicode(help="The AWS region.").tag(config=True)
    kind = Enum(["notebook-instance", "space"], help="What runs the kernel.").tag(config=True)
    id = Unicode(help="Its row id.").tag(config=True)
    remote_kernel = Unicode("python3", help="The kernelspec over there.").tag(config=True)
    remote_kernel_id = Unicode(help="A kernel that runs there already, to go on with.").tag(
        config=True
    )
    grace = Float(300.0, min=1.0, help="Seconds that a lost line is tried for.").tag(config=True)

    bridge: KernelBridge | None = None
    #: Whether it works on the loop that it is called on.
    inline = False

    @property
    def at(self) -> ComputeName:
        """Where the kernel runs."""
        kind = cast("Literal['notebook-instance', 'space']", self.kind)
        return ComputeName(kind, self.id, self.connection, self.region)

    @property
    def spec(self) -> str:
        """The name of its kernelspec here."""
        manager: Any = self.parent
        return str(manager.kernel_name)

    @property
    def has_process(self) -> bool:
        return self.bridge is not None

    async def pre_launch(self, **kw: Any) -> dict[str, Any]:
        # The remote server restarts what crashes; a second restarter here would try for ever on
        # an instance that was stopped.
        manager: Any = self.parent
        manager.autorestart = False
        return {"cmd": [], **await super().pre_launch(**kw)}

    async def launch_kernel(self, cmd: list[str], **kw: Any) -> KernelConnectionInfo:
        """Start, restart or go on with the remote kernel. Raises HTTPError 503 with the reason."""
        kept = _kept(self.parent)
        self.inline = _under_server(self.parent)
        if (services := _services(self.parent)) is not None:
            try:
                services.read_only.refuse(self.connection)
            except ProblemError as error:
                raise web.HTTPError(403, str(error)) from error
        sessions = await kept.sessions() if kept is not None else _own_sessions()
        try:
            info = await self._on_its_loop(self._launch(sessions, kw))
        except ProblemError as error:
            said = error.problem
            text = " ".join(part for part in (f"{said.title}.", said.detail, said.next) if part)
            raise web.HTTPError(503, text) from error
        self.connection_info = cast("KernelConnectionInfo", info)
        if kept is not None and self.bridge is not None:
            kept.launched(self)
        return self.connection_info

    async def _launch(self, sessions: Sessions, kw: dict[str, Any]) -> dict[str, Any]:
        bridge = self.bridge
        if bridge is not None and bridge.state in ("exited", "lost", "open", "ended"):
            await bridge.restart()
            return bridge.bind()
        bridge = KernelBridge(
            remote_of(sessions, self.at),
            self.remote_kernel,
            path=kw.get(FOLDER, ""),
            session_id=kw.get(SESSION),
            grace=self.grace,
        )
        running = kw.get(ATTACH) or self.remote_kernel_id
        if running:
            bridge.attach(running)
        else:
            await bridge.start()
        info = bridge.bind()
        if self.inline:
            bridge.sockets.watcher_only = self._watcher_only
        self.bridge = bridge
        return info

    def _watcher_only(self, subscribers: int) -> bool:
        """Whether the one who listens to iopub is the server's own watcher of activity."""
        return subscribers == 1 and getattr(self.parent, "_activity_stream", None) is not None

    async def poll(self) -> int | None:
        """None while the kernel runs, or may run behind a line that is down."""
        bridge = self.bridge
        return None if bridge is not None and bridge.state in ("open", "lost") else 1

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.05)
        return 0

    async def send_signal(self, signum: int) -> None:
        """Interrupt, by REST; other signals have no way over there."""
        if self.bridge is None or signum != signal.SIGINT:
            return
        try:
            await self._on_its_loop(self.bridge.interrupt())
        except ProblemError as error:
            # Also sent before every shutdown, which must not fail of it.
            self.log.warning("The kernel was not interrupted: %s", error)

    async def shutdown_requested(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def kill(self, restart: bool = False) -> None:
        if self.bridge is not None:
            await self._on_its_loop(self.bridge.exit(restart))

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        if self.bridge is None or restart:
            return
        await self._on_its_loop(self.bridge.close())
        kept = _kept(self.parent)
        if kept is not None:
            kept.ended(self)
        self.bridge = None

    def get_shutdown_wait_time(self, recommended: float = 5.0) -> float:
        return max(recommended, 20.0)

    async def _on_its_loop(self, work: Coroutine[Any, Any, T]) -> T:
        if self.inline:
            return await work
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _own_loop()))


def _under_server(manager: Any) -> bool:
    from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

    return isinstance(manager, ServerKernelManager)


def _kept(manager: Any) -> Any:
    """The server's KeptKernels; None elsewhere, and without the extension."""
    services = _services(manager)
    return services.kernels if services is not None else None


def _services(manager: Any) -> Any:
    server = getattr(getattr(manager, "parent", None), "parent", None)
    app = getattr(server, "web_app", None)
    return app.settings.get("smext") if app is not None else None


_once = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_sessions: Sessions | None = None


def _own_loop() -> asyncio.AbstractEventLoop:
    """One loop in a thread, for all kernels of this process."""
    global _loop
    with _once:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="smext-bridge", daemon=True).start()
        return _loop


def _own_sessions() -> Sessions:
    global _sessions
    with _once:
        if _sessions is None:
            from ..aws.sessions import Sessions

            _sessions = Sessions()
        return _sessions
