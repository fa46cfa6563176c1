"""Every Create operation of the model: its form, its smallest request, and what the engine says."""

from __future__ import annotations

import ast
import asyncio
import json
import shlex
from typing import Any

import jsonschema
import pytest
from botocore.validate import ParamValidator

from jupyter_smext.kinds import kinds, service_model
from jupyter_smext.kinds.fields import in_place
from tests.create_forms import OPERATIONS, form_of, request_of
from tests.creation.creating import by_operation, created, ended
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")
pytestmark = pytest.mark.usefixtures("local")

PLACE = {"connection": "local", "region": REGION}
KINDS = {of.create_operation: of for of in kinds().values()}


def sent(operation: str) -> dict[str, Any]:
    """The smallest request as AWS takes it."""
    request = request_of(operation)
    of = KINDS.get(operation)
    fields = of.fields.get("Create") if of is not None else None
    return in_place(fields, request, {}) if fields is not None else request


def test_the_list_has_every_create_operation_of_the_model() -> None:
    model = {each for each in service_model().operation_names if each.startswith("Create")}
    assert len(model) >= 75
    assert model <= set(OPERATIONS)
    assert len(OPERATIONS) == len(set(OPERATIONS))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_its_form_and_botocore_take_the_smallest_request(operation: str) -> None:
    form = form_of(operation)
    request = request_of(operation)
    schema = form.schema
    jsonschema.Draft202012Validator.check_schema(
        schema, format_checker=jsonschema.FormatChecker(())
    )
    shown = {name for section in form.sections for name in section.fields}
    assert shown == schema["properties"].keys(), "each field stands in one section"
    assert sum(len(section.fields) for section in form.sections) == len(shown)
    assert set(schema["required"]) <= shown
    for name, value in form.defaults.items():
        jsonschema.Draft202012Validator(schema["properties"][name]).validate(value)
    shape = service_model().operation_model(operation).input_shape
    # botocore makes these up itself.
    tokens = {
        name: "t" * 32
        for name, member in shape.members.items()
        if member.metadata.get("idempotencyToken")
    }
    report = ParamValidator().validate({**tokens, **sent(operation)}, shape)
    assert not report.has_errors(), report.generate_report()
    missing = [name for name in schema["required"] if name not in request]
    assert missing == []


#: What the smallest request lacks, so that the engine refuses it as AWS does.
LACKING = {
    "CreateUserProfile",
    "CreateSpace",
    "CreateTrainingJob",
    "CreateEndpoint",
    "CreateModel",
    "CreateModelPackage",
    "CreatePipeline",
    "CreateAIWorkloadConfig",
    "StartPipelineExecution",
}


async def test_each_is_created_or_refused_in_words(call: Call) -> None:
    """What the engine does not run or record, or lacks something for, it says."""
    done, refused = set(), {}
    for operation in OPERATIONS:
        body = by_operation(operation, request_of(operation), key=operation)
        check = (await call("POST", "creations/check", body)).json
        assert check["errors"] == [], check
        if "Presigned" in operation:
            assert "signs in whoever has it" in check["problems"][0]["detail"]
            continue
        assert check["problems"] == [], operation
        assert [each["operation"] for each in check["calls"]] == [operation]
        creation = await created(call, body)
        while creation["state"] == "running" and creation["steps"][0]["state"] != "done":
            await asyncio.sleep(0.02)
            creation = (await call("GET", f"creations/{creation['id']}")).json
        if creation["steps"][0]["state"] == "done":
            done.add(operation)
            of = KINDS.get(operation)
            named = of is not None and of.describe_operation is not None
            assert creation["made"] if named else creation["arn"], creation
        else:
            problem = creation["problem"]
            assert problem["title"] and problem["detail"], creation
            refused[operation] = problem["detail"]
    others = {each for each, detail in refused.items() if "needs AWS" not in detail}
    assert others <= LACKING, {each: refused[each] for each in others}
    assert not any("Token" in detail for detail in refused.values()), refused
    assert len(done) >= 30


NOTEBOOK = {
    "NotebookInstanceName": "like-me",
    "InstanceType": "ml.t3.medium",
    "RoleArn": "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole",
    "Tags": [{"Key": "team", "Value": "research"}],
}


async def test_a_resource_can_be_created_again(call: Call, engine: RunningEngine) -> None:
    sagemaker = engine.client("sagemaker")
    config = "like-me-config"
    sagemaker.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName=config)
    sagemaker.create_notebook_instance(**NOTEBOOK, LifecycleConfigName=config)
    answer = await call("GET", "resources/notebook-instance/like-me/parameters", **PLACE)
    assert answer.status == 200, answer.json
    again = answer.json
    assert again["operation"] == "CreateNotebookInstance"
    parameters = again["parameters"]
    assert parameters["NotebookInstanceName"] == "like-me-2"
    assert parameters["LifecycleConfigName"] == config, "under AWS's other name for it"
    assert {**parameters, **NOTEBOOK, "NotebookInstanceName": "x"} == {
        **parameters,
        "NotebookInstanceName": "x",
    }
    filled = (await call("POST", "forms/CreateNotebookInstance", parameters, **PLACE)).json
    assert filled["defaults"] == parameters
    creation = await created(call, by_operation("CreateNotebookInstance", parameters))
    assert (await ended(call, creation["id"]))["state"] == "done"
    third = await call("GET", "resources/notebook-instance/like-me-2/parameters", **PLACE)
    assert third.json["parameters"]["NotebookInstanceName"] == "like-me-3"


async def test_what_is_done_with_a_resource_is_shown_as_code(
    call: Call, engine: RunningEngine
) -> None:
    engine.client("sagemaker").create_experiment(ExperimentName="in-code")
    answer = await call("GET", "resources/experiment/in-code/code", **PLACE)
    assert answer.status == 200, answer.json
    titles = [sample["title"] for sample in answer.json]
    assert titles[0] == "Describe the experiment" and "Create the same experiment" in titles
    for sample in answer.json:
        ast.parse(sample["boto3"])
        assert sample["cli"].startswith("aws sagemaker "), sample
    made: dict[str, Any] = {"boto3": Talker(engine)}
    for sample in answer.json:
        if sample["title"].startswith("Describe"):
            code = sample["boto3"].replace("import boto3", "").replace("print(answer)", "")
            exec(code, made)
    assert made["answer"]["ExperimentName"] == "in-code"


class Talker:
    """boto3 that talks to the engine."""

    def __init__(self, engine: RunningEngine) -> None:
        self._engine = engine

    def client(self, service: str, region_name: str) -> Any:
        assert region_name == REGION
        return self._engine.client(service)


async def test_calls_are_written_as_code_that_reads_back(call: Call) -> None:
    parameters = {"ExperimentName": 'it\'s "quoted"; $(rm -rf ~)', "Tags": []}
    body = {
        "region": REGION,
        "calls": [{"operation": "CreateExperiment", "parameters": parameters}],
    }
    code = (await call("POST", "code", body)).json
    tree = ast.parse(code["boto3"])
    last = tree.body[-1]
    assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
    given = {one.arg: ast.literal_eval(one.value) for one in last.value.keywords}
    assert given == parameters
    words = shlex.split(code["cli"].removeprefix("set -e\n"))
    assert words[:4] == ["aws", "sagemaker", "create-experiment", "--region"]
    assert json.loads(words[words.index("--cli-input-json") + 1]) == parameters
