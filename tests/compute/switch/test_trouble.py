"""What AWS refuses a switch, shown by the engine's faults: in words, with what stands how."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compute.switch.person import ROLE, Person, instance, new, outcome, space

pytest_plugins = ("tests.local_engine", "tests.smext_server", "tests.compute.switch.opened")

WANTED = "ml.g4dn.xlarge"
NEW = {"noun": "NotebookInstance", "instance_type": WANTED}
CARRIED = {"variables": True}


async def on_instance(person: Person, name: str) -> str:
    """A notebook with a variable whose kernel runs on an instance; its session's id."""
    session = await person.open(f"{name}.ipynb")
    await person.run(session, "x = 41")
    await person.switch(session, **new(name), carried=CARRIED)
    return session


async def test_no_capacity_then_back_to_the_old_type(person: Person) -> None:
    session = await on_instance(person, "full")
    person.engine.faults([{"kind": "capacity", **NEW}])
    asked = {"to": instance("full"), "instance_type": WANTED, "carried": CARRIED, "saved": 1}
    failed = await person.failed(session, **asked)
    assert failed.problem is not None
    assert failed.problem.title == f"No {WANTED} is free in us-east-1 right now"
    assert failed.problem.detail.startswith("Insufficient notebook instance capacity.")
    assert "your quota is fine" in failed.problem.next
    assert outcome(failed)["start"] == "failed" and outcome(failed)["sign-in"] == "todo"
    left = {each.what: each.state for each in failed.left}
    assert left["full"] == f"Failed, set to {WANTED}."
    assert left["Variables"].startswith("Packed on this machine (")
    assert left["Variables"].endswith("kept for 7 days.")
    assert left["Notebook"] == "Saved. It has no kernel."
    assert failed.back == "ml.t3.medium" and failed.cancel is None
    assert "ml.g5.xlarge" in [other.name for other in failed.others]

    again = (await person.call("POST", f"switches/{failed.id}/retry")).json
    assert again["state"] == "running"
    assert (await person.ended(failed.id)).state == "failed"

    asked_back = await person.call("POST", f"switches/{failed.id}/go-back")
    assert asked_back.status == 200
    back = await person.ended(failed.id)
    assert back.state == "cancelled", back.problem
    steps = [step.id for step in back.steps if step.id.startswith("back-")]
    assert steps == "back-retype back-start back-sign-in back-kernel back-restore back-move".split()
    assert person.state("full") == ("InService", "ml.t3.medium")
    assert await person.run(session, "print(x)") == "41\n"


async def test_no_capacity_then_a_retry_that_finds_some(person: Person) -> None:
    session = await on_instance(person, "again")
    person.engine.faults([{"kind": "capacity", **NEW, "times": 1}])
    asked = {"to": instance("again"), "instance_type": WANTED, "carried": CARRIED}
    failed = await person.failed(session, **asked)
    assert (await person.call("POST", f"switches/{failed.id}/retry")).status == 200
    done = await person.ended(failed.id)
    assert done.state == "done", done.problem
    assert person.state("again") == ("InService", WANTED)
    assert await person.run(session, "print(x)") == "41\n"
    assert done.problem is None and done.left == () and done.back is None


async def test_no_quota(person: Person) -> None:
    session = await person.open("quota.ipynb")
    await person.run(session, "x = 41")
    person.engine.faults([{"kind": "quota", **NEW}])
    failed = await person.failed(session, **{**new("none"), "instance_type": WANTED})
    assert failed.problem is not None
    assert failed.problem.title == f"The quota for {WANTED} in us-east-1 is used up"
    assert f"'{WANTED} for notebook instance usage'" in failed.problem.detail
    assert failed.problem.code == "ResourceLimitExceeded" and failed.problem.request_id
    assert failed.left[-1].state == "It keeps its kernel on this machine, with its variables."
    assert failed.left[0].state == "Does not exist."
    assert await person.run(session, "print(x)") == "41\n"


async def test_a_role_that_may_not_be_passed(person: Person) -> None:
    session = await person.open("role.ipynb")
    person.engine.faults([{"kind": "passrole", "operation": "CreateNotebookInstance"}])
    failed = await person.failed(session, **new("norole"))
    assert failed.problem is not None
    title = "The role may not be handed to SageMaker: iam:PassRole is missing"
    assert failed.problem.title == title and failed.problem.permission == "iam:PassRole"
    assert failed.problem.cause == "denied" and ROLE in failed.problem.detail


