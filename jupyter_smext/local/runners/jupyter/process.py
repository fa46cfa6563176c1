"""One start of a JupyterLab: its lifecycle scripts, then the server until it answers."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from ...client_environment import client_environment
from ...jupyter_token import mint
from ..job.log import JobLog, shipping
from ..supervision import Ending, Limits, Order, Step, Tree, log_tail, loopback_ports, namespaces
from ..supervision.instance_size import size
from .place import Place, Script, StartFailed

if TYPE_CHECKING:
    from ...engine import Engine

#: AWS: "Scripts cannot run for longer than 5 minutes" (NotebookInstanceLifecycleConfig; Studio's
#: lifecycle configurations have the same limit).
SCRIPT_SECONDS = 300.0
#: How long JupyterLab has to answer, counted from its own start.
START_SECONDS = 300.0
_POLL_SECONDS = 0.1


class JupyterProcess:
    """A start of a JupyterLab. `launch`, then `ended`; `end` at any time."""

    def __init__(self, engine: Engine, place: Place) -> None:
        self._engine = engine
        self._place = place
        self._files = place.files
        self._tree: Tree | None = None
        self._steps: list[Script | None] = []
        self._log_from: dict[str, int] = {}
        self._shipping = AsyncExitStack()
        self.key = ""
        self.port = 0

    @property
    def url(self) -> str:
        """http://127.0.0.1:PORT, and the base path, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}{self._place.door.base_url}".rstrip("/")

    def presign(self, *, valid: float, session: int, landing: str = "") -> str:
        """A URL that signs in once within `valid` seconds, for `session` seconds."""
        token = mint(self.key, "sign-in", valid=valid, session=session, landing=landing)
        return f"{self.url}/?authToken={token}"

    async def launch(self) -> Limits:
        """Run the scripts and JupyterLab until it answers. Raises StartFailed."""
        place = self._place
        given, words = size(place.instance_type)
        try:
            self.port = loopback_ports.reserve(place.port)
            self.key = await asyncio.to_thread(
                self._files.prepare, self.port, place.door, place.metadata, place.idle_seconds
            )
            self._log_from = {name: self._files.mark(name) for name in self._log_names()}
            self._files.note("jupyter", f"{words}; as the user who started the engine")
            if place.kept:
                self._files.note("jupyter", f"kept but not applied: {', '.join(place.kept)}")
            # Also the first question's time: it is answered once for all.
            apart = await asyncio.to_thread(namespaces)
            if apart is not None:
                self._files.note("jupyter", f"/opt/ml/metadata cannot be shown: {apart}")
            order = await asyncio.to_thread(self._order, given, opt_ml=apart is None)
            await self._shipping.enter_async_context(shipping(self._logs()))
            self._tree = tree = await Tree.spawn(order)
        except OSError as error:
            raise StartFailed(f"The {place.what} could not be started: {error}") from error
        gone = asyncio.ensure_future(tree.wait())
        try:
            if not await self._answers(tree, gone):
                raise StartFailed(self.reason(await gone, "before it answered"))
        except StartFailed:
            await tree.end()
            raise
        finally:
            gone.cancel()
        return given

    async def release(self) -> None:
        """The server is down: its log is read to the end, its port is free for others."""
        await self._shipping.aclose()
        loopback_ports.release(self.port)

    async def ended(self) -> Ending:
        """Wait for the tree to end by itself or by `end`. Raises StillRunning."""
        assert self._tree is not None
        return await self._tree.wait()

    async def end(self) -> None:
        """End the tree. Raises StillRunning."""
        if self._tree is not None:
            await self._tree.end()

    def _tail(self, log: str) -> str:
        """The last lines that this run has printed to a log."""
        secrets, since = (self._engine.keys.secret_key, self.key), self._log_from[log]
        return log_tail.tail(self._files.root, self._files.log(log), secrets, since=since)

    def reason(self, ending: Ending, when: str) -> str:
        """Why the tree ended, from its exit and its log; at most 1,024 characters."""
        script = self._steps[ending.step]
        log = script.log if script else "jupyter"
        tail = self._tail(log)
        if script is None:
            what = f"The notebook server {ending.words} {when}."
            if "No module named jupyterlab" in tail:
                what += f" JupyterLab is not installed for {sys.executable}: install it there."
        elif ending.expired:  # AWS's words
            what = f"{script.about} took longer than {SCRIPT_SECONDS / 60:g} minutes."
        else:
            what = f"{script.about}: its {script.hook} script {ending.words}."
        return f"{what} Log: {tail}"[:1024] if tail else what[:1024]

    def _order(self, given: Limits, *, opt_ml: bool) -> Order:
        scripts = self._place.scripts
        bash = shutil.which("bash")
        if scripts and bash is None:
            raise StartFailed(
                "Lifecycle scripts need bash, and there is none on this machine: install it, or "
                f"take the lifecycle configuration off this {self._place.what}."
            )
        steps = [
            Step(
                [str(bash), str(self._files.script(script.hook, script.content))],
                self._files.log(script.log),
                SCRIPT_SECONDS,
            )
            for script in scripts
        ]
        jupyter = [sys.executable, "-m", "jupyterlab"]
        steps.append(Step(jupyter, self._files.log("jupyter")))
        self._steps = [*scripts, None]
        return Order(
            steps=steps,
            resource=self._place.arn,
            engine_home=self._engine.home,
            home=self._files.home,
            tmp=self._files.tmp,
            cwd=self._files.volume,
            limits=given,
            visible=[self._files.root],
            opt_ml=self._files.opt_ml if opt_ml else None,
            environment={
                **client_environment(self._engine, self._place.region, self._files.own),
                **self._place.environment,
                "JUPYTER_CONFIG_DIR": str(self._files.config),
                "JUPYTER_RUNTIME_DIR": str(self._files.runtime),
                **_user_base(),
            },
        )

    def _log_names(self) -> list[str]:
        """Of each log once: several scripts of a hook write the same one."""
        return list(dict.fromkeys(["jupyter", *(script.log for script in self._place.scripts)]))

    def _logs(self) -> list[JobLog]:
        place = self._place.logs
        return [
            JobLog(
                self._engine,
                self._place.region,
                place.group,
                place.stream if name == "jupyter" else place.hook.replace("{}", name),
                self._files.log(name),
                since=self._log_from[name],
                root=self._files.root,
            )
            for name in self._log_names()
        ]

    async def _answers(self, tree: Tree, gone: asyncio.Future[Ending]) -> bool:
        """Wait until the server has taken its port and its status API answers; False if it ends."""
        clock = asyncio.get_running_loop().time
        until: float | None = None
        while not gone.done():
            if self._files.bound(self.port) and await self._healthy():
                return True
            await asyncio.wait([gone], timeout=_POLL_SECONDS)
            if until is None and tree.step == len(self._steps) - 1:
                until = clock() + START_SECONDS  # a script's time is not JupyterLab's
            if until is not None and clock() > until:
                raise StartFailed(
                    f"The notebook server did not answer within {START_SECONDS:g} seconds. "
                    f"Log: {self._tail('jupyter')}"
                )
        return False

    async def _healthy(self) -> bool:
        # Here, not above: who only describes records needs no HTTP client.
        from tornado.httpclient import AsyncHTTPClient, HTTPClientError

        request = AsyncHTTPClient().fetch(
            f"{self.url}/api/status",
            headers={"Authorization": f"Bearer {mint(self.key, 'engine')}"},
            request_timeout=5,
            follow_redirects=False,
        )
        try:
            answer = await request
        except (HTTPClientError, OSError):
            return False  # not yet: the caller asks again, and gives up by its own clock
        return "kernels" in json.loads(answer.body)


def _user_base() -> dict[str, str]:
    """Where `pip install --user` put JupyterLab, if it did: a new HOME would hide it."""
    import importlib.util
    import site

    found = importlib.util.find_spec("jupyterlab")
    base = site.getuserbase()
    if site.ENABLE_USER_SITE and found and found.origin and found.origin.startswith(base + os.sep):
        return {"PYTHONUSERBASE": base}
    return {}
