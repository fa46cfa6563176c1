"""Notebook instances of an engine in this process, reached directly or through a relay."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from unittest import mock

from jupyter_smext.local.runners.jupyter.process import JupyterProcess
from jupyter_smext.protocol import ComputeName
from tests.local_engine import RunningEngine

REGION = "us-east-1"
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
_LOOK = {"Delay": 0.1, "MaxAttempts": 600}


class Instances:
    """Makes and starts them; `relayed` maps a name to the port that its URLs lead to instead."""

    def __init__(self, engine: RunningEngine) -> None:
        self._client = engine.client("sagemaker")
        self.relayed: dict[str, int] = {}

    @contextlib.contextmanager
    def reached(self) -> Iterator[None]:
        """While this lasts, URLs lead where `relayed` says."""
        relayed = self.relayed

        def url(process: JupyterProcess) -> str:
            place = process._place
            port = relayed.get(place.metadata["ResourceName"], process.port)
            return f"http://127.0.0.1:{port}{place.door.base_url}".rstrip("/")

        with mock.patch.object(JupyterProcess, "url", property(url)):
            yield

    def create(self, name: str, settings: str = "") -> ComputeName:
        """Return when it is in service. `settings` is Python for the end of its Jupyter config."""
        more = {}
        if settings:
            script = f"cat >> $JUPYTER_CONFIG_DIR/jupyter_server_config.py <<'END'\n{settings}\nEND"
            hook = [{"Content": base64.b64encode(script.encode()).decode()}]
            self._client.create_notebook_instance_lifecycle_config(
                NotebookInstanceLifecycleConfigName=name, OnStart=hook
            )
            more["LifecycleConfigName"] = name
        self._client.create_notebook_instance(
            NotebookInstanceName=name, InstanceType="ml.m5.xlarge", RoleArn=ROLE, **more
        )
        self.wait(name, "in_service")
        return ComputeName("notebook-instance", name, "local", REGION)

    def stop(self, name: str) -> None:
        self._client.stop_notebook_instance(NotebookInstanceName=name)
        self.wait(name, "stopped")

    def wait(self, name: str, event: str) -> None:
        waiter = self._client.get_waiter(f"notebook_instance_{event}")
        waiter.wait(NotebookInstanceName=name, WaiterConfig=_LOOK)

    def port(self, name: str) -> int:
        """The port of its own."""
        detail = self._client.describe_notebook_instance(NotebookInstanceName=name)
        return int(detail["Url"].rpartition(":")[2])

    def presigned(self, name: str) -> str:
        answer = self._client.create_presigned_notebook_instance_url(NotebookInstanceName=name)
        return str(answer["AuthorizedUrl"])
