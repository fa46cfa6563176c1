"""The server extension itself: what it loads, what it may be told, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import jsonschema
import pytest
import yaml

from jupyter_smext import protocol
from jupyter_smext.app import EVENTS, SmextApp

LOADED = """
import sys, json
import jupyter_server.extension.application, jupyter_server.serverapp
before = set(sys.modules)
import {module}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.mark.parametrize("module", ["jupyter_smext.app", "jupyter_smext.routes.table"])
def test_loading_the_extension_loads_no_aws_code(module: str) -> None:
    code = LOADED.format(module=module)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = json.loads(ran.stdout)
    assert module in loaded
    # The routes come with the first request.
    assert ("jupyter_smext.routes.table" in loaded) == module.endswith(".table")
    heavy = ("boto3", "botocore", "psutil", "jupyter_smext.local", "jupyter_smext.inventory")
    assert not [name for name in loaded if name.startswith(heavy)]


def test_is_linked_and_listens(jp_serverapp: Any) -> None:
    found = jp_serverapp.extension_manager.extension_apps["jupyter_smext"]
    assert [type(app).__name__ for app in found] == ["SmextApp"]
    for schema in (protocol.CHANGED_EVENT, protocol.PLAN_EVENT, protocol.DEMO_EVENT):
        assert schema in jp_serverapp.event_logger.schemas


def test_own_settings_are_explained() -> None:
    own = {name: trait for name, trait in SmextApp.class_own_traits().items()}
    settings = {name: trait for name, trait in own.items() if trait.metadata.get("config")}
    known = {"home", "kernel_pipe", "read_only", "refresh_interval", "time_windows"}
    known |= {"switch_folder_bytes", "switch_variables_bytes"}
    assert settings.keys() == known
    for name, trait in settings.items():
        assert trait.help, name


@pytest.mark.parametrize("file", sorted(EVENTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_event_schemas_fit_the_wire(file: Any) -> None:
    schema = yaml.safe_load(file.read_text())
    event = {
        protocol.CHANGED_EVENT: protocol.Changed,
        protocol.PLAN_EVENT: protocol.PlanChanged,
        protocol.DEMO_EVENT: protocol.DemoChanged,
        protocol.TASK_EVENT: protocol.TaskChanged,
    }
    members = event[schema["$id"]].__struct_fields__
    assert set(members) == schema["properties"].keys() == set(schema["required"])
    jsonschema.Draft7Validator.check_schema(schema)


async def test_an_unused_server_has_made_nothing(jp_serverapp: Any) -> None:
    services = jp_serverapp.web_app.settings["smext"]
    await services.close()
    assert services._sessions is None and services._plans is None
