"""Switches through the routes: real kernels, on instances of the engine and on this machine."""

from __future__ import annotations

import asyncio
from typing import Any

import psutil

from jupyter_smext.protocol import TASK_EVENT
from tests.compute.switch.person import MACHINE, ROLE, Person, instance, new, outcome, space

pytest_plugins = ("tests.local_engine", "tests.smext_server", "tests.compute.switch.opened")

WHERE = "import os; print(os.environ.get('AWS_ENDPOINT_URL', 'here'))"


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
    assert preview.then.instance_type == "ml.m5.xlarge" and preview.then.vcpu == min(
        4, psutil.cpu_count()
    )

    changed = await person.switch(session, **asked, carried={"variables": True})
    assert "stop retype start sign-in kernel restore move".split() == [
        step.id for step in changed.steps if step.id not in ("pack", "check")
    ]
    assert person.state("nb-cpu") == ("InService", "ml.m5.xlarge")
    assert await person.run(session, "print(x + 1)") == "42\n"
    again = await person.post(session, **asked)
    assert again.status == 409 and again.json["title"] == "The kernel runs on nb-cpu already"


async def test_a_stopped_instance_is_started_with_another_type(person: Person) -> None:
    person.make("nb-off")
    await person.in_state("nb-off", "InService")
    person.sagemaker.stop_notebook_instance(NotebookInstanceName="nb-off")
    session = await person.open("deep/churn.ipynb")
    (person.folder / "deep" / "rows.csv").write_text("1,2\n")
    asked = {"to": instance("nb-off"), "instance_type": "ml.m5.xlarge", "carried": {"files": True}}
    there = await person.switch(session, **asked)
    # It was still Stopping: a switch waits for what is under way.
    assert {"retype", "start", "files"} <= set(outcome(there))
    assert person.state("nb-off") == ("InService", "ml.m5.xlarge")
    read = "import pathlib; print(pathlib.Path('rows.csv').read_text())"
    assert await person.run(session, read) == "1,2\n\n"
    await person.run(session, "pathlib.Path('made.csv').write_text('3')")

    back = await person.switch(session, to=MACHINE, carried={"files": True}, stop_old=False)
    assert "fetch" in outcome(back)
    assert (person.folder / "deep" / "made.csv").read_text() == "3"
    assert person.state("nb-off")[0] == "InService"


async def test_a_space_with_its_app(person: Person) -> None:
    user = {"ExecutionRole": ROLE}
    domain = person.sagemaker.create_domain(
        DomainName="studio", AuthMode="IAM", DefaultUserSettings=user
    )["DomainId"]
    person.sagemaker.create_user_profile(DomainId=domain, UserProfileName="ann")
    for name, sharing, app in (
        ("hers", "Private", "JupyterLab"),
        ("ours", "Shared", "JupyterLab"),
        ("editor", "Private", "CodeEditor"),
    ):
        person.sagemaker.create_space(
            DomainId=domain,
            SpaceName=name,
            OwnershipSettings={"OwnerUserProfileName": "ann"},
            SpaceSharingSettings={"SharingType": sharing},
            SpaceSettings={"AppType": app},
        )
    place = {"connection": "local", "region": "us-east-1"}
    computes = (await person.call("GET", "computes", **place)).json
    assert computes["problems"] == []
    found = {each["name"]: each for each in computes["computes"]}
    assert found["hers"]["status"] == "Stopped" and found["hers"]["problem"] is None
    assert found["ours"]["problem"]["title"] == "ours is a shared space, nobody's own"
    assert "editor" not in found

    session = await person.open("churn.ipynb")
    await person.run(session, "x = 41")
    to = {"to": space(domain, "hers"), "carried": {"variables": True}}
    await person.switch(session, **to, instance_type="ml.t3.medium")
    app = {"DomainId": domain, "SpaceName": "hers", "AppType": "JupyterLab", "AppName": "default"}
    assert person.sagemaker.describe_app(**app)["Status"] == "InService"
    assert await person.run(session, "x += 1; print(x)") == "42\n"
    changed = await person.switch(session, **to, instance_type="ml.m5.xlarge")
    assert {"stop", "retype", "start"} <= set(outcome(changed))
    told = person.sagemaker.describe_app(**app)
    assert told["ResourceSpec"]["InstanceType"] == "ml.m5.xlarge"
    assert await person.run(session, "print(x)") == "42\n"
    await person.switch(session, to=MACHINE, carried={"variables": True})
    assert person.sagemaker.describe_app(**app)["Status"] == "Deleted"
    assert await person.run(session, "print(x)") == "42\n"


async def test_three_notebooks_on_three_instances_at_once(person: Person) -> None:
    sessions = [await person.open(f"{name}.ipynb") for name in "abc"]
    for number, session in enumerate(sessions):
        await person.run(session, f"x = {number}")
    carried = {"variables": True}
    begun = [
        await person.begin(session, **new(f"nb-{number}"), carried=carried)
        for number, session in enumerate(sessions)
    ]
    listed = (await person.call("GET", "switches")).json
    assert {each["id"] for each in listed} >= {switch.id for switch in begun}
    ended = await asyncio.gather(*(person.ended(switch.id) for switch in begun))
    assert [switch.state for switch in ended] == ["done"] * 3, ended
    for number, session in enumerate(sessions):
        assert await person.run(session, "print(x)") == f"{number}\n"
        assert (await person.session(session))["kernel"]["name"].startswith(f"smext.nb-{number}-")


