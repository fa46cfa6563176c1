"""The demo's endpoint: the approved model in service, and asked about images it has not seen."""

from __future__ import annotations

import statistics
import time

from . import data
from .stage import ENDPOINT, PREFIX, TAGS, DemoFailed, Stage, found

REQUESTS = 60
_SECONDS = 300.0


def deploy(stage: Stage) -> str:
    """Model, endpoint config and endpoint, in service."""
    client = stage.sagemaker
    # A newer version of the model gets names of its own.
    name = f"{PREFIX}-v{stage.found['package'].rpartition('/')[2]}"
    if found(client.describe_model, ModelName=name) is None:
        client.create_model(
            ModelName=name,
            PrimaryContainer={"ModelPackageName": stage.found["package"]},
            ExecutionRoleArn=stage.role,
            Tags=TAGS,
        )
    if found(client.describe_endpoint_config, EndpointConfigName=name) is None:
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": name,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        client.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant], Tags=TAGS
        )
    endpoint = found(client.describe_endpoint, EndpointName=ENDPOINT)
    if endpoint and endpoint["EndpointStatus"] == "Failed":
        stage.say("the endpoint had failed: it is made anew")
        client.delete_endpoint(EndpointName=ENDPOINT)
        endpoint = None
    kept = False
    if endpoint is None:
        client.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName=name, Tags=TAGS)
    elif endpoint["EndpointConfigName"] != name:
        client.update_endpoint(EndpointName=ENDPOINT, EndpointConfigName=name)
    else:
        kept = True
    stage.wait(
        lambda: found(client.describe_endpoint, EndpointName=ENDPOINT),
        "EndpointStatus",
        "InService",
        ("Creating", "Updating"),
        _SECONDS,
    )
    return f"{ENDPOINT}: in service with {name}" + (", kept." if kept else ".")


def ask(stage: Stage) -> str:
    """Send images of the test part, one a request, and compare the answers with their digits."""
    body = stage.s3.get_object(Bucket=stage.bucket, Key=data.key("test"))["Body"].read()
    rows = body.decode().splitlines()[:REQUESTS]
    runtime = stage.client("sagemaker-runtime")
    right, times = 0, []
    for number, row in enumerate(rows, 1):
        digit, pixels = row.split(",", 1)
        started = time.perf_counter()
        answer = runtime.invoke_endpoint(
            EndpointName=ENDPOINT, ContentType="text/csv", Accept="text/csv", Body=pixels.encode()
        )
        said = answer["Body"].read().decode()
        times.append(time.perf_counter() - started)
        try:
            right += int(float(said.strip(" []\r\n"))) == int(digit)
        except ValueError:
            raise DemoFailed(f"The endpoint answered no digit: {said[:80]!r}") from None
        if number % 10 == 0:
            stage.say(f"{right} of {number} right")
    median = statistics.median(times) * 1000
    return (
        f"{right} of {len(rows)} unseen images read rightly ({right / len(rows):.0%}), "
        f"{median:.0f} ms a request (median)."
    )
