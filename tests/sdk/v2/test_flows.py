"""SageMaker Python SDK v2, unmodified: fit, deploy, predict, delete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import numpy as np
import pytest
import sagemaker
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer
from sagemaker.sklearn import SKLearn
from sagemaker.xgboost import XGBoost

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
CODE = Path(__file__).parents[1] / "code"
TYPE = "ml.m5.large"


@pytest.fixture(scope="module")
def session() -> sagemaker.Session:
    return sagemaker.Session()


@pytest.fixture(scope="module")
def inputs(session: sagemaker.Session, points: Path) -> dict[str, TrainingInput]:
    return {
        name: TrainingInput(
            session.upload_data(str(points / f"{name}.csv"), key_prefix=f"points/{name}"),
            content_type="text/csv",
        )
        for name in ("train", "validation")
    }


@pytest.fixture
def predictors() -> Iterator[list[Predictor]]:
    made: list[Predictor] = []
    yield made
    for predictor in made:
        predictor.delete_model()
        predictor.delete_endpoint()


def rows(points: Path) -> tuple[np.ndarray, np.ndarray]:
    validation = np.loadtxt(points / "validation.csv", delimiter=",")
    return validation[:, 1:], validation[:, 0]


def test_scikit_learn(session, inputs, points, predictors) -> None:
    estimator = SKLearn(
        entry_point="train.py",
        source_dir=str(CODE),
        framework_version="1.2-1",
        instance_type=TYPE,
        role=ROLE,
        hyperparameters={"max-iter": 80},
        metric_definitions=[{"Name": "accuracy", "Regex": "accuracy: (.*?);"}],
        sagemaker_session=session,
    )
    estimator.fit(inputs, logs="All")
    job = session.describe_training_job(estimator.latest_training_job.name)
    metric = job["FinalMetricDataList"][0]
    assert metric["MetricName"] == "accuracy" and metric["Value"] > 0.95
    assert estimator.training_job_analytics.dataframe()["value"].iloc[-1] > 0.95
    predictor = estimator.deploy(1, TYPE)
    predictors.append(predictor)
    x, y = rows(points)
    assert np.mean(predictor.predict(x) == y) > 0.95


def test_xgboost_with_a_script(session, inputs, points, predictors) -> None:
    estimator = XGBoost(
        entry_point="boost.py",
        source_dir=str(CODE),
        framework_version="1.7-1",
        instance_type=TYPE,
        instance_count=1,
        role=ROLE,
        hyperparameters={"rounds": 20},
        sagemaker_session=session,
    )
    estimator.fit(inputs)
    predictor = estimator.deploy(
        1, TYPE, serializer=CSVSerializer(), deserializer=CSVDeserializer()
    )
    predictors.append(predictor)
    x, y = rows(points)
    scores = np.array(predictor.predict(x), dtype=float).ravel()
    assert np.mean((scores > 0.5) == y) > 0.95


def test_a_built_in_algorithm(session, inputs, points, predictors) -> None:
    estimator = Estimator(
        image_uri=sagemaker.image_uris.retrieve("xgboost", session.boto_region_name, "1.7-1"),
        instance_type=TYPE,
        instance_count=1,
        role=ROLE,
        hyperparameters={"objective": "binary:logistic", "num_round": 20, "eval_metric": "error"},
        sagemaker_session=session,
    )
    estimator.fit(inputs)
    job = session.describe_training_job(estimator.latest_training_job.name)
    final = {one["MetricName"]: one["Value"] for one in job["FinalMetricDataList"]}
    assert final["validation:error"] < 0.05
    predictor = estimator.deploy(
        1, TYPE, serializer=CSVSerializer(), deserializer=CSVDeserializer()
    )
    predictors.append(predictor)
    x, y = rows(points)
    scores = np.array(predictor.predict(x), dtype=float).ravel()
    assert np.mean((scores > 0.5) == y) > 0.95


def test_linear_learner(session, points, predictors) -> None:
    learner = sagemaker.LinearLearner(
        role=ROLE,
        instance_count=1,
        instance_type=TYPE,
        predictor_type="binary_classifier",
        sagemaker_session=session,
    )
    data = np.loadtxt(points / "train.csv", delimiter=",", dtype="float32")
    learner.fit(learner.record_set(data[:, 1:], labels=data[:, 0]), mini_batch_size=100)
    predictor = learner.deploy(1, TYPE, serializer=CSVSerializer())
    predictor.deserializer = JSONDeserializer()
    predictors.append(predictor)
    x, y = rows(points)
    found = [one["predicted_label"] for one in predictor.predict(x)["predictions"]]
    assert np.mean(np.array(found) == y) > 0.95


def test_what_was_made_is_gone() -> None:
    client = boto3.client("sagemaker")
    waiter = client.get_waiter("endpoint_deleted")
    for endpoint in client.list_endpoints()["Endpoints"]:
        assert endpoint["EndpointStatus"] == "Deleting"
        waiter.wait(EndpointName=endpoint["EndpointName"], WaiterConfig={"Delay": 1})
    assert client.list_endpoints()["Endpoints"] == []
    assert client.list_models()["Models"] == []
