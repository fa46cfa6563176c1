"""JumpStart of the SDK, unmodified, on the models that the local engine runs."""

from __future__ import annotations

from sagemaker.core.jumpstart.configs import JumpStartConfig
from sagemaker.core.jumpstart.document import get_hub_content_and_document
from sagemaker.core.jumpstart.notebook_utils import list_jumpstart_models
from sagemaker.core.jumpstart.search import search_public_hub_models
from sagemaker.train.configs import InputData
from sagemaker.train.model_trainer import ModelTrainer

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
ID = "onnx-ic-efficientnet-lite0"
CONFIG = JumpStartConfig(model_id=ID)


def test_the_models_are_listed_and_found() -> None:
    assert ID in list_jumpstart_models()
    found = search_public_hub_models(query="@task:image-classification")
    assert [each.hub_content_name for each in found] == [ID]


def test_a_document_is_read() -> None:
    content, document = get_hub_content_and_document(jumpstart_config=CONFIG)
    assert content.hub_content_name == ID
    assert document.DefaultTrainingDatasetUri


def test_a_model_is_fine_tuned() -> None:
    _, document = get_hub_content_and_document(jumpstart_config=CONFIG)
    trainer = ModelTrainer.from_jumpstart_config(jumpstart_config=CONFIG, role=ROLE)
    data = InputData(channel_name="training", data_source=document.DefaultTrainingDatasetUri)
    trainer.train(input_data_config=[data])
    job = trainer._latest_training_job
    job.refresh()
    assert job.training_job_status == "Completed"
    assert job.model_artifacts.s3_model_artifacts.endswith("model.tar.gz")