async def test_what_cannot_be_is_refused_and_changes_nothing(person: Person) -> None:
    session = await person.open("churn.ipynb")
    refusals: list[tuple[dict[str, Any], int, str]] = [
        ({"to": MACHINE}, 409, "The kernel runs on this machine already"),
        ({"to": instance("nowhere")}, 404, "There is no nowhere in us-east-1"),
        ({"to": {**instance("x"), "region": "-"}}, 400, "This is not the name of a region"),
        (new("nb-x", instance_type="ml.nope"), 400, "ml.nope is no type for a notebook instance"),
        (new("bad_name"), 400, "The new instance cannot be created like this"),
        (new("a" * 64), 400, "The new instance cannot be created like this"),
        ({**new("b"), "instance_type": None}, 400, "The new instance cannot be created like this"),
        ({**new("b"), "to": instance("c")}, 400, "The new instance cannot be created like this"),
    ]
    for asked, status, title in refusals:
        refused = await person.post(session, **asked)
        assert (refused.status, refused.json["title"]) == (status, title), asked
    body = {"session_id": "none", "path": "churn.ipynb", **new("nb-x")}
    assert (await person.call("POST", "switches", body)).status == 404
    body = {"session_id": session, "path": "other.ipynb", **new("nb-x")}
    assert (await person.call("POST", "switches", body)).status == 409
    for id in ("switch-0000000000000000", "..", "%2e%2e%2fusual"):
        assert (await person.call("GET", f"switches/{id}")).status == 404
    names = person.sagemaker.list_notebook_instances()["NotebookInstances"]
    assert not {"nb-x", "b", "c"} & {each["NotebookInstanceName"] for each in names}


async def test_from_one_instance_to_another(person: Person) -> None:
    session = await person.open("moves.ipynb")
    await person.run(session, "x = 41")
    carried = {"variables": True, "packages": True, "files": True}
    await person.switch(session, **new("nb-a"), carried=carried)
    await person.run(session, "import pathlib; pathlib.Path('made.csv').write_text('3')")
    moved = await person.switch(session, **new("nb-b"), carried=carried)
    assert moved.now.name == "nb-a" and moved.then.name == "nb-b"
    assert {"fetch", "files", "packages", "leave"} <= set(outcome(moved))
    read = "print(x, pathlib.Path('made.csv').read_text())"
    assert await person.run(session, read) == "41 3\n"
    assert (person.folder / "made.csv").read_text() == "3"
    assert person.state("nb-a")[0] == "Stopped" and person.state("nb-b")[0] == "InService"


async def test_the_old_kernel_is_left_running(person: Person) -> None:
    session = await person.open("stays.ipynb")
    await person.switch(session, **new("nb-stays"))
    await person.run(session, "x = 41")
    place = {"connection": "local", "region": "us-east-1"}
    left = await person.switch(session, to=MACHINE, stop_old=False, keep_old_kernel=True)
    assert left.steps[-1].title == "Leave the old kernel running on nb-stays"
    assert person.state("nb-stays")[0] == "InService"
    servers = (await person.call("GET", "remote-servers", **place)).json["servers"]
    (server,) = [each for each in servers if each["name"] == "nb-stays"]
    (kernel,) = server["kernels"]
    assert kernel["session_id"] is None and kernel["path"] == "stays.ipynb"

    # Another notebook that would stop the instance is told of it.
    other = await person.open("other.ipynb")
    asked = {"to": instance("nb-stays"), "instance_type": "ml.m5.xlarge"}
    preview = await person.preview(other, **asked)
    assert preview.other_kernels == ("stays.ipynb",)


async def test_a_page_that_is_reloaded_reads_only(person: Person, jp_serverapp: Any) -> None:
    heard: list[dict[str, Any]] = []

    async def hear(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        heard.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=TASK_EVENT, listener=hear)
    session = await person.open("reload.ipynb")
    person.engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Pending"}])
    begun = await person.begin(session, **new("nb-reload"))
    await person.at(begun.id, "start")
    sessions = (await person.call("GET", "session-computes")).json
    (mine,) = [each for each in sessions if each["session_id"] == session]
    assert mine["switch"] == begun.id and mine["compute"]["at"]["kind"] == "local"
    (running,) = [
        each for each in (await person.call("GET", "switches")).json if each["state"] == "running"
    ]
    assert running["id"] == begun.id and running["cancel"]
    person.engine.faults([])
    assert (await person.ended(begun.id)).state == "done"
    sessions = (await person.call("GET", "session-computes")).json
    (mine,) = [each for each in sessions if each["session_id"] == session]
    assert mine["switch"] is None and mine["compute"]["name"] == "nb-reload"
    assert mine["line"] == "open"
    revs = [event["rev"] for event in heard if event["id"] == begun.id]
    assert revs == sorted(revs) and revs[-1] == (await person.get(begun.id)).rev
    assert all(event.keys() == {"task", "id", "rev"} for event in heard)


async def test_what_cannot_be_listed_is_said_beside_this_machine(person: Person) -> None:
    person.engine.faults([{"kind": "expired"}])
    place = {"connection": "local", "region": "us-east-1"}
    found = (await person.call("GET", "computes", **place)).json
    assert [each["name"] for each in found["computes"]] == ["This machine"]
    assert [problem["title"] for problem in found["problems"]] == [
        "Notebook instances could not be listed",
        "Spaces could not be listed",
    ]
    assert all(problem["cause"] == "signed_out" for problem in found["problems"])
