"""The server extension: its settings, and the wiring of routes and events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Bool, Float, Int, Unicode, default
from traitlets import List as ListTrait

from .compute.carry.limits import Limits
from .compute.kept_kernels import KeptKernels
from .compute.kernels import give_environment
from .compute.pipe import install as install_pipe
from .compute.portable import keep_portable
from .routes.router import ApiRouter
from .routes.services import Services

EVENTS = Path(__file__).parent / "events"


class SmextApp(ExtensionApp):
    """SageMaker's resources for JupyterLab; nothing of AWS is loaded before a browser asks."""

    name = "jupyter_smext"
    extension_url = "/lab"
    load_other_extensions = True

    home = Unicode(
        help="""Folder of what outlives the server: the last-known resources, prices, JumpStart's
        models and their documents, and the journals of shut-downs, switches, notebook jobs and
        launches (default: smext in Jupyter's data folder)."""
    ).tag(config=True)

    read_only = ListTrait(
        Unicode(),
        help="""Connections that nothing is created, changed, opened or shut down through:
        local, environment, profile:NAME, or * for all.""",
    ).tag(config=True)

    time_windows = Bool(
        False,
        help="""Cut long lists into time windows that are read at the same time: faster, with
        more calls to AWS. Goes off by itself for a kind that AWS throttles.""",
    ).tag(config=True)

    refresh_interval = Float(
        25.0,
        min=5.0,
        help="""Seconds between two refreshes while the panel is looked at and nothing is busy;
        while something is busy it is a few seconds, and none while nobody looks.""",
    ).tag(config=True)

    kernel_pipe = Bool(
        True,
        help="""Pass the messages between browser and remote kernel on as they are. Without it they
        go through Jupyter Server's own connection, which is slower.""",
    ).tag(config=True)

    switch_variables_bytes = Int(
        200 << 20,
        min=0,
        help="""What a kernel's variables may come to when they are taken along to another, in
        bytes as pickled.""",
    ).tag(config=True)

    switch_folder_bytes = Int(
        200 << 20,
        min=0,
        help="""Of a notebook's folder, the bytes that go to an instance through its Jupyter server;
        more go by way of S3. Of what changed there, larger files do not come back.""",
    ).tag(config=True)

    @default("home")
    def _default_home(self) -> str:
        return str(Path(jupyter_data_dir()) / "smext")

    services: Services

    def initialize_settings(self) -> None:
        self.services = Services(
            self._emit,
            Path(self.home),
            self.read_only,
            time_windows=self.time_windows,
            idle=self.refresh_interval,
        )
        self.settings["smext"] = self.services
        self.services.limits = Limits(self.switch_variables_bytes, self.switch_folder_bytes)
        self.services.server = self.serverapp
        self.services.kernels = KeptKernels(
            self.serverapp, Path(self.home), self.services.sessions, self.services.line_changed
        )
        assert self.serverapp is not None and self.serverapp.event_logger is not None
        without = give_environment(self.serverapp.kernel_manager)
        self.services.engine.kernels_without = without
        if without:
            self.log.info("%s. %s", without.title, without.detail)
        contents: Any = self.serverapp.contents_manager
        contents.register_pre_save_hook(keep_portable)
        if self.kernel_pipe and not install_pipe(self.settings):
            self.log.info("Remote kernels go without the pipe: another connection class is set")
        for schema in ("changed", "plan", "demo", "task"):
            self.serverapp.event_logger.register_event_schema(EVENTS / f"{schema}.yaml")

    def initialize_handlers(self) -> None:
        assert self.serverapp is not None
        web_app: Any = self.serverapp.web_app
        router = ApiRouter(web_app, web_app.settings["base_url"])
        web_app.add_handlers(".*$", [(router.pattern, router)])

    def _emit(self, schema_id: str, data: dict[str, Any]) -> None:
        assert self.serverapp is not None and self.serverapp.event_logger is not None
        self.serverapp.event_logger.emit(schema_id=schema_id, data=data)

    def initialize(self) -> None:  # type: ignore[override]
        """Bring the kernels on instances back before the server listens.

        A page that is open takes a kernel that it is not told of for ended.
        """
        super().initialize()  # type: ignore[no-untyped-call]
        assert self.serverapp is not None
        loop, restore = self.serverapp.io_loop, self.services.kernels.restore
        if loop.asyncio_loop.is_running():  # type: ignore[attr-defined]
            # A server inside a program that has its loop running already.
            loop.add_callback(restore)
        else:
            loop.run_sync(restore)

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Jupyter Server's hook for once its loop runs."""
        await self.services.resume_switches()
        await self.services.resume_launches()
        await self.services.resume_creations()

    async def stop_extension(self) -> None:
        """End reading and running plans; the local engine goes on."""
        # Jupyter Server shuts its kernels down after this.
        await self.services.kernels.leave()
        await self.services.close()
