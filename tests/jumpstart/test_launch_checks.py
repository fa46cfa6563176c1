"""What a model's document says against a launch, and what form of it cannot be meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jumpstart.documents import ModelDocument, parse_hub_document, parse_spec
from jupyter_smext.jumpstart.launch_checks import Checks, fits, mode_of
from jupyter_smext.jumpstart.launch_plans import Plans, check_hyperparameters
from jupyter_smext.jumpstart.model_document import Declared
from jupyter_smext.jumpstart.page_of_document import page_of, row_of
from jupyter_smext.jumpstart.training_call import MAX_SECONDS
from jupyter_smext.jumpstart.valid import check
from jupyter_smext.jumpstart.versions import Versions
from jupyter_smext.protocol import (
    AwsCall,
    DataCheck,
    DeployRequest,
    FineTuneRequest,
    Network,
    Scaling,
)

FOLDER = Path(__file__).with_name("documents")
REQUEST = DeployRequest(
    connection="profile:me",
    region="us-east-1",
    model="m",
    version="1.0.0",
    hub=None,
    endpoint="mine",
    role="arn:aws:iam::123456789012:role/x",
)


def llama() -> ModelDocument:
    return parse_hub_document(
        (FOLDER / "hub_content_document.json").read_text(), "us-east-1", id="llama", version="4.1.0"
    )


def said(document: ModelDocument, instance_type: str = "", **more: Any) -> Checks:
    none = cast(Any, None)
    found = Checks(none, none, replace(REQUEST, **more), instance_type, "hosting")
    found.of_document(document, document.hosting)
    return found


def test_a_licence_must_be_accepted() -> None:
    refused = said(llama())
    assert [problem.title for problem in refused.problems] == [
        "The model's licence is not accepted"
    ]
    assert "llamaEula.txt" in refused.problems[0].detail and refused.checked == []
    assert said(llama(), accept_eula=True).problems == []


def test_what_speaks_against_a_model_is_a_warning() -> None:
    document = llama()
    hosting = replace(document.hosting, vulnerable=True, vulnerabilities=("CVE-1",))
    old = replace(document, deprecated=True, hostings=(hosting,))
    found = said(old, "ml.t3.medium", accept_eula=True)
    assert found.problems == []
    text = " ".join(found.warnings)
    assert "deprecated" in text and "CVE-1" in text and "ml.t3.medium" in text


def test_a_marketplace_model_needs_aws() -> None:
    bought = replace(llama(), proprietary=True)
    assert "subscribed" in said(bought, accept_eula=True).unknown[0]
    local = said(bought, accept_eula=True, connection="local")
    assert local.problems[0].cause == "needs_aws"


MODES: dict[str, dict[str, Any]] = {
    "memory": {"mode": "serverless", "concurrency": 1, "memory_mb": 1000},
    "concurrency": {"mode": "serverless", "memory_mb": 1024},
    "VPC": {
        "mode": "serverless",
        "memory_mb": 1024,
        "concurrency": 1,
        "network": Network(("s",), ("g",)),
    },
    "components": {"mode": "serverless", "memory_mb": 1024, "concurrency": 1, "component": True},
    "place": {"mode": "async"},
    "no place": {"mode": "async", "output": "here"},
    "scaled": {
        "mode": "serverless",
        "memory_mb": 1024,
        "concurrency": 1,
        "scaling": Scaling(1, 2, 1.0),
    },
    "few": {"scaling": Scaling(3, 2, 1.0)},
}


@pytest.mark.parametrize("word", MODES)
def test_a_mode_that_cannot_be(word: str) -> None:
    with pytest.raises(ProblemError) as refused:
        mode_of(replace(REQUEST, **MODES[word]), llama().hosting, False)
    assert refused.value.problem.status == 400 and word in refused.value.problem.title


async def tuned(hyperparameters: dict[str, str] | None = None, **more: Any) -> ModelDocument:
    spec = next(FOLDER.glob("pytorch-ic-mobilenet-v2_specs_v3.0.25.json"))
    document = parse_spec(spec.read_bytes(), "us-east-1")

    async def documents(*of: Any) -> ModelDocument:
        return document

    request = FineTuneRequest(
        connection="profile:me",
        region="us-east-1",
        model=document.id,
        version=document.version,
        hub=None,
        job="mine",
        role="arn:aws:iam::123456789012:role/x",
        instance_type="ml.m5.xlarge",
        output="s3://our-bucket/out",
        hyperparameters=hyperparameters or {},
        **more,
    )
    plan = await Plans(cast(Any, None), documents).fine_tune(request, uploads=False)
    assert plan.dataset == document.training.dataset  # type: ignore[union-attr]
    return document


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("epochs", "0", "at least 1"),
        ("epochs", "1001", "at most 1000"),
        ("epochs", "2.5", "whole number"),
        ("learning_rate", "nan", "a number"),
        ("learning_rate", "much", "a number"),
        ("train_only_top_layer", "yes", "one of True, False"),
        ("none_of_its", "1", "page"),
    ],
)
async def test_a_hyperparameter_out_of_range(name: str, value: str, why: str) -> None:
    with pytest.raises(ProblemError) as refused:
        await tuned({name: value})
    assert refused.value.problem.status == 400 and why in refused.value.problem.detail


async def test_hyperparameters_in_range() -> None:
    await tuned({"epochs": "1000", "learning_rate": "1e-3", "reinitialize_top_layer": "Auto"})


async def test_a_spot_training_waits_at_least_as_long_as_it_may_run() -> None:
    await tuned(spot=True, max_seconds=60, max_wait_seconds=60)
    for wait in (59, MAX_SECONDS + 1):
        with pytest.raises(ProblemError) as refused:
            await tuned(spot=True, max_seconds=60, max_wait_seconds=wait)
        assert refused.value.problem.status == 400 and "waits" in refused.value.problem.title


BOUNDS: dict[str, tuple[dict[str, Any], str | None, str]] = {
    "too short": ({"type": "text", "min": 3}, "ab", "at least 3"),
    "too long": ({"type": "text", "exclusive_max": 3}, "abc", "less than 3"),
    "no truth": ({"type": "bool"}, "yes", "True or False"),
    "none": ({"type": "text"}, None, "no default"),
    "an open bound": ({"type": "float", "exclusive_min": 0}, "0", "more than 0"),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_hyperparameter_as_it_is_declared(name: str) -> None:
    declared, value, why = BOUNDS[name]
    spec = next(FOLDER.glob("pytorch-ic-mobilenet-v2_specs_v3.0.25.json"))
    training = parse_spec(spec.read_bytes(), "us-east-1").training
    assert training is not None
    one = Declared(name="one", default="x" if value is not None else None, **declared)
    chosen = {} if value is None else {"one": value}
    with pytest.raises(ProblemError) as refused:
        check_hyperparameters(replace(training, hyperparameters=(one,)), "ml.m5.large", chosen)
    assert why in refused.value.problem.detail


async def test_a_training_config_is_chosen() -> None:
    """As SDK 2 does with config_name, for the same document (there is no real one with several)."""
    spec = next(FOLDER.glob("pytorch-ic-mobilenet-v2_specs_v3.0.25.json"))
    said = json.loads(spec.read_bytes())
    prefix = "source-directory-tarballs"
    said["training_configs"] = {name: {"component_names": [name]} for name in ("full", "top")}
    said["training_config_components"] = {
        "full": {"default_training_instance_type": "ml.g4dn.xlarge", "training_volume_size": 99},
        "top": {"training_prepacked_script_key": f"{prefix}/other.tar.gz"},
    }
    said["training_config_rankings"] = {"overall": {"rankings": ["top", "full"]}}
    document = parse_spec(json.dumps(said).encode(), "us-east-1")

    async def documents(*of: Any) -> ModelDocument:
        return document

    plans = Plans(cast(Any, None), documents)
    request = FineTuneRequest(
        connection="profile:me",
        region="us-east-1",
        model=document.id,
        version=document.version,
        hub=None,
        job="mine",
        role="arn:aws:iam::123456789012:role/x",
        instance_type="ml.m5.xlarge",
        output="s3://our-bucket/out",
    )
    made = {
        name: (await plans.fine_tune(replace(request, config=name), uploads=False)).call.parameters
        for name in (None, "top", "full")
    }
    assert made[None] == made["top"] != made["full"]
    assert made["full"]["ResourceConfig"]["VolumeSizeInGB"] == 99
    code = [each for each in made["top"]["InputDataConfig"] if each["ChannelName"] == "code"]
    assert code[0]["DataSource"]["S3DataSource"]["S3Uri"].endswith(f"{prefix}/other.tar.gz")
    tag = {"Key": "sagemaker-sdk:jumpstart-training-config-name", "Value": "full"}
    assert tag in made["full"]["Tags"]
    with pytest.raises(ProblemError) as refused:
        await plans.fine_tune(replace(request, config="none"), uploads=False)
    assert "top, full" in refused.value.problem.detail

    row = row_of(document, "profile:me")
    page = page_of(row, document, "", Versions((document.version,)), None, ())
    assert [each.name for each in page.training_configs] == ["top", "full"]
    assert page.training_configs[1].instance_type == "ml.g4dn.xlarge"


def test_data_outside_its_format_must_be_known() -> None:
    data = DataCheck(3, 9, {}, ("a.txt",), 1, "Image classification", ())
    request = FineTuneRequest("profile:me", "us-east-1", "m", "1", None, "job", "r", "t", "s3://o")
    with pytest.raises(ProblemError) as refused:
        fits(data, request)
    assert "1 file outside" in refused.value.problem.title
    fits(data, replace(request, leave_out=True))


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"EndpointName": "a" * 64, "EndpointConfigName": "b"}, "64 characters"),
        ({"EndpointName": "a_b", "EndpointConfigName": "b"}, "must match"),
        ({"EndpointName": "a"}, "EndpointConfigName"),
        ({"EndpointName": "a", "EndpointConfigName": "b", "Nothing": 1}, "Nothing"),
    ],
)
def test_a_call_that_aws_would_refuse(parameters: dict[str, Any], why: str) -> None:
    with pytest.raises(ProblemError) as refused:
        check(AwsCall("CreateEndpoint", parameters))
    assert why in refused.value.problem.detail
