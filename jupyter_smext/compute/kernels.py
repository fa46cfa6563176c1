"""Kernels that a window on the local engine starts: they get the engine's environment."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_server import CallContext
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)

from ..aws.problems import problem
from ..protocol import Problem
from . import kernelspecs

#: What a browser window says of itself when it has a kernel started (src/plugins/kernels.ts).
CONNECTION = "X-Smext-Connection"
REGION = "X-Smext-Region"

_REGION = re.compile(r"[a-z0-9-]{1,63}")
#: Left set, these would be taken before the engine's address and keys, or sent along with them.
_IN_THE_WAY = re.compile(
    r"AWS_(PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|SECURITY_TOKEN|ENDPOINT_URL_\w+"
    r"|IGNORE_CONFIGURED_ENDPOINT_URLS)"
)


def give_environment(kernels: Any) -> Problem | None:
    """Have the server's `kernels` started with the engine's environment where a window wants it.

    What starts them must be Jupyter Server's own; what is not stays, and the answer says so.
    """
    stock = f"{ServerKernelManager.__module__}.{ServerKernelManager.__name__}"
    found = type(kernels).__name__
    if isinstance(kernels, AsyncMappingKernelManager):
        found = kernels.kernel_manager_class
        if found == stock:
            ours = f"{EngineKernelManager.__module__}.{EngineKernelManager.__name__}"
            kernels.kernel_manager_class = ours
            return None
    return problem(
        "conflict",
        "Kernels do not get the local engine's environment",
        f"This Jupyter server has them started by {found.rpartition('.')[2]}, not by its own.",
        "Set in a notebook or its kernel's specification what this prints.",
        command="jupyter smext local env",
    )


class EngineKernelManager(ServerKernelManager):
    """Jupyter Server's own manager of one kernel, that adds the environment at each launch.

    The request that first starts the kernel decides; it stays so, whoever restarts it.
    """

    _launched = False
    _region: str | None = None
    _environment: dict[str, str] | None = None

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        if not self._launched:
            self._launched = True
            self._region = _asked_region()
        if self._region is not None:
            kw["env"] = await self._with_engine(kw["env"], self._region)
        await super()._async_launch_kernel(kernel_cmd, **kw)

    async def _with_engine(self, env: dict[str, str], region: str) -> dict[str, str]:
        if kernelspecs.at_of(self.kernel_name) is not None:
            # It is where it has an environment of its own.
            return env
        if not isinstance(self.provisioner, LocalProvisioner):
            # Elsewhere neither the address nor the keys are of use.
            self.log.warning(
                "Kernel %s is started by %s: it does not get the local engine's environment",
                self.kernel_id,
                type(self.provisioner).__name__,
            )
            return env
        from ..aws import local_engine

        found = await asyncio.to_thread(local_engine.environment, region)
        # Restarted while the engine is down, it keeps what it had.
        self._environment = found or self._environment
        if self._environment is None:
            self.log.info("The local engine does not run: kernel %s goes without", self.kernel_id)
            return env
        kept = {name: value for name, value in env.items() if not _IN_THE_WAY.fullmatch(name)}
        return {**kept, **self._environment}


def _asked_region() -> str | None:
    """The region of the window whose request is being served; None: it is not on the engine."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    headers = handler.request.headers if handler is not None else {}
    if headers.get(CONNECTION) != "local":
        return None
    region = headers.get(REGION, "")
    return region if _REGION.fullmatch(region) else None
