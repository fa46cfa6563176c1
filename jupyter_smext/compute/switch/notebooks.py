"""The notebooks of this Jupyter server: their sessions and kernels, and where these run."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_core.utils import ensure_async
from tornado import web

from ...aws.errors import ProblemError, problem
from ...protocol import ComputeName, Problem
from .. import kernelspecs
from ..kept_file import KeptSession
from ..kept_kernels import KeptKernels
from ..places import LOCAL
from ..provisioner import FOLDER

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notebook:
    """A session of this server, and its kernel: of the kernelspec `spec`, running `at` a place."""

    session_id: str
    path: str
    name: str
    type: str
    kernel_id: str
    spec: str
    at: ComputeName


class Notebooks:
    """Jupyter Server's own managers of kernels, sessions, files and kernelspecs."""

    def __init__(self, server: Any, kept: KeptKernels) -> None:
        """`server` is the ServerApp; `kept` knows which of its kernels run on instances."""
        self.kernels = server.kernel_manager
        self.contents = server.contents_manager
        self.specs = server.kernel_spec_manager
        self.kept = kept
        self._sessions = server.session_manager
        self.root = str(Path(server.root_dir).resolve())

    async def all(self) -> list[Notebook]:
        """Every session with a kernel."""
        return [self._notebook(model) for model in await self._sessions.list_sessions()]

    async def get(self, session_id: str) -> Notebook | None:
        """The session, None when there is none any more."""
        return next((each for each in await self.all() if each.session_id == session_id), None)

    def runs(self, kernel_id: str | None) -> bool:
        """Whether this server has the kernel."""
        return kernel_id is not None and kernel_id in self.kernels

    def kernel(self, kernel_id: str | None) -> Any:
        """The manager of a kernel; raises a 409 ProblemError when it is gone."""
        if not self.runs(kernel_id):
            raise ProblemError(
                problem(
                    "conflict",
                    "The kernel is not there any more",
                    "It ended, or the Jupyter server was started again.",
                    "Switch without taking its variables along.",
                )
            )
        return self.kernels.get_kernel(kernel_id)

    async def start(self, notebook: Notebook, spec: str, folder: str = "") -> str:
        """Start another kernel for the notebook, beside the one it has; its id.

        `folder` is where it starts on an instance, below its server's root.
        """
        path = await ensure_async(self.contents.get_kernel_path(path=notebook.path))
        environment = self._sessions.get_kernel_env(notebook.path, notebook.name)
        more = {FOLDER: folder} if folder else {}
        try:
            return str(
                await ensure_async(
                    self.kernels.start_kernel(path=path, kernel_name=spec, env=environment, **more)
                )
            )
        except NoSuchKernel as error:
            raise ProblemError(
                problem("not_found", f"There is no kernel {spec} any more", next="Retry.")
            ) from error
        except web.HTTPError as error:
            raise ProblemError(_not_started(error.log_message or error.reason or "")) from error

    async def move(self, notebook: Notebook, kernel_id: str) -> None:
        """Give the notebook the kernel, under the session that its page has open.

        A session that went with its kernel comes back under its id; one that a page opened in
        between for the same notebook is taken over, and its kernel shut down.
        """
        there = await self.all()
        mine = next((each for each in there if each.session_id == notebook.session_id), None)
        other = next((each for each in there if each.path == notebook.path), None)
        if mine is None and other is not None:
            await self._sessions.update_session(other.session_id, kernel_id=kernel_id)
            await self.shut_down(other.kernel_id)
        elif mine is not None:
            await self._sessions.update_session(mine.session_id, kernel_id=kernel_id)
        else:
            await self._sessions.save_session(
                notebook.session_id,
                path=notebook.path,
                name=notebook.name,
                type=notebook.type,
                kernel_id=kernel_id,
            )

    async def shut_down(self, kernel_id: str | None, now: bool = False) -> None:
        """End a kernel, `now` without asking it; one that is gone is no obstacle."""
        if self.runs(kernel_id):
            try:
                await ensure_async(self.kernels.shutdown_kernel(kernel_id, now=now))
            except (KeyError, RuntimeError, web.HTTPError) as error:
                # Its instance stops in any case; what is left of it here goes with the server.
                log.warning("Kernel %s did not end: %s", kernel_id, error)

    async def leave_running(self, notebook: Notebook) -> None:
        """End the notebook's old kernel on this side only: over there it runs on."""
        if self.runs(notebook.kernel_id):
            session = notebook.session_id, notebook.path, notebook.name, notebook.type
            await self.kept.detach(notebook.kernel_id, KeptSession(*session))

    def ended(self, kernel_id: str) -> bool:
        """Whether a kernel that ran on an instance is gone, or given up."""
        line = self.kept.line(kernel_id)
        return line is not None and line[1] == "ended"

    def is_open(self, kernel_id: str | None) -> bool:
        """Whether a kernel runs on an instance that can be asked now."""
        line = self.kept.line(kernel_id or "")
        return line is not None and line[1] == "open"

    def local_specs(self) -> dict[str, dict[str, Any]]:
        """The kernelspecs of this machine by name."""
        return {
            name: each["spec"]
            for name, each in self.specs.get_all_specs().items()
            if kernelspecs.at_of(name) is None
        }

    def local_spec(self, wanted: str | None, language: str) -> str:
        """A kernelspec of this machine: the one wanted, else one of the language.

        Raises a 404 ProblemError that says what there is.
        """
        own = self.local_specs()
        if wanted in own:
            return str(wanted)
        fits = [n for n, spec in own.items() if spec["language"].lower() == language.lower()]
        if fits:
            usual = self.kernels.default_kernel_name
            return str(usual if usual in fits else sorted(fits)[0])
        raise ProblemError(
            problem(
                "not_found",
                f"This machine has no kernel for {language}",
                f"It has: {', '.join(sorted(own)) or 'none'}.",
                "Install one, or stay where the kernel is.",
            )
        )

    def language(self, spec: str) -> str:
        """The language of a kernelspec, as it calls it."""
        try:
            return str(self.specs.get_kernel_spec(spec).language)
        except NoSuchKernel:
            return "python"

    def display_name(self, spec: str) -> str:
        """What people call a kernelspec."""
        try:
            return str(self.specs.get_kernel_spec(spec).display_name)
        except NoSuchKernel:
            return spec

    def folder_of(self, path: str) -> Path:
        """The folder of a notebook on the disk; raises a 400 ProblemError where it is on none."""
        root = getattr(self.contents, "root_dir", None)
        # Whoever begins a session may give it any path.
        folder = os.path.abspath(os.path.join(root or "", *path.split("/")[:-1]))
        if not root or not Path(folder).is_relative_to(os.path.abspath(root)):
            raise ProblemError(
                problem(
                    "invalid",
                    "The notebook's folder is on no disk",
                    "This Jupyter server keeps its files elsewhere, or the path leads out of it.",
                    "Switch without the folder.",
                )
            )
        return Path(folder)

    def _notebook(self, model: dict[str, Any]) -> Notebook:
        kernel = model["kernel"]
        at = getattr(self.kernels.get_kernel(kernel["id"]).provisioner, "at", None)
        return Notebook(
            session_id=model["id"],
            path=str(model["path"]),
            name=str(model["name"] or ""),
            type=str(model["type"] or "notebook"),
            kernel_id=kernel["id"],
            spec=kernel["name"],
            # By the running kernel: its kernelspec may be gone with an instance that stopped.
            at=at if isinstance(at, ComputeName) else LOCAL,
        )


def _not_started(why: str) -> Problem:
    return problem("broken", "The kernel did not start", why, "Retry, or look at the server's log.")
