"""One notebook instance's process tree: its lifecycle scripts, then JupyterLab until it answers."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_smext import instance_types

from ..notebook_token import mint
from .notebook_files import InstanceFiles
from .supervision import Ending, Limits, Order, Step, Tree, limits, machine

if TYPE_CHECKING:
    from ..engine import Engine

#: AWS: "Scripts cannot run for longer than 5 minutes" (NotebookInstanceLifecycleConfig).
SCRIPT_SECONDS = 300.0
#: How long JupyterLab has to answer, counted from its own start.
START_SECONDS = 300.0
_POLL_SECONDS = 0.1


#: Ports of instances that start or run: two that start together must not be given the same one.
_RESERVED: set[int] = set()

#: What Create takes and this machine has no counterpart of.
_NOT_APPLIED = """
    RoleArn SubnetId SecurityGroups KmsKeyId DirectInternetAccess RootAccess VolumeSizeInGB
    DefaultCodeRepository AdditionalCodeRepositories
""".split()


class StartFailed(Exception):
    """An instance that did not come up; the message is its FailureReason."""


@dataclass(frozen=True)
class Script:
    """A lifecycle script: `hook` is OnCreate or OnStart, `config` the lifecycle config's ARN."""

    hook: str
    config: str
    content: bytes

    @property
    def log(self) -> str:
        return f"LifecycleConfig{self.hook}"


def scripts(config: Mapping[str, Any], *, created: bool) -> list[Script]:
    """The scripts of a lifecycle config that a start runs; OnCreate only until it has succeeded."""
    arn = config["NotebookInstanceLifecycleConfigArn"]
    return [
        Script(hook, arn, base64.b64decode(each["Content"]))
        for hook in (("OnStart",) if created else ("OnCreate", "OnStart"))
        for each in config.get(hook, ())
        if each.get("Content")
    ]


def size(instance_type: str) -> tuple[Limits, str]:
    """What an instance of a type gets on this machine, and that in words."""
    known = instance_types.find(instance_type)
    if known is None:
        here = machine()
        return here, (
            f"runs on this machine: {here.cpus} vCPU, {here.memory_gib:g} GiB; "
            f"the size of {instance_type} is not known here, so nothing limits it"
        )
    given = limits(known.vcpu, known.memory_gib, known.gpus, known.gpu)
    words = (
        f"runs on this machine: {given.cpus} vCPU, {given.memory_gib:g} GiB of {known.name}'s "
        f"{known.vcpu} vCPU, {known.memory_gib:g} GiB"
    )
    return given, "; ".join((words, *given.notes))


