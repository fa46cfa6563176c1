"""Models and endpoints for tests: a script in a model.tar.gz, deployed on a real engine."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_smext.local.runners.endpoint.capture import put
from tests.local_engine import RunningEngine

#: AWS's scikit-learn image; the engine serves it with a runtime of its own.
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"

#: Answers what it was told and asked, without a library: it starts fast.
ECHO = """
import json, os

def model_fn(model_dir):
    with open(os.path.join(model_dir, "word")) as file:
        return file.read()

def input_fn(body, content_type):
    return body if isinstance(body, str) else body.decode()

def predict_fn(data, model):
    return {"model": model, "data": data}

def output_fn(prediction, accept):
    return json.dumps(prediction), "application/json"
"""

Spec = Mapping[str, Any]


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A model.tar.gz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def bucket(engine: RunningEngine, name: str) -> None:
    """A bucket, when it is not there yet."""
    if name not in [one.name for one in engine.engine.objects.buckets()]:
        engine.engine.objects.create_bucket("us-east-1", name)


def read(engine: RunningEngine, uri: str) -> bytes:
    """An object."""
    with engine.engine.objects.open(*engine.engine.objects.split_uri(uri)) as file:
        return file.read()


def put_model(
    engine: RunningEngine, name: str, *, script: str = ECHO, word: str = "hello", **model: Any
) -> None:
    """A Model record whose data is in S3."""
    bucket(engine, "models")
    data = archive({"word": word, "code/inference.py": script})
    uri = f"s3://models/{name}/model.tar.gz"
    put(engine.engine, uri, "", data, "application/x-tar")
    container = {
        "Image": IMAGE,
        "ModelDataUrl": uri,
        "Environment": {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        },
        **model.pop("container", {}),
    }
    engine.client("sagemaker").create_model(
        ModelName=name, PrimaryContainer=container, ExecutionRoleArn=ROLE, **model
    )


def put_config(
    engine: RunningEngine, name: str, *variants: Spec, model: str = "", **more: Any
) -> None:
    """An EndpointConfig of one variant of the model, or of the variants given."""
    first = {
        "VariantName": "AllTraffic",
        "ModelName": model,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    given = [{**first, **one} for one in variants or ({},)]
    engine.client("sagemaker").create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=given, **more
    )


def deploy(
    engine: RunningEngine, name: str, *, script: str = ECHO, word: str = "hello", **config: Any
) -> dict[str, Any]:
    """A model, a config and an endpoint of one name, in service; what Describe says."""
    put_model(engine, name, script=script, word=word)
    put_config(engine, name, model=name, **config)
    sagemaker = engine.client("sagemaker")
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    return settled(engine, name, "InService")


def settled(engine: RunningEngine, name: str, wanted: str, seconds: float = 60) -> dict[str, Any]:
    """What Describe says once the endpoint is in the wanted state; another lasting one fails."""
    detail: dict[str, Any] = {}

    def there() -> bool:
        detail.clear()
        detail.update(engine.client("sagemaker").describe_endpoint(EndpointName=name))
        status = detail["EndpointStatus"]
        assert status in (wanted, "Creating", "Updating", "SystemUpdating", "InService"), detail
        return bool(status == wanted)

    wait_for(there, seconds)
    return detail


def wait_for(there: Callable[[], object], seconds: float = 60) -> None:
    """Return once it is true. Raises AssertionError when it is not in time."""
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not come to be in time"
        time.sleep(0.05)


def invoke(engine: RunningEngine, name: str, body: bytes | str = b"x", **more: Any) -> Any:
    """InvokeEndpoint's answer, its body read."""
    answer = engine.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=name, Body=body, **{"ContentType": "text/csv", **more}
    )
    return {**answer, "Body": answer["Body"].read()}


def names(engine: RunningEngine, containing: str = "") -> list[str]:
    """The endpoints there are."""
    more = {"NameContains": containing} if containing else {}
    found = engine.client("sagemaker").list_endpoints(**more)
    return [one["EndpointName"] for one in found["Endpoints"]]


def end_all(engine: RunningEngine) -> None:
    """Delete every endpoint, and wait until they are gone."""
    sagemaker = engine.client("sagemaker")
    busy = ("Creating", "Updating", "SystemUpdating")

    def rest() -> list[str]:
        left = sagemaker.list_endpoints()["Endpoints"]
        for one in left:
            if one["EndpointStatus"] not in (*busy, "Deleting"):
                sagemaker.delete_endpoint(EndpointName=one["EndpointName"])
        return left

    wait_for(lambda: not rest())
