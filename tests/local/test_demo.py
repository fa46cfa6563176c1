"""The demo, run for real: what it makes, again, after an interruption, used, and taken away."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from jupyter_smext.local.demo import data
from jupyter_smext.local.demo.run import STEPS

LOCAL = [sys.executable, "-m", "jupyter_smext.local"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of an engine of its own, started as a newcomer's is and ended after the tests."""
    made = tmp_path_factory.mktemp("demo") / "engine"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEXT_LOCAL_HOME", str(made))
        yield made
        subprocess.run([*LOCAL, "stop"], check=True, capture_output=True)


def demo(*options: str) -> list[dict[str, str]]:
    """The events of a run that ends well."""
    ran = subprocess.run(
        [*LOCAL, "demo", "--json", *options], capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, (ran.stdout, ran.stderr)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def outcomes(events: list[dict[str, str]]) -> dict[str, str]:
    """What came of each step that was done."""
    return {event["step"]: event["detail"] for event in events if event["state"] == "done"}


def client(service: str) -> Any:
    found = subprocess.run([*LOCAL, "env", "--json"], check=True, capture_output=True, text=True)
    variables = json.loads(found.stdout)
    return boto3.session.Session().client(
        service,
        region_name=variables["AWS_REGION"],
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        config=Config(s3={"addressing_style": "path"}),
    )


def test_it_is_interrupted_and_gone_on_with(home: Path) -> None:
    with subprocess.Popen(
        [*LOCAL, "demo", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if (event["step"], event["state"]) == ("train-small", "running"):
                process.terminate()
                break
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")

    events = demo()
    planned = [event["step"] for event in events if event["state"] == "todo"]
    assert planned == [step.name for step in STEPS]
    done = outcomes(events)
    assert list(done) == planned
    assert done["data"].endswith("is kept as it is.")
    right, asked = map(int, re.findall(r"\d+", done["ask"])[:2])
    assert asked == 60 and right > 50


def test_what_it_made_is_there(home: Path) -> None:
    sagemaker = client("sagemaker")
    jobs = {
        which: sagemaker.describe_training_job(TrainingJobName=f"demo-digits-{which}")
        for which in ("small", "large")
    }
    accuracy = {}
    for which, job in jobs.items():
        assert job["TrainingJobStatus"] == "Completed"
        metrics = {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]}
        accuracy[which] = metrics["validation:accuracy"]
    assert accuracy["small"] < accuracy["large"]
    (package,) = sagemaker.list_model_packages(ModelPackageGroupName="demo-digits")[
        "ModelPackageSummaryList"
    ]
    assert package["ModelApprovalStatus"] == "Approved"
    described = sagemaker.describe_model_package(ModelPackageName=package["ModelPackageArn"])
    (container,) = described["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == jobs["large"]["ModelArtifacts"]["S3ModelArtifacts"]
    model = sagemaker.describe_model(ModelName="demo-digits-v1")["PrimaryContainer"]
    assert model["ModelPackageName"] == package["ModelPackageArn"]

    rows = client("s3").get_object(
        Bucket="smext-demo-us-east-1-000000000000", Key=data.key("validation")
    )
    assert len(rows["Body"].read().splitlines()) == data.PARTS["validation"]


def test_its_notebook_runs(home: Path, tmp_path: Path) -> None:
    (there,) = home.glob("notebook-instances/*/*/SageMaker/digits.ipynb")
    mine = tmp_path / "digits.ipynb"
    mine.write_bytes(there.read_bytes())
    env = json.loads(subprocess.run([*LOCAL, "env", "--json"], capture_output=True).stdout)
    convert = ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(mine)]
    subprocess.run(
        [sys.executable, *convert], check=True, capture_output=True, env={**os.environ, **env}
    )
    said = [
        "".join(output["text"])
        for cell in json.loads(mine.read_text())["cells"]
        for output in cell.get("outputs", ())
    ]
    assert len(said) == 3
    assert "demo-digits-large Completed" in said[0]
    assert re.fullmatch(r"It is a (\d) and was taken for \1\n", said[2])


def test_a_second_run_keeps_all(home: Path) -> None:
    sagemaker = client("sagemaker")
    before = sagemaker.describe_endpoint(EndpointName="demo-digits")["CreationTime"]
    sagemaker.stop_notebook_instance(NotebookInstanceName="demo-notebook")
    waiter = sagemaker.get_waiter("notebook_instance_stopped")
    waiter.wait(NotebookInstanceName="demo-notebook", WaiterConfig={"Delay": 0.2})
    done = outcomes(demo())
    del done["ask"]
    assert [step for step, detail in done.items() if "kept" not in detail] == []
    after = sagemaker.describe_endpoint(EndpointName="demo-digits")["CreationTime"]
    assert after == before
    again = sagemaker.describe_notebook_instance(NotebookInstanceName="demo-notebook")
    assert again["NotebookInstanceStatus"] == "InService"


def test_removing_it_takes_nothing_else(home: Path) -> None:
    sagemaker, s3 = client("sagemaker"), client("s3")
    sagemaker.create_model_package_group(ModelPackageGroupName="demo-digits-of-mine")
    s3.create_bucket(Bucket="mine")
    planned = demo("--remove", "--dry-run")
    assert {event["state"] for event in planned} == {"todo"}
    assert sagemaker.list_endpoints()["Endpoints"]
    refused = subprocess.run([*LOCAL, "demo", "--remove"], capture_output=True, input=b"no\n")
    assert refused.returncode == 1 and b"Nothing was removed" in refused.stdout

    done = outcomes(demo("--remove", "--yes"))
    assert list(done) == [event["step"] for event in planned]
    for operation, member in (
        ("list_apps", "Apps"),
        ("list_domains", "Domains"),
        ("list_endpoint_configs", "EndpointConfigs"),
        ("list_endpoints", "Endpoints"),
        ("list_models", "Models"),
        ("list_notebook_instances", "NotebookInstances"),
        ("list_notebook_instance_lifecycle_configs", "NotebookInstanceLifecycleConfigs"),
        ("list_training_jobs", "TrainingJobSummaries"),
    ):
        assert getattr(sagemaker, operation)()[member] == [], operation
    groups = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert [group["ModelPackageGroupName"] for group in groups] == ["demo-digits-of-mine"]
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["mine"]
    assert demo("--remove", "--yes") == []


def test_what_has_to_be_installed_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each of the modules, hidden from the command as if it were not installed.
    code = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'sklearn' else find(name, *a)\n"
        "from jupyter_smext.local.cli import main; sys.exit(main(['demo', '--json']))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (4, "")
    assert ran.stderr == (
        "sklearn cannot be imported here. Install: pip install jupyter_smext[local]\n"
    )


def test_a_step_that_fails_says_what_the_engine_said(home: Path) -> None:
    subprocess.run([*LOCAL, "stop"], check=True, capture_output=True)
    subprocess.run([*LOCAL, "start", "--faults"], check=True, capture_output=True)
    denied = ["fault", "set", "denied", "--operation", "CreateTrainingJob"]
    subprocess.run([*LOCAL, *denied], check=True, capture_output=True)
    ran = subprocess.run([*LOCAL, "demo", "--json"], capture_output=True, text=True)
    last = json.loads(ran.stdout.splitlines()[-1])
    assert (ran.returncode, last["step"], last["state"]) == (1, "train-small", "failed")
    assert "AccessDeniedException of CreateTrainingJob" in last["detail"]
    assert "sagemaker:CreateTrainingJob" in last["detail"]
