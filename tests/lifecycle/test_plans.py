"""Shut-downs against a real engine: proposed, run, failed, resumed, stopped, proved."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.inventory import Inventories
from jupyter_smext.lifecycle import plans as plans_module
from jupyter_smext.lifecycle import run as run_module
from jupyter_smext.lifecycle.check import left_over
from jupyter_smext.lifecycle.journal import Journal
from jupyter_smext.lifecycle.plans import Plans
from jupyter_smext.lifecycle.read_only import ReadOnly
from jupyter_smext.protocol import Plan, PlanChanged, PlanRequest, Target

pytest_plugins = ("tests.local_engine", "tests.smext_server")

REGION = "us-east-1"
ARN = "arn:aws:sagemaker:us-east-1:000000000000"
IMAGE = "1.dkr.ecr.us-east-1.amazonaws.com/image:1"
ROLE = "arn:aws:iam::000000000000:role/service-role/r"


@pytest.fixture
def engine(fresh_engine: Any) -> Any:
    """Each test starts with an engine that has nothing."""
    return fresh_engine


@pytest.fixture
def told() -> list[PlanChanged]:
    return []


@pytest.fixture
def plans(
    local: Any, sessions: Any, tmp_path: Path, told: list[PlanChanged], jp_asyncio_loop: Any
) -> Iterator[Plans]:
    inventories = Inventories(sessions, lambda event: None, tmp_path / "data")
    made = Plans(sessions, inventories, told.append, tmp_path / "data", ReadOnly())
    yield made
    jp_asyncio_loop.run_until_complete(made.close())
    jp_asyncio_loop.run_until_complete(inventories.close())


def served(engine: Any, name: str) -> None:
    """An endpoint in service with its config and model: the records that a host would leave."""
    client = engine.client("sagemaker")
    client.create_model(
        ModelName=f"{name}-model", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE
    )
    client.create_endpoint_config(
        EndpointConfigName=f"{name}-config",
        ProductionVariants=[
            {
                "VariantName": "a",
                "ModelName": f"{name}-model",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
    )
    endpoint(engine, name)


def endpoint(engine: Any, name: str, status: str = "InService", created: float = 1.0) -> None:
    engine.put(
        "Endpoint",
        {
            "EndpointName": name,
            "EndpointArn": f"{ARN}:endpoint/{name}",
            "EndpointConfigName": f"{name}-config",
            "EndpointStatus": status,
            "CreationTime": 1_750_000_000.0 + created,
            "LastModifiedTime": 1_750_000_000.0 + created,
        },
    )


def group(engine: Any, name: str) -> Target:
    engine.client("sagemaker").create_model_package_group(ModelPackageGroupName=name)
    return Target("model-package-group", name)


def chain(name: str) -> tuple[Target, ...]:
    """The three, in an order that would fail."""
    return (
        Target("model", f"{name}-model"),
        Target("endpoint-config", f"{name}-config"),
        Target("endpoint", name),
    )


def request(*targets: Target, **members: Any) -> PlanRequest:
    return PlanRequest("local", REGION, targets=targets, **members)


async def ended(plans: Plans, id: str) -> Plan:
    """The plan once it does not run any more."""
    return await until(plans, id, lambda plan: plan.state not in ("proposed", "running"))


async def until(plans: Plans, id: str, holds: Callable[[Plan], bool]) -> Plan:
    async def look() -> Plan:
        while not holds(plans.get(id)):
            await asyncio.sleep(0.02)
        return plans.get(id)

    return await asyncio.wait_for(look(), 60)


def journal_of(tmp_path: Path, id: str) -> list[dict[str, Any]]:
    text = (tmp_path / "data" / "plans" / f"{id}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


async def test_deletes_users_before_what_they_use(
    plans: Plans, engine: Any, told: list[PlanChanged], tmp_path: Path
) -> None:
    served(engine, "chat")
    plan = await plans.propose(request(*chain("chat"), operation="Delete"))
    assert [(step.kind, step.name) for step in plan.steps] == [
        ("endpoint", "chat"),
        ("endpoint-config", "chat-config"),
        ("model", "chat-model"),
    ]
    assert plan.state == "proposed" and not told
    assert len(engine.client("sagemaker").list_endpoints()["Endpoints"]) == 1
    assert not (tmp_path / "data" / "plans").exists(), "nothing happens before it is run"

    assert plans.run(plan.id).state == "running"
    done = await ended(plans, plan.id)
    assert (done.state, [step.state for step in done.steps]) == ("done", ["done"] * 3)
    assert done.left_over == () and done.checked_at and done.problems == ()
    starts = [step.started for step in done.steps]
    ends = [step.ended for step in done.steps]
    assert ends[0] <= starts[1] and ends[1] <= starts[2], "each waited for the one before"
    client = engine.client("sagemaker")
    assert not client.list_models()["Models"] and not client.list_endpoints()["Endpoints"]
    assert [event.id for event in told] == [plan.id] * len(told)
    assert [event.rev for event in told] == sorted({event.rev for event in told})

    saved = [line["saved"] for line in journal_of(tmp_path, plan.id) if "saved" in line]
    assert [item["operation"] for item in saved] == [step.operation for step in done.steps]
    assert saved[2]["definition"]["PrimaryContainer"]["Image"] == IMAGE


async def test_a_second_run_is_harmless(plans: Plans, engine: Any, tmp_path: Path) -> None:
    target = group(engine, "once")
    plan = await plans.propose(request(target, operation="DeleteModelPackageGroup"))
    plans.run(plan.id)
    plans.run(plan.id)
    plans.retry(plan.id)
    done = await ended(plans, plan.id)
    assert done.state == "done"
    assert plans.run(plan.id) == done and plans.retry(plan.id) == done
    saves = [line for line in journal_of(tmp_path, plan.id) if "saved" in line]
    assert len(saves) == 1


async def test_a_failed_step_holds_up_only_what_depends_on_it(plans: Plans, engine: Any) -> None:
    served(engine, "chat")
    other = group(engine, "other")
    plan = await plans.propose(request(*chain("chat"), other, operation="Delete"))
    engine.faults([{"operation": "DeleteEndpoint", "kind": "denied"}])
    plans.run(plan.id)
    failed = await ended(plans, plan.id)
    assert failed.state == "failed"
    states = {step.kind: step for step in failed.steps}
    assert states["endpoint"].state == "failed"
    assert states["endpoint"].problem.permission == "sagemaker:DeleteEndpoint"
    assert states["endpoint-config"].state == "todo"
    assert states["endpoint-config"].note == "Waits for chat"
    assert states["model-package-group"].state == "done"
    assert len(engine.client("sagemaker").list_models()["Models"]) == 1

    engine.faults([])
    plans.retry(plan.id)
    done = await ended(plans, plan.id)
    assert (done.state, {step.state for step in done.steps}) == ("done", {"done"})
    assert all(step.problem is None and step.note == "" for step in done.steps)


async def test_an_expired_sign_in_stops_the_plan_and_it_goes_on_after(
    plans: Plans, engine: Any
) -> None:
    targets = [group(engine, f"g{number}") for number in range(3)]
    plan = await plans.propose(request(*targets, operation="Delete"))
    engine.faults([{"operation": "DeleteModelPackageGroup", "kind": "expired"}])
    plans.run(plan.id)
    failed = await ended(plans, plan.id)
    assert failed.state == "failed"
    assert [step.state for step in failed.steps] == ["failed", "todo", "todo"]
    assert failed.steps[0].problem.cause == "signed_out"
    engine.faults([])
    plans.retry(plan.id)
    done = await ended(plans, plan.id)
    assert done.state == "done", [step.problem for step in done.steps]


async def test_a_server_that_died_leaves_a_plan_to_resume(
    plans: Plans, engine: Any, sessions: Any, tmp_path: Path
) -> None:
    targets = [group(engine, "first"), group(engine, "second")]
    plan = await plans.propose(request(*targets, operation="Delete"))
    engine.faults([{"operation": "DeleteModelPackageGroup", "kind": "latency", "seconds": 0.5}])
    plans.run(plan.id)
    journal = Journal(tmp_path / "data" / "plans" / f"{plan.id}.jsonl")
    # On disk, which a slow one makes later than in memory.
    await until(plans, plan.id, lambda _: journal.load()[0].plan.steps[0].state == "now")
    # As after a kill: nothing more is written, whatever AWS did meanwhile.
    await plans._runs[plan.id].close()
    assert plans.get(plan.id).state == "running"

    inventories = Inventories(sessions, lambda event: None, tmp_path / "data")
    later = Plans(sessions, inventories, lambda event: None, tmp_path / "data", ReadOnly())
    try:
        found = later.get(plan.id)
        assert found.state == "stopped"
        assert [step.state for step in found.steps] == ["todo", "todo"]
        assert "server ended" in found.steps[0].note
        assert [known.id for known in later.recent()] == [plan.id]
        engine.faults([])
        later.retry(plan.id)
        done = await ended(later, plan.id)
        assert (done.state, {step.state for step in done.steps}) == ("done", {"done"})
        assert journal.load()[0].plan == done
    finally:
        await later.close()
        await inventories.close()


async def test_a_plan_that_another_server_runs_is_left_to_it(
    plans: Plans, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await plans.propose(request(group(engine, "theirs"), operation="Delete"))
    engine.faults([{"operation": "DeleteModelPackageGroup", "kind": "latency", "seconds": 0.5}])
    monkeypatch.setattr(run_module, "this_server", parent_server)
    plans.run(plan.id)
    await until(plans, plan.id, lambda plan: plan.steps[0].state == "now")
    run = plans._runs.pop(plan.id)
    try:
        assert plans.get(plan.id).state == "running"
        assert plans.retry(plan.id).state == "running"
        assert plan.id not in plans._runs
    finally:
        await run.close()


def parent_server() -> tuple[int, float]:
    """A process that lives and is not this one."""
    import os

    import psutil

    return os.getppid(), psutil.Process(os.getppid()).create_time()


async def test_stop_ends_after_the_step_that_runs(plans: Plans, engine: Any) -> None:
    targets = [group(engine, f"g{number}") for number in range(3)]
    plan = await plans.propose(request(*targets, operation="Delete"))
    engine.faults([{"operation": "DeleteModelPackageGroup", "kind": "latency", "seconds": 0.3}])
    plans.run(plan.id)
    await until(plans, plan.id, lambda plan: plan.steps[0].state == "now")
    plans.stop(plan.id)
    stopped = await ended(plans, plan.id)
    assert stopped.state == "stopped"
    assert [step.state for step in stopped.steps] == ["done", "todo", "todo"]
    names = engine.client("sagemaker").list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert len(names) == 2


async def test_what_is_gone_already_is_done(plans: Plans, engine: Any) -> None:
    plan = await plans.propose(request(group(engine, "quick"), operation="Delete"))
    engine.client("sagemaker").delete_model_package_group(ModelPackageGroupName="quick")
    plans.run(plan.id)
    done = await ended(plans, plan.id)
    assert (done.state, done.steps[0].note) == ("done", "Was gone already")


async def test_a_sweep_takes_what_runs_and_says_what_it_leaves(plans: Plans, engine: Any) -> None:
    endpoint(engine, "younger", created=20.0)
    endpoint(engine, "older", created=10.0)
    endpoint(engine, "going", "Deleting")
    endpoint(engine, "failed", "Failed")
    endpoint(engine, "kept")
    client = engine.client("sagemaker")
    client.add_tags(
        ResourceArn=f"{ARN}:endpoint/kept", Tags=[{"Key": "smext:keep", "Value": "yes"}]
    )
    training(engine, "fit")
    plan = await plans.propose(request(scope="all"))
    assert [step.name for step in plan.steps] == ["fit", "older", "younger"]
    assert [step.operation for step in plan.steps] == [
        "StopTrainingJob",
        "DeleteEndpoint",
        "DeleteEndpoint",
    ]
    assert all(step.effect for step in plan.steps)
    assert {left.name: left.why for left in plan.left if left.name == "kept"} == {
        "kept": "Protected by tag smext:keep"
    }
    assert "failed" not in {left.name for left in plan.left}, "a failed endpoint is not billed"
    assert plan.problems == ()
    deploy = await plans.propose(request(scope="deploy"))
    assert [step.name for step in deploy.steps] == ["older", "younger"]


def training(engine: Any, name: str, status: str = "InProgress") -> None:
    engine.put(
        "TrainingJob",
        {
            "TrainingJobName": name,
            "TrainingJobArn": f"{ARN}:training-job/{name}",
            "TrainingJobStatus": status,
            "SecondaryStatus": "Training",
            "CreationTime": 1_750_000_900.0,
            "LastModifiedTime": 1_750_000_900.0,
        },
    )


async def test_a_named_target_says_why_it_is_left(plans: Plans, engine: Any) -> None:
    training(engine, "over", "Completed")
    training(engine, "ending", "Stopping")
    targets = [Target("training-job", "over"), Target("training-job", "ending")]
    plan = await plans.propose(request(*targets, Target("model", "no-such")))
    assert plan.steps == ()
    assert {left.name: left.why for left in plan.left} == {
        "over": "Completed already",
        "ending": "Stopping already",
    }
    assert [problem.status for problem in plan.problems] == [404]


async def test_kinds_that_could_not_be_read_are_said(plans: Plans, engine: Any) -> None:
    endpoint(engine, "seen")
    engine.faults([{"operation": "ListTrainingJobs", "kind": "denied"}])
    plan = await plans.propose(request(scope="all"))
    assert [step.name for step in plan.steps] == ["seen"]
    titles = [problem.title for problem in plan.problems]
    assert titles == ["Training jobs could not be read, so running ones may be missing"]
    assert plan.problems[0].permission == "sagemaker:ListTrainingJobs"


async def test_kinds_that_do_not_answer_are_said(
    plans: Plans, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint(engine, "seen")
    monkeypatch.setattr("jupyter_smext.inventory.refresher.PATIENCE", 1.0)
    engine.faults([{"operation": "ListTrainingJobs", "kind": "latency", "seconds": 8}])
    plan = await plans.propose(request(scope="all"))
    assert [step.name for step in plan.steps] == ["seen"]
    assert [problem.status for problem in plan.problems] == [504]
    assert plan.problems[0].title.startswith("Training jobs could not be read")


async def test_tags_that_could_not_be_read_are_said(plans: Plans, engine: Any) -> None:
    endpoint(engine, "seen")
    engine.faults([{"operation": "ListTags", "kind": "denied"}])
    plan = await plans.propose(request(scope="deploy"))
    assert [step.name for step in plan.steps] == ["seen"]
    assert "Tags could not be read" in plan.problems[0].title
    assert "seen" in plan.problems[0].detail


async def test_a_sign_in_that_expired_is_no_plan(plans: Plans, engine: Any) -> None:
    engine.faults([{"operation": "*", "kind": "expired"}])
    with pytest.raises(ProblemError) as raised:
        await plans.propose(request(scope="all"))
    assert raised.value.problem.cause == "signed_out"


async def test_children_listed_by_their_parent_are_found(plans: Plans, engine: Any) -> None:
    client = engine.client("sagemaker")
    client.create_pipeline(
        PipelineName="daily", PipelineDefinition="{}", ClientRequestToken="t" * 32, RoleArn=ROLE
    )
    arn = f"{ARN}:pipeline/daily/execution/abc123abc123"
    engine.put(
        "PipelineExecution",
        {
            "PipelineArn": f"{ARN}:pipeline/daily",
            "PipelineExecutionArn": arn,
            "PipelineExecutionStatus": "Executing",
            "CreationTime": 1_750_000_000.0,
        },
    )
    plan = await plans.propose(request(scope="deploy"))
    assert [step.operation for step in plan.steps] == ["StopPipelineExecution"]


async def test_the_closing_check_finds_what_is_still_there(plans: Plans, engine: Any) -> None:
    target = group(engine, "zombie")
    plan = await plans.propose(request(target, operation="Delete"))
    done = replace(plan, steps=(replace(plan.steps[0], state="done"),))
    watched = plans._inventories.get("local", REGION)
    over, problems = await left_over(done, watched)
    assert (over, problems) == ((target,), ())
    engine.faults([{"operation": "ListModelPackageGroups", "kind": "denied"}])
    over, problems = await left_over(done, watched)
    assert over == () and "not proved" in problems[0].title


@pytest.mark.parametrize("operation", ["UpdateEndpoint", "StartNotebookInstance", "Nothing"])
async def test_only_what_the_kind_allows(plans: Plans, engine: Any, operation: str) -> None:
    endpoint(engine, "e")
    with pytest.raises(ProblemError) as raised:
        await plans.propose(request(Target("endpoint", "e"), operation=operation))
    assert raised.value.problem.status == 400
    assert "DeleteEndpoint" in raised.value.problem.next


async def test_old_proposals_are_forgotten(plans: Plans, engine: Any) -> None:
    endpoint(engine, "e")
    first = await plans.propose(request(Target("endpoint", "e")))
    for _ in range(plans_module.PROPOSALS):
        latest = await plans.propose(request(Target("endpoint", "e")))
    assert plans.get(latest.id) == latest
    with pytest.raises(ProblemError):
        plans.get(first.id)
