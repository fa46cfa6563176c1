"""A newcomer's way through the routes: a real notebook instance, opened and shut down."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import psutil
import pytest

from jupyter_smext import protocol
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
NAME = "first"
PATH = f"resources/notebook-instance/{NAME}"


async def until(look: Callable[[], Awaitable[Any]], seconds: float = 90) -> Any:
    """What `look` answers once it is not None."""

    async def wait() -> Any:
        while (found := await look()) is None:
            await asyncio.sleep(0.1)
        return found

    return await asyncio.wait_for(wait(), seconds)


async def test_create_open_shut_down_and_delete(
    call: Call, local: Any, engine: Any, jp_serverapp: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[str] = []

    async def hear(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        events.append(json.dumps(data))

    for schema in (protocol.CHANGED_EVENT, protocol.PLAN_EVENT):
        jp_serverapp.event_logger.add_listener(schema_id=schema, listener=hear)

    async def in_state(status: str) -> Any:
        read = await call("GET", PATH, **PLACE)
        row = read.json["row"]
        assert row["status"] != "Failed", read.json["definition"].get("FailureReason")
        return row if row["status"] == status else None

    async def ended(id: str) -> protocol.Plan | None:
        plan = msgspec.convert((await call("GET", f"plans/{id}")).json, protocol.Plan)
        return None if plan.state == "running" else plan

    form = (await call("GET", "forms/CreateNotebookInstance", **PLACE)).json
    parameters = {**form["defaults"], "NotebookInstanceName": NAME}
    made = await call("POST", "resources/notebook-instance", parameters, **PLACE)
    assert made.status == 201, made.body
    row = await until(lambda: in_state("InService"))
    assert row["running"]
    processes = {child.pid for child in psutil.Process().children(recursive=True)}
    assert processes

    opened = await call("POST", f"{PATH}/open", "_xsrf=x", **PLACE)
    assert opened.status == 303
    url = opened.headers["Location"]
    assert url.startswith("http://127.0.0.1:") and "authToken=" in url
    token = url.split("authToken=")[1]
    assert opened.body == b""
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert opened.headers["Cache-Control"] == "no-store"

    target = {"kind": "notebook-instance", "id": NAME}
    plan = (await call("POST", "plans", {**PLACE, "scope": "all"})).json
    assert [(step["name"], step["operation"]) for step in plan["steps"]] == [
        (NAME, "StopNotebookInstance")
    ]
    assert (await call("POST", f"plans/{plan['id']}/run")).json["state"] == "running"
    done = await until(lambda: ended(plan["id"]))
    assert (done.state, done.left_over) == ("done", ())
    assert done.steps[0].note == "Stopped"
    assert await in_state("Stopped")
    assert not [pid for pid in processes if psutil.pid_exists(pid) and alive(pid)]

    again = (await call("POST", "plans", {**PLACE, "targets": [target]})).json
    assert (again["steps"], again["left"][0]["why"]) == ([], "Stopped already")
    asked = {**PLACE, "targets": [target], "operation": "DeleteNotebookInstance"}
    plan = (await call("POST", "plans", asked)).json
    await call("POST", f"plans/{plan['id']}/run")
    done = await until(lambda: ended(plan["id"]))
    assert (done.state, done.left_over) == ("done", ())
    assert (await call("GET", PATH, **PLACE)).status == 404

    secrets = (token, "authToken", engine.keys.secret_key, engine.keys.access_key)
    texts = {"log": caplog.text, "events": "".join(events), "home": saved(jp_serverapp)}
    assert [where for where, text in texts.items() if any(s in text for s in secrets)] == []


def alive(pid: int) -> bool:
    return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def saved(jp_serverapp: Any) -> str:
    """Everything that was written for the next server: journals and snapshots."""
    home = jp_serverapp.web_app.settings["smext"].home
    return "".join(path.read_text("latin-1") for path in home.rglob("*") if path.is_file())
