"""The code of a launch makes the calls that the launch makes."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.jumpstart.code import deploy_code, fine_tune_code
from jupyter_smext.jumpstart.deploy_calls import deployment
from jupyter_smext.jumpstart.documents import ModelDocument, parse_spec
from jupyter_smext.jumpstart.launch_plans import DeployPlan, FineTunePlan
from jupyter_smext.jumpstart.model_container import TunedModel
from jupyter_smext.jumpstart.training_call import training_call
from jupyter_smext.protocol import AwsCall, Code, DeployRequest, FineTuneRequest, Network, Scaling

FOLDER = Path(__file__).with_name("documents")
PLACE: dict[str, Any] = {"connection": "profile:me", "region": "eu-west-1", "hub": None}
ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole"
NETWORK = Network(("subnet-1", "subnet-2"), ("sg-1",))


def document(name: str) -> ModelDocument:
    file = next(FOLDER.glob(f"{name}_specs_*.json"))
    return parse_spec(file.read_bytes(), "eu-west-1")


def deploy(name: str = "pytorch-ic-mobilenet-v2", **more: Any) -> tuple[DeployPlan, Code]:
    of = document(name)
    request = DeployRequest(
        **PLACE, model=of.id, version=of.version, endpoint="it's-mine", role=ROLE, **more
    )
    tuned = TunedModel("s3://b/out/model.tar.gz") if request.tuned else None
    made = deployment(of, request, "our-bucket", tuned=tuned)
    variant = made.config.parameters["ProductionVariants"][0]
    plan = DeployPlan(of, of.hosting, made, variant.get("InstanceType", ""))
    return plan, deploy_code(plan, request)


DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "packed": {"name": "xgboost-classification-model"},
    "serverless": {"mode": "serverless", "memory_mb": 2048, "concurrency": 5},
    "asynchronous": {"mode": "async", "output": "s3://b/answers"},
    "component": {"component": True},
    "scaled": {"scaling": Scaling(1, 4, 70.0)},
    "tuned": {"tuned": "my-job"},
    "everything": {
        "instance_type": "ml.m5.xlarge",
        "count": 2,
        "environment": {"A": "quoted \"b\" and 'c'", "LINES": "a\nb"},
        "network": NETWORK,
        "kms_key": "key-1",
        "tags": {"team": "vision"},
    },
}


def wanted(plan: DeployPlan) -> list[AwsCall]:
    of = plan.deployment
    return [call for call in (of.model, of.config, of.endpoint, of.component, *of.scaling) if call]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_code_of_a_deployment_makes_its_calls(name: str) -> None:
    plan, code = deploy(**DEPLOYMENTS[name])
    calls = [(call.service, call.operation, call.parameters) for call in wanted(plan)]
    assert made_by_boto3(code.boto3) == calls
    assert made_by_cli(code.cli) == calls
    for source in (code.sdk_v2, code.sdk_v3):
        compile(source, name, "exec")
    packs = plan.deployment.packing is not None
    assert ("upload_file" in code.boto3) == ("aws s3 cp" in code.cli) == packs


def fine_tune(
    folder: str | None = None, leave_out: tuple[str, ...] = ()
) -> tuple[FineTunePlan, Code]:
    of = document("lightgbm-classification-model")
    assert of.training is not None
    request = FineTuneRequest(
        **PLACE,
        model=of.id,
        version=of.version,
        job="mine",
        role=ROLE,
        instance_type="ml.m5.xlarge",
        output="s3://b/out",
        hyperparameters={"num_boost_round": "10"},
        spot=True,
        network=NETWORK,
        kms_key="key-1",
        tags={"team": "tables"},
        folder=folder,
    )
    plan = FineTunePlan(
        of, of.training, training_call(of, request, "s3://our-data/set"), "s3://our-data/set"
    )
    return plan, fine_tune_code(plan, request, leave_out)


def test_the_code_of_a_fine_tuning_makes_its_call() -> None:
    plan, code = fine_tune()
    calls = [("sagemaker", "CreateTrainingJob", plan.call.parameters)]
    assert made_by_boto3(code.boto3) == calls
    assert made_by_cli(code.cli) == calls
    for source in (code.sdk_v2, code.sdk_v3):
        compile(source, "fine-tune", "exec")


def test_the_code_of_a_fine_tuning_uploads_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("train/a.csv", "train/.hidden", ".git/config", "odd [x]*.txt", "readme.md"):
        file = tmp_path / "my data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1,2")
    (tmp_path / "my data" / "link.csv").symlink_to("/etc/hostname")
    plan, code = fine_tune("my data", ("odd [x]*.txt",))
    sent = {"our-data/set/readme.md", "our-data/set/train/a.csv"}

    files: list[tuple[str, str]] = []
    client = types.SimpleNamespace(
        upload_file=lambda file, bucket, key: files.append((file, f"{bucket}/{key}"))
    )
    fake = types.SimpleNamespace(client=lambda *_, **__: client)
    monkeypatch.setitem(sys.modules, "boto3", fake)
    for source in (code.boto3, code.sdk_v2, code.sdk_v3):
        files.clear()
        compile(source, "fine-tune", "exec")
        first = source.index("from pathlib")
        block = source[first : source.index("upload_file", first)]
        end = source.index("\n", first + len(block))
        exec(compile(source[first:end], "upload", "exec"), {})
        assert {to for _, to in files} == sent, source
    line = next(line for line in code.cli.splitlines() if line.startswith("aws s3 cp"))
    words = shlex.split(line)
    assert words[0] == "aws" and words[-1] == "odd [[]x][*].txt"
    aws = [str(Path(sys.executable).with_name("aws")), *words[1:], "--dryrun"]
    said = subprocess.run(aws, capture_output=True, text=True, check=True).stdout
    assert {each.rpartition("s3://")[2] for each in said.split("\n") if each} == sent


Made = list[tuple[str, str, Any]]


class _Client:
    """Notes its calls; those of S3 would move the archives about."""

    def __init__(self, service: str, made: Made) -> None:
        self._service, self._made = service, made

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*_: Any, **parameters: Any) -> Any:
            if name == "get_waiter":
                return types.SimpleNamespace(wait=lambda **_: None)
            operation = "".join(part.title() for part in name.split("_"))
            self._made.append((self._service, operation, parameters))
            return None

        return call


def made_by_boto3(source: str) -> Made:
    made: Made = []
    fake = types.SimpleNamespace(client=lambda service, **_: _Client(service, made))
    lines = source.splitlines()
    if any("TemporaryDirectory" in line for line in lines):
        # What packs is the first block: it is tried on a real engine, with the CLI's.
        first = next(at for at, line in enumerate(lines) if line.startswith("sagemaker ="))
        source = "\n".join(["import boto3", *lines[first:]])
    kept = sys.modules["boto3"]
    sys.modules["boto3"] = fake  # type: ignore[assignment]
    try:
        exec(compile(source, "boto3", "exec"), {})
    finally:
        sys.modules["boto3"] = kept
    return made


def made_by_cli(script: str) -> Made:
    words = shlex.split(script, comments=True)
    made: Made = []
    for at, word in enumerate(words):
        if word == "--cli-input-json":
            service, operation = words[at - 4], words[at - 3]
            name = "".join(part.title() for part in operation.split("-"))
            made.append((service, name, json.loads(words[at + 1])))
    return made
