"""The layouts of endpoints and models: what a training job made is deployed, and taken back."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.local.endpoint_models import IMAGE, archive, put_model, read
from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .creating import BUCKET, REGION, ROLE, by_layout, created, ended, states

pytest_plugins = ("tests.local_engine", "tests.smext_server")
pytestmark = pytest.mark.usefixtures("local")

PLACE = {"connection": "local", "region": REGION}
SHADOW = {"name": "s", "model": "n"}
HOSTILE = "<img src=x onerror=alert(1)>"
SCRIPT = """
import json, os

def model_fn(folder):
    with open(os.path.join(folder, "model.json")) as file:
        return json.load(file)

def input_fn(body, content_type):
    return json.loads(body)

def predict_fn(data, model):
    return {"scaled": [model["factor"] * value for value in data]}

def output_fn(prediction, accept):
    return json.dumps(prediction), "application/json"

if __name__ == "__main__":
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("--factor", type=float)
    with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"), "w") as file:
        json.dump({"factor": parser.parse_args().factor}, file)
"""


@pytest.fixture(autouse=True)
def clean(engine: RunningEngine) -> Any:
    yield
    engine.faults([])
    scaling = engine.client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    for target in targets:
        names = ("ServiceNamespace", "ResourceId", "ScalableDimension")
        scaling.deregister_scalable_target(**{name: target[name] for name in names})
    client = engine.client("sagemaker")
    for endpoint in client.list_endpoints()["Endpoints"]:
        name = endpoint["EndpointName"]
        client.delete_endpoint(EndpointName=name)
        client.get_waiter("endpoint_deleted").wait(
            EndpointName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
        )
    for config in client.list_endpoint_configs()["EndpointConfigs"]:
        client.delete_endpoint_config(EndpointConfigName=config["EndpointConfigName"])
    for model in client.list_models()["Models"]:
        client.delete_model(ModelName=model["ModelName"])


async def checked(call: Call, layout: str, values: dict[str, Any]) -> Any:
    answer = await call("POST", "creations/check", by_layout(layout, values))
    assert answer.status == 200, answer.body
    return answer.json


def parameters(check: Any, operation: str) -> dict[str, Any]:
    assert not check["errors"] and not check["problems"], check
    [found] = [one["parameters"] for one in check["calls"] if one["operation"] == operation]
    return dict(found)


async def test_what_a_script_trained_is_deployed_and_answers(
    call: Call, engine: RunningEngine, jp_root_dir: Path
) -> None:
    (jp_root_dir / "scale.py").write_text(SCRIPT)
    job = {
        "job": "scaler",
        "role": ROLE,
        "output": f"s3://{BUCKET}/out",
        "script": "scale.py",
        "framework": "sklearn-1.4-2",
        "hyperparameters": {"factor": 3},
    }
    trained = await ended(call, (await created(call, by_layout("training-job", job)))["id"])
    assert trained["state"] == "done", trained
    client = engine.client("sagemaker")
    early = await checked(call, "endpoint", {"name": "early", "source": "job", "job": "nothing"})
    assert early["problems"][0]["cause"] == "not_found", early
    client.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="scaler", WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
    )
    filled = {"source": "job", "job": "scaler"}
    form = (await call("POST", "layouts/endpoint/form", filled, **PLACE)).json
    assert form["defaults"]["name"] == "scaler"
    assert "role" not in form["defaults"]
    fields = form["schema"]["properties"]
    assert fields["role"]["description"].endswith(ROLE)
    assert "scikit-learn" in fields["image"]["description"]
    assert "SAGEMAKER_PROGRAM=scale.py" in fields["environment"]["description"]
    odd = (await call("POST", "layouts/endpoint/form", {**filled, "job": "gone"}, **PLACE)).json
    assert "not there" in odd["schema"]["properties"]["job"]["description"], odd

    values = {"name": "scaler", **filled, "scales": True, "most": 3}
    check = await checked(call, "endpoint", values)
    made = parameters(check, "CreateModel")
    assert made["ExecutionRoleArn"] == ROLE
    environment = made["PrimaryContainer"]["Environment"]
    assert environment["SAGEMAKER_PROGRAM"] == "scale.py"
    assert environment["SAGEMAKER_SUBMIT_DIRECTORY"].endswith("/sourcedir.tar.gz")

    creation = await ended(call, (await created(call, by_layout("endpoint", values)))["id"])
    assert creation["state"] == "done", creation
    assert list(states(creation)) == ["model", "config", "endpoint", "ready", "scaling"]
    assert creation["target"] == {"kind": "endpoint", "id": "scaler", "name": "scaler"}
    answer = engine.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="scaler", Body=b"[1, 2]", ContentType="application/json"
    )
    with answer["Body"] as body:
        assert json.load(body) == {"scaled": [3.0, 6.0]}
    scaling = (await call("GET", "endpoints/scaler/scaling", **PLACE)).json["variants"][0]
    assert (scaling["least"], scaling["most"]) == (1, 3)

    # Weights and counts have a form of their own, and its values are those of now.
    form = (
        await call(
            "GET",
            "forms/UpdateEndpointWeightsAndCapacities",
            **PLACE,
            kind="endpoint",
            id="scaler",
        )
    ).json
    assert form["defaults"]["DesiredWeightsAndCapacities"] == [
        {"VariantName": "AllTraffic", "DesiredWeight": 1.0, "DesiredInstanceCount": 1}
    ]


async def test_a_failed_one_goes_on_or_is_taken_back(call: Call, engine: RunningEngine) -> None:
    put_model(engine, "echo")
    engine.faults([{"kind": "denied", "operation": "PutScalingPolicy"}])
    values = {"name": "shop", "source": "model", "model": "echo", "scales": True}
    creation = await ended(call, (await created(call, by_layout("endpoint", values)))["id"])
    assert creation["state"] == "failed", creation
    assert creation["problem"]["permission"] == "application-autoscaling:PutScalingPolicy"
    assert [one["kind"] for one in creation["made"]] == ["endpoint-config", "endpoint"]
    engine.faults([])
    await call("POST", f"creations/{creation['id']}/retry")
    creation = await ended(call, creation["id"])
    assert creation["state"] == "done", creation

    # Now one that is cancelled: nothing of it is left, and the model that was there stays.
    engine.faults([{"kind": "denied", "operation": "PutScalingPolicy"}])
    again = {**values, "name": "shop-two"}
    creation = await ended(call, (await created(call, by_layout("endpoint", again)))["id"])
    engine.faults([])
    await call("POST", f"creations/{creation['id']}/cancel")
    creation = await ended(call, creation["id"])
    assert (creation["state"], creation["left"]) == ("cancelled", []), creation
    client = engine.client("sagemaker")
    assert [one["EndpointName"] for one in client.list_endpoints()["Endpoints"]] == ["shop"]
    assert [one["ModelName"] for one in client.list_models()["Models"]] == ["echo"]
    targets = engine.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker"
    )["ScalableTargets"]
    assert [one["ResourceId"] for one in targets] == ["endpoint/shop/variant/AllTraffic"]


async def test_variants_capture_and_timeouts_are_as_aws_takes_them(call: Call) -> None:
    values = {
        "name": "shop",
        "model": "one",
        "variant": "blue",
        "weight": 3,
        "variants": [
            {"name": "green", "model": "two", "instance_type": "ml.m5.xlarge", "count": 2}
        ],
        "captures": True,
        "capture_to": f"s3://{BUCKET}/captured",
        "capture_share": 20,
        "capture_what": "input",
        "startup_timeout": 600,
        "volume": 30,
        "tags": {"team": "vision"},
    }
    config = parameters(await checked(call, "endpoint", values), "CreateEndpointConfig")
    blue, green = config["ProductionVariants"]
    assert blue == {
        "VariantName": "blue",
        "ModelName": "one",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 3.0,
        "VolumeSizeInGB": 30,
        "ContainerStartupHealthCheckTimeoutInSeconds": 600,
    }
    assert (green["VariantName"], green["InitialInstanceCount"]) == ("green", 2)
    assert config["DataCaptureConfig"] == {
        "EnableCapture": True,
        "InitialSamplingPercentage": 20,
        "DestinationS3Uri": f"s3://{BUCKET}/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    assert config["Tags"] == [{"Key": "team", "Value": "vision"}]


async def test_a_shadow_variant_is_as_aws_takes_it_and_comes_back(
    call: Call, engine: RunningEngine
) -> None:
    values = {
        "name": "shop",
        "model": "one",
        "weight": 2,
        "volume": 30,
        "shadows": [{"name": "next", "model": "two", "instance_type": "ml.m5.xlarge", "share": 25}],
        "captures": True,
        "capture_to": f"s3://{BUCKET}/captured",
        "kms_key": "alias/mine",
        "tags": {"team": "vision"},
    }
    check = await checked(call, "endpoint", values)
    config = parameters(check, "CreateEndpointConfig")
    assert config["ShadowProductionVariants"] == [
        {
            "VariantName": "next",
            "ModelName": "two",
            "InstanceType": "ml.m5.xlarge",
            "InitialInstanceCount": 1,
            "InitialVariantWeight": 0.5,
        }
    ]
    assert len(config["ProductionVariants"]) == 1

    # From what AWS tells of the configuration to the same request again.
    client = engine.client("sagemaker")
    for model in ("one", "two"):
        put_model(engine, model)
    client.create_endpoint_config(**config)
    endpoint = parameters(check, "CreateEndpoint")
    back = (await call("POST", "layouts/endpoint/values", endpoint, **PLACE)).json
    assert back["lost"] == []
    assert back["values"]["shadows"] == [
        {
            "name": "next",
            "model": "two",
            "instance_type": "ml.m5.xlarge",
            "count": 1,
            "share": 25.0,
        }
    ]
    again = await checked(call, "endpoint", back["values"])
    made = parameters(again, "CreateEndpointConfig")
    assert {**made, "EndpointConfigName": "shop"} == {**config, "EndpointConfigName": "shop"}
    # The configuration by itself is cloned with it as well.
    cloned = await call("GET", "resources/endpoint-config/shop/parameters", **PLACE)
    assert cloned.status == 200, cloned.body
    shadows = cloned.json["parameters"]["ShadowProductionVariants"]
    assert shadows == config["ShadowProductionVariants"]


async def test_the_local_engine_keeps_a_shadow_variant_and_runs_no_such_endpoint(
    call: Call, engine: RunningEngine
) -> None:
    form = (await call("POST", "layouts/endpoint/form", {}, **PLACE)).json
    assert "runs no such endpoint" in form["schema"]["properties"]["shadows"]["description"]
    put_model(engine, "echo")
    shadow = {"name": "next", "model": "echo"}
    values = {"name": "shop", "model": "echo", "shadows": [shadow]}
    creation = await ended(call, (await created(call, by_layout("endpoint", values)))["id"])
    assert states(creation) == {"config": "done", "endpoint": "failed", "ready": "skipped"}
    assert creation["problem"]["cause"] == "needs_aws", creation
    assert "shadow variants" in creation["problem"]["detail"], creation
    await call("POST", f"creations/{creation['id']}/cancel")
    creation = await ended(call, creation["id"])
    assert (creation["state"], creation["left"]) == ("cancelled", []), creation


async def test_serverless_takes_memory_and_nothing_of_instances(call: Call) -> None:
    values = {
        "name": "s",
        "model": "m",
        "mode": "serverless",
        "memory": "4096",
        "provisioned": 2,
        # Hidden, so of no meaning.
        "instance_type": HOSTILE,
        "output": "nowhere",
    }
    config = parameters(await checked(call, "endpoint", values), "CreateEndpointConfig")
    [variant] = config["ProductionVariants"]
    assert variant == {
        "VariantName": "AllTraffic",
        "ModelName": "m",
        "ServerlessConfig": {
            "MemorySizeInMB": 4096,
            "MaxConcurrency": 5,
            "ProvisionedConcurrency": 2,
        },
    }


async def test_a_queue_is_scaled_by_what_waits_in_it(call: Call) -> None:
    values = {
        "name": "q",
        "model": "m",
        "mode": "async",
        "output": f"s3://{BUCKET}/answers",
        "failures": f"s3://{BUCKET}/failures",
        "success_topic": "arn:aws:sns:us-east-1:000000000000:done",
        "at_once": 4,
        "scales": True,
        "least": 0,
        "target": 5,
    }
    check = await checked(call, "endpoint", values)
    config = parameters(check, "CreateEndpointConfig")
    assert config["AsyncInferenceConfig"] == {
        "OutputConfig": {
            "S3OutputPath": f"s3://{BUCKET}/answers",
            "S3FailurePath": f"s3://{BUCKET}/failures",
            "NotificationConfig": {"SuccessTopic": "arn:aws:sns:us-east-1:000000000000:done"},
        },
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 4},
    }
    policy = parameters(check, "PutScalingPolicy")
    metric = policy["TargetTrackingScalingPolicyConfiguration"]["CustomizedMetricSpecification"]
    assert metric["MetricName"] == "ApproximateBacklogSizePerInstance"
    assert parameters(check, "RegisterScalableTarget")["MinCapacity"] == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"source": "model"}, "model"),
        ({"source": "job"}, "job"),
        ({"source": "artifact", "image": IMAGE, "role": ROLE}, "artifact"),
        ({"source": "artifact", "artifact": "s3://b-1/m", "role": ROLE}, "image"),
        ({"source": "image", "image": IMAGE}, "role"),
        ({"model": "m", "name": HOSTILE}, "name"),
        ({"model": "m", "mode": "async"}, "output"),
        ({"model": "m", "scales": True, "least": 5}, "least"),
        ({"model": "m", "scales": True, "least": 0}, "least"),
        ({"model": "m", "count": 0}, "count"),
        ({"model": "m", "captures": True}, "capture_to"),
        ({"model": "m", "variants": [{"name": "AllTraffic", "model": "n"}]}, "variants"),
        ({"model": "m", "mode": "serverless", "provisioned": 9}, "provisioned"),
        ({"model": "m", "shadows": [{**SHADOW, "name": "AllTraffic"}]}, "shadows"),
        ({"model": "m", "shadows": [SHADOW], "variants": [{"name": "b", "model": "n"}]}, "shadows"),
        ({"model": "m", "shadows": [SHADOW, {**SHADOW, "name": "t"}]}, "shadows"),
        ({"model": "m", "shadows": [{**SHADOW, "share": 0}]}, "shadows"),
        ({"model": "m", "shadows": [{**SHADOW, "share": 101}]}, "shadows"),
        ({"model": "m", "shadows": [{**SHADOW, "count": 0}]}, "shadows"),
        ({"model": "m", "shadows": [{"name": "s"}]}, "shadows"),
        ({"model": "m", "shadows": [SHADOW], "weight": 0}, "weight"),
        ({"source": "image", "image": IMAGE, "role": ROLE, "subnets": ["subnet-1"]}, "security"),
        ({"model": "m", "tags": {"team": HOSTILE}}, "tags"),
        ({"model": "m", "surprise": 1}, ""),
    ],
)
async def test_what_contradicts_itself_is_said_at_its_field(
    call: Call, values: dict[str, Any], field: str
) -> None:
    check = await checked(call, "endpoint", {"name": "e", **values})
    assert check["errors"] and check["calls"] == [], check
    [error] = check["errors"]
    assert str(next(iter(error["path"]), "")).startswith(field), error


async def test_a_model_of_several_containers_and_back(call: Call, engine: RunningEngine) -> None:
    values = {
        "name": "both",
        "source": "artifact",
        "artifact": "s3://b-1/model.tar.gz",
        "image": IMAGE,
        "role": ROLE,
        "environment": {"A": HOSTILE},
        "isolation": True,
        "subnets": ["subnet-1"],
        "security_groups": ["sg-1"],
    }
    made = parameters(await checked(call, "model", values), "CreateModel")
    assert made == {
        "ModelName": "both",
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {
            "Image": IMAGE,
            "ModelDataUrl": "s3://b-1/model.tar.gz",
            "Environment": {"A": HOSTILE},
        },
        "EnableNetworkIsolation": True,
        "VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    }
    back = (await call("POST", "layouts/model/values", made)).json
    assert back["lost"] == []
    again = parameters(await checked(call, "model", back["values"]), "CreateModel")
    assert again == made

    more = {**values, "containers": [{"image": IMAGE, "hostname": "next"}], "mode": "Direct"}
    made = parameters(await checked(call, "model", more), "CreateModel")
    assert [len(made["Containers"]), made["InferenceExecutionConfig"]] == [2, {"Mode": "Direct"}]
    # What the layout cannot show is said, and the form of all fields has it.
    back = (await call("POST", "layouts/model/values", made)).json
    assert (back["values"], "Containers" in back["lost"]) == (None, True)


def trained_with_torch(engine: RunningEngine, name: str) -> None:
    """The record of a job whose script is put into its model's archive, and both archives."""
    client = engine.client("s3")
    if BUCKET not in {one["Name"] for one in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=BUCKET)
    model = archive({"model.pth": "weights", "code/train.py": "old"})
    client.put_object(Bucket=BUCKET, Key=f"{name}/model.tar.gz", Body=model)
    script = archive({"train.py": "new", "more/beside.py": "more"})
    client.put_object(Bucket=BUCKET, Key=f"{name}/sourcedir.tar.gz", Body=script)
    engine.put(
        "TrainingJob",
        {
            "TrainingJobName": name,
            "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:000000000000:training-job/{name}",
            "TrainingJobStatus": "Completed",
            "SecondaryStatus": "Completed",
            "CreationTime": 1.7e9,
            "LastModifiedTime": 1.7e9,
            "RoleArn": ROLE,
            "ModelArtifacts": {"S3ModelArtifacts": f"s3://{BUCKET}/{name}/model.tar.gz"},
            "AlgorithmSpecification": {
                "TrainingImage": "763104351884.dkr.ecr.us-east-1.amazonaws.com/"
                "pytorch-training:2.6.0-cpu-py312",
                "TrainingInputMode": "File",
            },
            "HyperParameters": {
                "sagemaker_program": '"train.py"',
                "sagemaker_submit_directory": f'"s3://{BUCKET}/{name}/sourcedir.tar.gz"',
            },
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 30,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
    )


async def test_a_script_is_put_into_the_archive_and_taken_back(
    call: Call, engine: RunningEngine
) -> None:
    trained_with_torch(engine, "torched")
    values = {"name": "packed", "source": "job", "job": "torched", "role": ROLE}
    engine.faults([{"kind": "denied", "operation": "CreateModel"}])
    creation = await ended(call, (await created(call, by_layout("model", values)))["id"])
    assert states(creation) == {"pack": "done", "model": "failed"}, creation
    engine.faults([])
    s3 = engine.client("s3")
    keys = {"Bucket": BUCKET, "Prefix": "packed/"}
    assert s3.list_objects_v2(**keys)["KeyCount"] == 1
    await call("POST", f"creations/{creation['id']}/cancel")
    creation = await ended(call, creation["id"])
    assert creation["state"] == "cancelled", creation
    assert s3.list_objects_v2(**keys)["KeyCount"] == 0

    creation = await ended(call, (await created(call, by_layout("model", values)))["id"])
    assert creation["state"] == "done", creation
    told = engine.client("sagemaker").describe_model(ModelName="packed")["PrimaryContainer"]
    assert told["Image"].endswith("/pytorch-inference:2.6.0-cpu-py312")
    assert told["Environment"]["SAGEMAKER_SUBMIT_DIRECTORY"] == "/opt/ml/model/code"
    uri = f"s3://{BUCKET}/packed/model.tar.gz"
    assert told["ModelDataUrl"] == uri
    with tarfile.open(fileobj=io.BytesIO(read(engine, uri))) as packed:
        found = {each.name: packed.extractfile(each) for each in packed}
        assert sorted(found) == ["code/more/beside.py", "code/train.py", "model.pth"]
        script = found["code/train.py"]
        assert script is not None and script.read() == b"new"


async def test_an_archive_that_cannot_be_used_ends_it_at_once(
    call: Call, engine: RunningEngine
) -> None:
    trained_with_torch(engine, "garbled")
    garbage = b"\x00\xff no archive"
    engine.client("s3").put_object(Bucket=BUCKET, Key="garbled/model.tar.gz", Body=garbage)
    values = {"name": "never", "source": "job", "job": "garbled", "role": ROLE}
    creation = await ended(call, (await created(call, by_layout("model", values)))["id"])
    assert (creation["state"], creation["problem"]["cause"]) == ("failed", "invalid"), creation
    assert "cannot be read" in creation["problem"]["title"]