async def test_a_role_that_is_not_there_or_not_for_sagemaker(person: Person) -> None:
    iam = person.engine.client("iam")
    trust = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
        '"Principal":{"Service":"ec2.amazonaws.com"}}]}'
    )
    iam.create_role(RoleName="for-ec2", AssumeRolePolicyDocument=trust)
    session = await person.open("roles.ipynb")
    for role, title in (
        ("for-ec2", "The role for-ec2 does not trust SageMaker"),
        ("nobody", "There is no role nobody"),
    ):
        asked = new("wrong-role")
        asked["create"]["role"] = f"arn:aws:iam::000000000000:role/{role}"
        preview = await person.preview(session, **asked)
        assert [problem.title for problem in preview.problems] == [title]
        failed = await person.failed(session, **asked)
        assert failed.problem is not None and failed.problem.title == title
        assert outcome(failed)["check"] == "failed"


async def test_a_role_that_may_not_be_read_is_no_reason_not_to_go(person: Person) -> None:
    session = await person.open("unread.ipynb")
    person.engine.faults([{"kind": "denied", "operation": "GetRole"}])
    preview = await person.preview(session, **new("unread"))
    assert preview.problems == ()
    (unknown,) = preview.unknown
    name = ROLE.rpartition("/")[2]
    assert unknown.title == f"Whether SageMaker may assume the role {name} could not be read"
    assert unknown.permission == "iam:GetRole"
    done = await person.switch(session, **new("unread"))
    assert outcome(done)["check"] == "done"


async def test_an_expired_sign_in(person: Person) -> None:
    session = await on_instance(person, "expired")
    person.engine.faults([{"kind": "expired", "operation": "StopNotebookInstance"}])
    asked = {"to": instance("expired"), "instance_type": "ml.m5.xlarge", "carried": CARRIED}
    failed = await person.failed(session, **asked)
    assert failed.problem is not None and failed.problem.cause == "signed_out"
    assert failed.problem.title == "Sign-in expired"
    person.engine.faults([])
    await person.call("POST", f"switches/{failed.id}/retry")
    assert (await person.ended(failed.id)).state == "done"
    assert await person.run(session, "print(x)") == "41\n"


