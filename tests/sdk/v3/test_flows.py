"""SageMaker Python SDK v3, unmodified: ModelTrainer.train, ModelBuilder.build and deploy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Endpoint, TrainingJob
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train.configs import Compute, InputData, SourceCode
from sagemaker.train.model_trainer import ModelTrainer

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
CODE = Path(__file__).parents[1] / "code"
TYPE = "ml.m5.large"
#: The SDK has no table of scikit-learn's images by itself: one names the image, as on AWS.
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"


@pytest.fixture(scope="module")
def trained(points: Path) -> TrainingJob:
    session = Session()
    channels = [
        InputData(
            channel_name=name,
            data_source=session.upload_data(
                str(points / f"{name}.csv"), key_prefix=f"points/{name}"
            ),
        )
        for name in ("train", "validation")
    ]
    trainer = ModelTrainer(
        sagemaker_session=session,
        role=ROLE,
        training_image=IMAGE,
        source_code=SourceCode(source_dir=str(CODE), entry_script="train.py"),
        compute=Compute(instance_type=TYPE, instance_count=1),
        hyperparameters={"max-iter": 60},
        base_job_name="trained-by-v3",
    )
    trainer.train(input_data_config=channels, wait=True, logs=True)
    return trainer._latest_training_job


def test_model_trainer(trained: TrainingJob) -> None:
    trained.refresh()
    assert trained.training_job_status == "Completed"
    assert trained.model_artifacts.s3_model_artifacts.endswith("model.tar.gz")


def test_model_builder(trained: TrainingJob, points: Path) -> None:
    builder = ModelBuilder(
        s3_model_data_url=trained.model_artifacts.s3_model_artifacts,
        image_uri=IMAGE,
        source_code=SourceCode(source_dir=str(CODE), entry_script="train.py"),
        role_arn=ROLE,
        instance_type=TYPE,
        sagemaker_session=Session(),
    )
    builder.build()
    endpoint = builder.deploy(endpoint_name="served-by-v3", initial_instance_count=1)
    assert isinstance(endpoint, Endpoint)
    validation = np.loadtxt(points / "validation.csv", delimiter=",")
    body = "\n".join(",".join(map(str, row)) for row in validation[:, 1:])
    answer = endpoint.invoke(body=body, content_type="text/csv", accept="text/csv")
    found = np.array(answer.body.read().decode().replace("\n", ",").strip(",").split(","), float)
    assert np.mean(found == validation[:, 0]) > 0.95
    endpoint.delete()
