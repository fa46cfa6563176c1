"""Instances as a switch makes, starts and stops them, and what others then know of them."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_smext.compute.instances.notebook_instance import NotebookInstance
from jupyter_smext.protocol import ComputeName
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"


@pytest.mark.usefixtures("call", "local")
async def test_what_came_of_one_is_known_at_once(
    engine: RunningEngine, jp_serverapp: Any, call: Call
) -> None:
    """The status bar says what is known, and asks nobody."""
    watched = await jp_serverapp.web_app.settings["smext"].watched("local", REGION)
    at = ComputeName("notebook-instance", "shown", "local", REGION)
    instance = NotebookInstance(at, watched)

    async def running() -> list[tuple[str, str]]:
        await watched.settled()
        return [(row.id, row.status) for kind, row in watched.running()]

    assert await running() == []
    await instance.create(
        {"NotebookInstanceName": "shown", "InstanceType": "ml.t3.medium", "RoleArn": ROLE}
    )
    await instance.start(lambda progress, words: None)
    assert await running() == [("shown", "InService")]
    await instance.stop(lambda progress, words: None)
    assert await running() == []
    engine.client("sagemaker").delete_notebook_instance(NotebookInstanceName="shown")
