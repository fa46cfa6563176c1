"""One resource described, changed, created in the real engine; what may not be is refused."""

from __future__ import annotations

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.kinds import kind

from .conftest import House, names, until

CONTAINER = {"PrimaryContainer": {"Image": "image"}}


def stopped_notebook(house: House) -> None:
    arn = "arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/n"
    house.engine.put(
        "NotebookInstance",
        {
            "NotebookInstanceName": "n",
            "NotebookInstanceArn": arn,
            "NotebookInstanceStatus": "Stopped",
            "InstanceType": "ml.t3.medium",
            "CreationTime": 1.7e9,
            "LastModifiedTime": 1.7e9,
        },
    )


async def test_create_describe_delete(house: House) -> None:
    watched = house.watched("model")
    await watched.refresh()
    created = await watched.create(kind("model"), {"ModelName": "mine", **CONTAINER})
    assert (created.kind, created.id) == ("model", "mine")
    await until(lambda: names(watched, "model") == ["mine"])
    resource = await watched.describe(kind("model"), "mine")
    assert resource.row.name == "mine" and resource.definition["ModelName"] == "mine"
    assert "ResponseMetadata" not in resource.definition
    await watched.act(kind("model"), "mine", "DeleteModel", {})
    await until(lambda: names(watched, "model") == [])
    with pytest.raises(ProblemError) as gone:
        await watched.describe(kind("model"), "mine")
    assert gone.value.problem.status == 404


async def test_a_change_made_here_is_watched_closely(house: House) -> None:
    watched = house.watched("model")
    watched.inventory()
    await until(lambda: watched.inventory().kinds_read == 1)
    await watched.create(kind("model"), {"ModelName": "mine", **CONTAINER})
    seen = watched.inventory()
    assert seen.next_read_at is not None and seen.read_at is not None
    assert seen.next_read_at - seen.read_at < 10


async def test_a_verb_is_refused_in_a_state_that_forbids_it(house: House) -> None:
    stopped_notebook(house)
    watched = house.watched("notebook-instance")
    with pytest.raises(ProblemError) as refused:
        await watched.act(kind("notebook-instance"), "n", "StopNotebookInstance", {})
    problem = refused.value.problem
    assert (problem.status, problem.cause) == (409, "conflict")
    assert problem.detail == "Stop is possible only when InService; it is Stopped now."
    assert [name for name, _ in house.calls] == ["DescribeNotebookInstance"]


async def test_an_old_row_keeps_nobody_from_what_is_allowed(house: House) -> None:
    house.jobs(1, "Completed")
    watched = house.watched("training-job")
    await watched.refresh()
    house.jobs(1, "InProgress")
    with pytest.raises(ProblemError) as refused:
        await watched.act(kind("training-job"), "j-0", "StopTrainingJob", {})
    # It got as far as AWS: here the engine, which runs no training jobs yet.
    assert refused.value.problem.status != 409
    assert "StopTrainingJob" in [name for name, _ in house.calls]


@pytest.mark.parametrize("id", ["", "a,b", "%FF", "%00", "x" * 3000, "x" * 1_000_000])
async def test_an_id_that_is_none_is_refused_unsent(house: House, id: str) -> None:
    watched = house.watched("model")
    for call in (
        lambda: watched.describe(kind("model"), id),
        lambda: watched.act(kind("model"), id, "DeleteModel", {}),
    ):
        with pytest.raises(ProblemError) as refused:
            await call()
        assert refused.value.problem.status == 400
    assert house.calls == []


async def test_an_unknown_verb_and_a_second_name_are_refused_unsent(house: House) -> None:
    house.models(2)
    watched = house.watched("model")
    with pytest.raises(ProblemError) as unknown:
        await watched.act(kind("model"), "m-0", "DeleteEndpoint", {})
    assert unknown.value.problem.status == 404
    with pytest.raises(ProblemError) as twice:
        await watched.act(kind("model"), "m-0", "DeleteModel", {"ModelName": "m-1"})
    assert twice.value.problem.status == 400
    assert house.calls == []


@pytest.mark.parametrize(
    "parameters",
    [{}, {"ModelName": 3}, {"ModelName": "x", "Nonsense": 1}, {"ModelName": "n" * 1_000_000}],
)
async def test_what_the_model_forbids_is_not_created(
    house: House, parameters: dict[str, object]
) -> None:
    watched = house.watched("model")
    with pytest.raises(ProblemError) as refused:
        await watched.create(kind("model"), parameters)
    assert refused.value.problem.status == 400
    assert house.engine.store.all("Model") == []


async def test_an_unknown_parent_is_refused(house: House) -> None:
    watched = house.watched("pipeline", "pipeline-execution")
    with pytest.raises(ProblemError) as refused:
        await watched.read_kind(kind("pipeline-execution"), "a,b,c")
    assert refused.value.problem.status == 400