async def test_a_domain_of_identity_center(person: Person) -> None:
    domain = person.sagemaker.create_domain(
        DomainName="company", AuthMode="SSO", DefaultUserSettings={"ExecutionRole": ROLE}
    )["DomainId"]
    person.sagemaker.create_user_profile(
        DomainId=domain,
        UserProfileName="ann",
        SingleSignOnUserIdentifier="UserName",
        SingleSignOnUserValue="ann",
    )
    person.sagemaker.create_space(
        DomainId=domain,
        SpaceName="hers",
        OwnershipSettings={"OwnerUserProfileName": "ann"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    title = "company signs people in through IAM Identity Center"
    place = {"connection": "local", "region": "us-east-1"}
    computes = (await person.call("GET", "computes", **place)).json["computes"]
    (hers,) = [each for each in computes if each["name"] == "hers"]
    assert hers["problem"]["title"] == title
    session = await person.open("sso.ipynb")
    failed = await person.failed(session, to=space(domain, "hers"))
    assert failed.problem is not None and failed.problem.title == title
    assert outcome(failed)["check"] == "failed" and outcome(failed)["start"] == "todo"


async def test_an_instance_that_is_being_deleted(person: Person) -> None:
    person.make("going")
    await person.in_state("going", "InService")
    person.sagemaker.stop_notebook_instance(NotebookInstanceName="going")
    await person.in_state("going", "Stopped")
    person.engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Deleting"}])
    person.sagemaker.delete_notebook_instance(NotebookInstanceName="going")
    session = await person.open("going.ipynb")
    failed = await person.failed(session, to=instance("going"))
    assert failed.problem is not None and failed.problem.title == "going is being deleted"
    person.engine.faults([])


async def test_somebody_else_stops_it_in_the_same_moment(person: Person) -> None:
    session = await on_instance(person, "both")
    slow = {"kind": "latency", "operation": "StopNotebookInstance", "seconds": 1.0, "times": 1}
    person.engine.faults([slow])
    asked = {"to": instance("both"), "instance_type": "ml.m5.xlarge", "carried": CARRIED}
    begun = await person.begin(session, **asked)
    await person.at(begun.id, "stop")
    while person.engine.engine.faults and person.engine.engine.faults.shown():
        await person.get(begun.id)
    person.sagemaker.stop_notebook_instance(NotebookInstanceName="both")
    done = await person.ended(begun.id)
    assert done.state == "done", done.problem
    assert await person.run(session, "print(x)") == "41\n"


async def test_an_instance_that_hangs_in_stopping(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_smext.compute.instances import instance as waits

    session = await on_instance(person, "hangs")
    person.engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Stopping"}])
    monkeypatch.setitem(waits.LIMITS, "stop", 0.5)
    asked = {"to": instance("hangs"), "instance_type": "ml.m5.xlarge", "carried": CARRIED}
    failed = await person.failed(session, **asked)
    assert failed.problem is not None
    assert failed.problem.title == "hangs is still Stopping after 0 minutes"
    assert "AWS accepted StopNotebookInstance" in failed.problem.detail
    assert failed.left[-1].state == "It has no kernel."
    person.engine.faults([])
    monkeypatch.setitem(waits.LIMITS, "stop", 60.0)
    await person.call("POST", f"switches/{failed.id}/retry")
    assert (await person.ended(failed.id)).state == "done"
    assert person.state("hangs") == ("InService", "ml.m5.xlarge")
    assert await person.run(session, "print(x)") == "41\n"


async def test_a_read_only_connection(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_smext.lifecycle.read_only import ReadOnly

    monkeypatch.setattr(person.services, "read_only", ReadOnly(["local"]))
    session = await person.open("locked.ipynb")
    refused = await person.post(session, **new("never"))
    assert refused.status == 403 and refused.json["title"] == "This connection is read-only"
    preview = await person.preview(session, **new("never"))
    assert [problem.title for problem in preview.problems] == ["This connection is read-only"]


async def test_two_switches_in_each_others_way(person: Person) -> None:
    first, second = await person.open("a.ipynb"), await person.open("b.ipynb")
    person.engine.faults([{"kind": "hang", "noun": "NotebookInstance", "status": "Pending"}])
    begun = await person.begin(first, **new("shared"))
    await person.at(begun.id, "start")
    refused: Any = await person.post(second, to=instance("shared"))
    assert refused.status == 409
    assert refused.json["title"] == "shared is in use by another switch"
    again = await person.post(first, **new("another"))
    assert again.status == 409
    assert again.json["title"] == "This notebook is being switched already"
    person.engine.faults([])
    assert (await person.ended(begun.id)).state == "done"


async def test_a_space_without_quota_and_without_capacity(person: Person) -> None:
    app = person.make_space("lab", "hers")
    session = await person.open("space.ipynb")
    await person.run(session, "x = 41")
    asked = {
        "to": space(app["DomainId"], "hers"),
        "instance_type": WANTED,
        "carried": CARRIED,
    }
    person.engine.faults([{"kind": "quota", "noun": "App", "instance_type": WANTED}])
    failed = await person.failed(session, **asked)
    assert failed.problem is not None
    assert failed.problem.title == f"The quota for {WANTED} in us-east-1 is used up"
    assert f"'Studio JupyterLab Apps running on {WANTED} instances'" in failed.problem.detail
    assert failed.left[0].state == f"Stopped, set to {WANTED}."

    person.engine.faults([{"kind": "capacity", "noun": "App", "instance_type": WANTED}])
    await person.call("POST", f"switches/{failed.id}/retry")
    failed = await person.ended(failed.id)
    assert failed.problem is not None
    assert failed.problem.title == f"No {WANTED} is free in us-east-1 right now"
    assert failed.problem.detail.startswith("EC2InsufficientCapacityError")
    assert person.sagemaker.describe_app(**app)["Status"] == "Failed"

    person.engine.faults([])
    await person.call("POST", f"switches/{failed.id}/retry")
    done = await person.ended(failed.id)
    assert done.state == "done", done.problem
    assert person.sagemaker.describe_app(**app)["ResourceSpec"]["InstanceType"] == WANTED
    assert await person.run(session, "print(x)") == "41\n"


async def test_no_room_for_the_variables(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_smext.compute.carry import variables

    async def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device", "/home/x")

    session = await person.open("room.ipynb")
    monkeypatch.setattr(variables, "pack", full)
    failed = await person.failed(session, **new("never"), carried=CARRIED)
    assert failed.problem is not None
    assert failed.problem.title == "A file of this machine could not be read or written"
    assert failed.problem.detail == "/home/x: No space left on device"
    assert outcome(failed)["pack"] == "failed" and outcome(failed)["create"] == "todo"
