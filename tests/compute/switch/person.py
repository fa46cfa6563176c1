"""A person with notebooks open in a Jupyter server, who switches their kernels."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from jupyter_client.asynchronous.client import AsyncKernelClient

from jupyter_smext.protocol import Switch, SwitchPreview
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Answer, Call

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
MACHINE = {"kind": "local"}


def instance(name: str) -> dict[str, str]:
    """A notebook instance as a place for kernels."""
    return {"kind": "notebook-instance", "id": name, "connection": "local", "region": REGION}


def space(domain: str, name: str) -> dict[str, str]:
    return {**instance(f"{domain},{name}"), "kind": "space"}


def new(name: str, **more: Any) -> dict[str, Any]:
    """What asks for a new notebook instance."""
    return {
        "to": instance(name),
        "instance_type": "ml.t3.medium",
        "create": {"name": name, "role": ROLE},
        **more,
    }


class Person:
    """Drives the routes and Jupyter Server's own API, as the front half does."""

    def __init__(self, call: Call, fetch: Any, server: Any, engine: RunningEngine) -> None:
        self.call = call
        self._fetch = fetch
        self._server = server
        self.engine = engine
        self.services = server.web_app.settings["smext"]
        self.sagemaker = engine.client("sagemaker")
        self.folder = Path(server.contents_manager.root_dir)

    # Notebooks.

    async def open(self, path: str, kernel: str = "python3") -> str:
        """Open a notebook with a kernel; the session's id."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(), target)
        name = path.rpartition("/")[2]
        body = {"path": path, "name": name, "type": "notebook", "kernel": {"name": kernel}}
        answer = await self._fetch("api", "sessions", method="POST", body=json.dumps(body))
        return str(json.loads(answer.body)["id"])

    def kernel(self, id: str) -> Any:
        """The manager of a kernel."""
        return self._server.kernel_manager.get_kernel(id)

    async def session(self, id: str) -> dict[str, Any]:
        answer = await self._fetch("api", "sessions", id)
        return dict(json.loads(answer.body))

    async def run(self, session: str, code: str) -> str:
        """Run a cell; what it printed."""
        kernel = (await self.session(session))["kernel"]["id"]
        async with client_of(self._server.kernel_manager.get_kernel(kernel)) as client:
            text = []

            def hear(message: dict[str, Any]) -> None:
                if message["msg_type"] == "stream":
                    text.append(message["content"]["text"])

            reply = await client.execute_interactive(code, output_hook=hear, timeout=30)
            assert reply["content"]["status"] == "ok", reply["content"]
            return "".join(text)

    # Switches.

    async def post(self, session: str, **request: Any) -> Answer:
        path = (await self.session(session))["path"]
        body = {"session_id": session, "path": path, **request}
        return await self.call("POST", "switches", body)

    async def begin(self, session: str, **request: Any) -> Switch:
        answer = await self.post(session, **request)
        assert answer.status == 201, answer.body
        return msgspec.convert(answer.json, Switch)

    async def preview(self, session: str, **request: Any) -> SwitchPreview:
        path = (await self.session(session))["path"]
        body = {"session_id": session, "path": path, **request}
        answer = await self.call("POST", "switches/preview", body)
        assert answer.status == 200, answer.body
        return msgspec.convert(answer.json, SwitchPreview)

    async def get(self, id: str) -> Switch:
        answer = await self.call("GET", f"switches/{id}")
        assert answer.status == 200, answer.body
        return msgspec.convert(answer.json, Switch)

    async def until(self, id: str, holds: Callable[[Switch], bool], seconds: float = 60) -> Switch:
        async def look() -> Switch:
            while not holds(switch := await self.get(id)):
                await asyncio.sleep(0.05)
            return switch

        return await asyncio.wait_for(look(), seconds)

    async def ended(self, id: str) -> Switch:
        return await self.until(id, lambda switch: switch.state != "running")

    async def at(self, id: str, step: str) -> Switch:
        """The switch once it is at a step."""
        return await self.until(id, lambda switch: step in doing(switch))

    async def switch(self, session: str, **request: Any) -> Switch:
        """Switch and wait; fails when the switch does."""
        switch = await self.ended((await self.begin(session, **request)).id)
        assert switch.state == "done", (switch.problem, switch.steps)
        return switch

    async def failed(self, session: str, **request: Any) -> Switch:
        switch = await self.ended((await self.begin(session, **request)).id)
        assert switch.state == "failed", switch.steps
        return switch

    # AWS.

    def make(self, name: str, instance_type: str = "ml.t3.medium") -> None:
        """A notebook instance, up."""
        self.sagemaker.create_notebook_instance(
            NotebookInstanceName=name, InstanceType=instance_type, RoleArn=ROLE
        )

    def make_space(self, domain: str, name: str) -> dict[str, str]:
        """A private space in a new domain; what names its JupyterLab app, which is not there."""
        user = {"ExecutionRole": ROLE}
        made = self.sagemaker.create_domain(
            DomainName=domain, AuthMode="IAM", DefaultUserSettings=user
        )["DomainId"]
        self.sagemaker.create_user_profile(DomainId=made, UserProfileName="ann")
        self.sagemaker.create_space(
            DomainId=made,
            SpaceName=name,
            OwnershipSettings={"OwnerUserProfileName": "ann"},
            SpaceSharingSettings={"SharingType": "Private"},
            SpaceSettings={"AppType": "JupyterLab"},
        )
        return {"DomainId": made, "SpaceName": name, "AppType": "JupyterLab", "AppName": "default"}

    def state(self, name: str) -> tuple[str, str]:
        told = self.sagemaker.describe_notebook_instance(NotebookInstanceName=name)
        return told["NotebookInstanceStatus"], told["InstanceType"]

    async def in_state(self, name: str, status: str) -> None:
        async def look() -> None:
            while self.state(name)[0] != status:
                await asyncio.sleep(0.05)

        await asyncio.wait_for(look(), 60)


def doing(switch: Switch) -> list[str]:
    """The ids of the steps that are being done."""
    return [step.id for step in switch.steps if step.state == "now"]


def outcome(switch: Switch) -> dict[str, str]:
    return {step.id: step.state for step in switch.steps}


@asynccontextmanager
async def client_of(manager: Any) -> AsyncIterator[AsyncKernelClient]:
    """A client of a kernel of the server, with all its channels open."""
    client = AsyncKernelClient()
    client.load_connection_info(manager.get_connection_info(session=False))
    # On a busy machine a heartbeat comes late, which is taken for a kernel that died.
    client.start_channels(hb=False)
    try:
        await client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
