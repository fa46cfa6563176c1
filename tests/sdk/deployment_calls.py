"""What the SageMaker SDK sends to AWS where it deploys what it trained, caught before it leaves.

    python deployment_calls.py > CALLS

Runs in the environment of SDK 2, as training_calls.py. Prints for each case what
DescribeTrainingJob tells of the job, the parameters of CreateModel, and what is packed together.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from training_calls import BASE, NETWORK, REGION, ROLE, SCRIPT, estimator, prepare

ARTIFACT = "s3://our-bucket/out/try/output/model.tar.gz"


def cases() -> Iterator[tuple[dict[str, Any], str]]:
    torch = {**SCRIPT, "framework": "pytorch-2.6.0"}
    yield torch, "ml.m5.large"
    yield torch, "ml.g5.xlarge"
    yield {**torch, **NETWORK, "isolation": True}, "ml.m5.large"
    yield {**SCRIPT, "framework": "sklearn-1.2-1"}, "ml.m5.large"
    yield {**SCRIPT, "framework": "xgboost-1.7-1"}, "ml.m5.large"
    yield {**SCRIPT, "framework": "tensorflow-2.19.0"}, "ml.m5.large"
    algorithm = {**BASE, "source": "algorithm", "algorithm": "xgboost"}
    yield {**algorithm, "hyperparameters": {"num_round": 5}}, "ml.m5.large"
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ours:1"
    own = {**BASE, "source": "image", "image": image}
    yield own, "ml.m5.large"
    yield {**own, **NETWORK, "isolation": True}, "ml.m5.large"


def main() -> Iterator[dict[str, Any]]:
    folder = prepare()
    logging.disable(logging.INFO)
    import boto3
    import sagemaker
    from botocore.awsrequest import AWSResponse
    from sagemaker import utils

    calls: dict[str, Any] = {}
    packed: list[dict[str, Any]] = []

    def answer(model: Any, params: Any, **_: Any) -> Any:
        if model.service_model.service_name == "sagemaker" and isinstance(params["body"], bytes):
            calls[model.name] = json.loads(params["body"])
        trained = calls.get("CreateTrainingJob", {})
        answers: dict[str, Any] = {
            "GetCallerIdentity": {"Account": "123456789012", "Arn": ROLE, "UserId": "none"},
            "ListBuckets": {"Buckets": [{"Name": "our-bucket"}]},
            "DescribeTrainingJob": described(trained),
            "CreateEndpoint": {"EndpointArn": "none"},
        }
        body = answers.get(model.name, {"ETag": "none"})
        return AWSResponse("", 200, {}, None), {**body, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def pack(*_: Any, **given: Any) -> None:
        packed.append({"model": given["model_uri"], "script": given["source_directory"]})

    for values, instance_type in cases():
        calls.clear()
        packed.clear()
        boto = boto3.Session(region_name=REGION)
        boto.events.register_first("before-call", answer)
        session = sagemaker.Session(boto, default_bucket="our-bucket")
        of = estimator(values, session, folder)
        of.fit(job_name=values["job"], wait=False, logs=False)
        with patch.object(utils, "repack_model", pack):
            of.deploy(1, instance_type, endpoint_name="served", wait=False)
        yield {
            "job": described(calls["CreateTrainingJob"]),
            "instance_type": instance_type,
            "model": calls["CreateModel"],
            "packed": packed[:1],
        }


def described(trained: dict[str, Any]) -> dict[str, Any]:
    """What AWS tells of the job once it is completed."""
    return {
        **trained,
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "ModelArtifacts": {"S3ModelArtifacts": ARTIFACT},
    }


if __name__ == "__main__":
    for found in main():
        sys.stdout.write(json.dumps(found, sort_keys=True) + "\n")
