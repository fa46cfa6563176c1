"""Switches through the routes: real kernels, on instances of the local engine and on this machine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.switching import MACHINE, Person, instance, new, outcome
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

WHERE = "import os; print(os.environ.get('AWS_ENDPOINT_URL', 'here'))"


@pytest.fixture
def person(call: Call, jp_fetch: Any, jp_serverapp: Any, local: Any, engine: Any) -> Person:
    return Person(call, jp_fetch, jp_serverapp, engine)


async def test_to_a_new_instance_and_back(person: Person) -> None:
    session = await person.open("churn.ipynb")
    await person.run(session, "rows = list(range(1000)); import sys as taken")
    before = (await person.session(session))["kernel"]["id"]

    there = await person.switch(
        session, **new("nb-new"), carried={"variables": True}, saved=3, saved_seconds=0.4
    )
    assert person.state("nb-new") == ("InService", "ml.t3.medium")
    assert outcome(there) == dict.fromkeys(
        "save pack check create start sign-in kernel restore move leave".split(), "done"
    )
    model = await person.session(session)
    assert model["kernel"]["id"] == there.kernel_id != before
    assert model["kernel"]["name"].startswith("smext.nb-new-")
    assert await person.run(session, "print(sum(rows), taken.__name__)") == "499500 sys\n"
    assert await person.run(session, WHERE) == f"{person.engine.url}\n"
    kernels = (await person.call("GET", "computes", connection="local", region="us-east-1")).json
    assert [each["name"] for each in kernels["computes"]][0] == "This machine"

    await person.run(session, "rows.append(1)")
    back = await person.switch(session, to=MACHINE, carried={"variables": True})
    assert [step.id for step in back.steps] == "pack kernel restore move leave".split()
    assert await person.run(session, "print(sum(rows))") == "499501\n"
    assert person.state("nb-new")[0] == "Stopped"


async def test_a_running_instance_changes_its_type(person: Person) -> None:
    person.make("nb-cpu")
    await person.in_state("nb-cpu", "InService")
    session = await person.open("churn.ipynb")
    await person.run(session, "x = 41")
    there = await person.switch(session, to=instance("nb-cpu"), carried={"variables": True})
    assert "stop" not in outcome(there) and "start" not in outcome(there)
    other = await person.open("eda.ipynb", (await person.session(session))["kernel"]["name"])
    assert other

    asked = {"to": instance("nb-cpu"), "instance_type": "ml.m5.xlarge"}
    preview = await person.preview(session, **asked, carried={"variables": True})
    assert preview.other_kernels == ("eda.ipynb",)
    assert preview.problems == () and preview.variables is not None
    assert preview.variables.names == ("x",)
    assert preview.now.instance_type == "ml.t3.medium"
    assert preview.then.instance_type == "ml.m5.xlarge" and preview.then.vcpu == 4

    changed = await person.switch(session, **asked, carried={"variables": True})
    assert "stop retype start sign-in kernel restore move".split() == [
        step.id for step in changed.steps if step.id not in ("pack", "check")
    ]
    assert person.state("nb-cpu") == ("InService", "ml.m5.xlarge")
    assert await person.run(session, "print(x + 1)") == "42\n"
    again = await person.post(session, **asked)
    assert again.status == 409 and again.json["title"] == "The kernel runs on nb-cpu already"
