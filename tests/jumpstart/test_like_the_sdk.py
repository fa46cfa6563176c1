"""The calls that we make for real documents are those that the `sagemaker` SDK makes.

sdk_calls.jsonl is what SDK 2 sent for each case, recorded by tests/sdk/jumpstart_calls.py; `dev.py
test sdk` records it anew and compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jumpstart.deploy_calls import deployment
from jupyter_smext.jumpstart.documents import ModelDocument, parse_hub_document, parse_spec
from jupyter_smext.jumpstart.model_container import TunedModel
from jupyter_smext.jumpstart.training_call import training_call
from jupyter_smext.protocol import DeployRequest, FineTuneRequest

HERE = Path(__file__).parent
RECORDED = [
    json.loads(line) for line in (HERE / "sdk_calls.jsonl").read_text(encoding="utf-8").splitlines()
]
ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole"
#: What the SDK adds for Debugger and Profiler, whatever is trained.
LEFT_OUT = {"DebugHookConfig", "ProfilerConfig"}
#: Of a hub's document the SDK loses these: it looks for them by names that they do not have.
LOST = {
    "EnableInterContainerTrafficEncryption",
    "StoppingCondition",
    "CompressionType",
    "ModelDataDownloadTimeoutInSeconds",
    "ContainerStartupHealthCheckTimeoutInSeconds",
}


def name_of(recorded: dict[str, Any]) -> str:
    case = recorded["case"]
    parts = (
        case["what"],
        case["document"].split("_specs")[0],
        case.get("config"),
        case.get("instance_type"),
        case["region"],
    )
    return " ".join(part for part in parts if part)


def document_of(case: dict[str, Any]) -> ModelDocument:
    text = (HERE / "documents" / case["document"]).read_bytes()
    if "hub" not in case:
        return parse_spec(text, case["region"])
    arn = f"arn:aws:sagemaker:{case['region']}:123456789012:hub-content/{case['hub']}"
    return parse_hub_document(
        text.decode(),
        case["region"],
        id=case["model"],
        version=case["version"],
        hub=case["hub"],
        arn=f"{arn}/ModelReference/{case['model']}/{case['version']}",
    )


def tags_apart(parameters: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    tags = {each["Key"]: each["Value"] for each in parameters.get("Tags", ())}
    config = "sagemaker-sdk:jumpstart-inference-config-name"
    if config in tags:
        # The SDK spells a hub's configs in its own way.
        tags[config] = tags[config].replace("-_", "-")
    return {name: each for name, each in parameters.items() if name != "Tags"}, tags


def without(value: Any, names: set[str]) -> Any:
    """A tree without the members of these names."""
    if isinstance(value, dict):
        return {name: without(each, names) for name, each in value.items() if name not in names}
    return [without(each, names) for each in value] if isinstance(value, list) else value


def ours_for_deploy(case: dict[str, Any], document: ModelDocument) -> dict[str, Any]:
    request = DeployRequest(
        connection="local",
        region=case["region"],
        model=case["model"],
        version=case["version"],
        hub=case.get("hub"),
        endpoint=case["name"],
        role=ROLE,
        instance_type=case.get("instance_type"),
        config=case.get("config"),
        accept_eula=bool(case.get("eula")),
    )
    tuned = None
    if case["what"] == "deploy tuned":
        assert document.training is not None
        tuned = TunedModel(case["tuned"], True, str(document.training.instance_type))
    made = deployment(document, request, "default-bucket", tuned=tuned)
    calls = {call.operation: call.parameters for call in (made.model, made.config, made.endpoint)}
    if made.packing is not None:
        calls["repack"] = {
            "model_uri": made.packing.model,
            "source_directory": made.packing.script,
            "repacked_model_uri": made.packing.to,
            "inference_script": "inference.py",
        }
    return calls


def ours_for_training(case: dict[str, Any], document: ModelDocument) -> dict[str, Any]:
    training = document.training
    assert training is not None
    request = FineTuneRequest(
        connection="local",
        region=case["region"],
        model=case["model"],
        version=case["version"],
        hub=case.get("hub"),
        job=case["name"],
        role=ROLE,
        instance_type=case.get("instance_type") or str(training.instance_type),
        output="s3://default-bucket/",
        hyperparameters=case.get("hyperparameters", {}),
        max_seconds=training.max_run or 24 * 3600,
        accept_eula=bool(case.get("eula")),
    )
    call = training_call(document, request, case["dataset"])
    return {call.operation: call.parameters}


@pytest.mark.parametrize("recorded", RECORDED, ids=name_of)
def test_a_launch_is_what_the_sdk_makes_of_the_document(recorded: dict[str, Any]) -> None:
    case, theirs = recorded["case"], recorded["calls"]
    document = document_of(case)
    make = ours_for_training if case["what"] == "fine-tune" else ours_for_deploy
    if theirs[-1]["operation"] == "refused":
        with pytest.raises(ProblemError) as refused:
            make(case, document)
        assert refused.value.problem.cause == "invalid"
        return
    ours = make(case, document)
    assert set(ours) == {call["operation"] for call in theirs}
    for call in theirs:
        expected, their_tags = tags_apart(call["parameters"])
        found, our_tags = tags_apart(ours[call["operation"]])
        if call["operation"] == "CreateTrainingJob":
            expected = without(expected, LEFT_OUT)
            if expected.get("Environment") == {}:
                del expected["Environment"]
        if "hub" in case and call["operation"] != "CreateModel":
            expected, found = without(expected, LOST), without(found, LOST)
        assert found == expected
        assert our_tags == their_tags


def test_every_document_is_deployed_and_those_that_can_be_are_tuned() -> None:
    made = {(each["case"]["document"], each["case"]["what"]) for each in RECORDED}
    names = {file.name for file in (HERE / "documents").glob("*.json")}
    assert {name for name, what in made if what == "deploy"} == names
    assert {name for name, what in made if what == "fine-tune"} == names