class NotebookProcess:
    """A start of an instance. `launch`, then `ended`; `end` at any time."""

    def __init__(self, engine: Engine, region: str, detail: Mapping[str, Any]) -> None:
        self._engine = engine
        self._region = region
        self._arn = str(detail["NotebookInstanceArn"])
        self._type = str(detail["InstanceType"])
        self._files = InstanceFiles.of(engine.home, region, detail["_id"])
        self._not_applied = [member for member in _NOT_APPLIED if member in detail]
        self._wanted_port = int(detail.get("_port") or 0)
        self._tree: Tree | None = None
        self._steps: list[Script | None] = []
        self._log_from: dict[str, int] = {}
        self.key = ""
        self.port = 0

    async def launch(self, scripts: list[Script]) -> Limits:
        """Run the scripts and JupyterLab until it answers. Raises StartFailed."""
        given, words = size(self._type)
        try:
            self.port = free_port(self._wanted_port)
            self.key = self._files.prepare(self.port)
            self._files.note("jupyter", f"{words}; as the user who started the engine")
            self._files.note("jupyter", f"kept but not applied: {', '.join(self._not_applied)}")
            order = self._order(scripts, given)
            self._tree = tree = await Tree.spawn(order)
        except OSError as error:
            raise StartFailed(f"The notebook instance could not be started: {error}") from error
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

    def release(self) -> None:
        """The instance is down: its port is free for others."""
        _RESERVED.discard(self.port)

    async def ended(self) -> Ending:
        """Wait for the tree to end by itself or by `end`. Raises StillRunning."""
        assert self._tree is not None
        return await self._tree.wait()

    async def end(self) -> None:
        """End the tree. Raises StillRunning."""
        if self._tree is not None:
            await self._tree.end()

    def reason(self, ending: Ending, when: str) -> str:
        """Why the tree ended, from its exit and its log; at most 1,024 characters."""
        script = self._steps[ending.step]
        log = script.log if script else "jupyter"
        tail = self._files.tail(log, self._log_from[log])
        for secret in (self._engine.keys.secret_key, self.key):
            tail = tail.replace(secret, "[secret]")
        if script is None:
            what = f"The notebook server {ending.words} {when}."
            if "No module named jupyterlab" in tail:
                what += f" JupyterLab is not installed for {sys.executable}: install it there."
        else:
            about = f"Notebook Instance Lifecycle Config '{script.config}' for Notebook Instance "
            about += f"'{self._arn}'"
            if ending.expired:  # AWS's words
                what = f"{about} took longer than {SCRIPT_SECONDS / 60:g} minutes."
            else:
                what = f"{about}: its {script.hook} script {ending.words}."
        return f"{what} Log: {tail}"[:1024] if tail else what[:1024]

    def _order(self, scripts: list[Script], given: Limits) -> Order:
        bash = shutil.which("bash")
        if scripts and bash is None:
            raise StartFailed(
                "Lifecycle scripts need bash, and there is none on this machine: install it, or "
                "take the lifecycle configuration off this notebook instance."
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
        names = ["jupyter", *(script.log for script in scripts)]
        self._log_from = {name: self._files.mark(name) for name in names}
        engine = self._engine
        return Order(
            steps=steps,
            resource=self._arn,
            engine_home=engine.home,
            home=self._files.root,
            tmp=self._files.tmp,
            cwd=self._files.volume,
            limits=given,
            environment={
                "AWS_ENDPOINT_URL": engine.url,
                "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": engine.url,
                "AWS_ACCESS_KEY_ID": engine.keys.access_key,
                "AWS_SECRET_ACCESS_KEY": engine.keys.secret_key,
                "AWS_DEFAULT_REGION": self._region,
                "AWS_REGION": self._region,
                "JUPYTER_CONFIG_DIR": str(self._files.config),
                "JUPYTER_RUNTIME_DIR": str(self._files.runtime),
                **_user_base(),
            },
        )

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
                tail = self._files.tail("jupyter", self._log_from["jupyter"])
                raise StartFailed(
                    f"The notebook server did not answer within {START_SECONDS:g} seconds. "
                    f"Log: {tail}"
                )
        return False

    async def _healthy(self) -> bool:
        # Here, not above: who only describes records needs no HTTP client.
        from tornado.httpclient import AsyncHTTPClient, HTTPClientError

        request = AsyncHTTPClient().fetch(
            f"http://127.0.0.1:{self.port}/api/status",
            headers={"Authorization": f"Bearer {mint(self.key, 'engine')}"},
            request_timeout=5,
            follow_redirects=False,
        )
        try:
            answer = await request
        except (HTTPClientError, OSError):
            return False  # not yet: the caller asks again, and gives up by its own clock
        return "kernels" in json.loads(answer.body)


def free_port(wanted: int) -> int:
    """The wanted loopback port when it is free, else one that is; reserved until `release`."""
    for port in (wanted, *[0] * 20):
        if port in _RESERVED:
            continue
        with socket.socket() as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            if found not in _RESERVED:
                _RESERVED.add(found)
                return found
    raise OSError("no free port on 127.0.0.1")


def _user_base() -> dict[str, str]:
    """Where `pip install --user` put JupyterLab, if it did: a new HOME would hide it."""
    import importlib.util
    import site

    found = importlib.util.find_spec("jupyterlab")
    base = site.getuserbase()
    if site.ENABLE_USER_SITE and found and found.origin and found.origin.startswith(base + os.sep):
        return {"PYTHONUSERBASE": base}
    return {}
