"""JumpStart of the SDK, unmodified, on the models that the local engine runs."""

from __future__ import annotations

import os

import boto3
from sagemaker.jumpstart.estimator import JumpStartEstimator
from sagemaker.jumpstart.notebook_utils import list_jumpstart_models

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
ID = "onnx-ic-efficientnet-lite0"


def test_the_models_are_listed() -> None:
    assert ID in list_jumpstart_models()
    assert list_jumpstart_models(filter="task == ic") == [ID]
    assert ID in list_jumpstart_models(filter="training_supported == True")


def test_a_model_is_fine_tuned_deployed_and_asked() -> None:
    bucket = f"jumpstart-cache-prod-{os.environ['AWS_DEFAULT_REGION']}"
    estimator = JumpStartEstimator(model_id=ID, role=ROLE, hyperparameters={"epochs": "5"})
    estimator.fit({"training": f"s3://{bucket}/training-datasets/surfaces/"})
    predictor = estimator.deploy()
    try:
        found = boto3.client("s3").get_object(
            Bucket=bucket, Key="training-datasets/surfaces/grass/01.png"
        )
        answer = predictor.predict(found["Body"].read())
        assert dict(zip(answer["labels"], answer["probabilities"], strict=True))["grass"] > 0.9
        assert answer["predicted_label"] == "grass"
    finally:
        predictor.delete_predictor()
