"""What another Jupyter server follows is not touched by this one, which says so."""

from __future__ import annotations

from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from jupyter_smext.jumpstart.launch_journal import Journals
from jupyter_smext.jumpstart.solution_journal import SolutionJournals
from jupyter_smext.routes.services import Services
from jupyter_smext.server_process import Server
from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .launching import begun, deploy, ended
from .test_solutions import begun as solution_begun
from .test_solutions import nothing_is_left, request, settled

pytest_plugins = ("tests.local_engine", "tests.smext_server")

__all__ = ["nothing_is_left"]


@pytest.fixture
def another() -> Server:
    """A process that is there and is another one: the one that started this."""
    parent = psutil.Process().parent()
    assert parent is not None
    return parent.pid, parent.create_time()


async def test_a_launch(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any, another: Server
) -> None:
    engine.faults([{"kind": "denied", "operation": "CreateModel"}])
    id = (await ended(call, (await begun(call, "deploy", deploy()))["id"]))["id"]
    home = jp_serverapp.web_app.settings["smext"].home
    await _restarted(jp_serverapp)
    journals = Journals(home / "jumpstart" / "launches")
    record = journals.read(id)
    running = replace(record.launch, state="running", ended=None)
    journals.write(replace(record, launch=running, server=another))
    # Neither taken up by a look at it, nor silently not cancelled.
    assert (await call("GET", f"jumpstart/launches/{id}")).json["state"] == "running"
    refused = await call("POST", f"jumpstart/launches/{id}/cancel")
    assert refused.status == 409 and "Another Jupyter server" in refused.json["title"]
    assert str(another[0]) in refused.json["detail"]
    assert journals.read(id).server == another


async def test_a_solution(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any, another: Server
) -> None:
    launch = await settled(call, (await solution_begun(call, request("elsewhere")))["id"])
    home = jp_serverapp.web_app.settings["smext"].home
    await _restarted(jp_serverapp)
    journals = SolutionJournals(home / "jumpstart" / "solutions")
    record = journals.read(launch["id"])
    creating = replace(record.launch, state="creating", ended=None)
    journals.write(replace(record, launch=creating, server=another))
    refused = await call("POST", f"jumpstart/solution-launches/{launch['id']}/delete")
    assert refused.status == 409 and "Another Jupyter server" in refused.json["title"]
    stack = engine.client("cloudformation").describe_stacks(StackName="elsewhere")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"


async def _restarted(jp_serverapp: Any) -> None:
    settings = jp_serverapp.web_app.settings
    await settings["smext"].close()
    settings["smext"] = Services(lambda schema, data: None, settings["smext"].home)
