"""What models an endpoint serves: where their data and code come from, and built-in algorithms."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from jupyter_smext.local.runners.endpoint.capture import put
from tests.local.endpoint_models import (
    ECHO,
    IMAGE,
    ROLE,
    archive,
    bucket,
    deploy,
    end_all,
    invoke,
    put_config,
    settled,
)
from tests.local_engine import RunningEngine

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"


@pytest.fixture
def engine(engine: RunningEngine) -> Iterator[RunningEngine]:
    """The module's engine; endpoints count against its limit, so each test ends its own."""
    bucket(engine, "models")
    yield engine
    end_all(engine)


def _serve(engine: RunningEngine, name: str, container: dict[str, object]) -> None:
    sagemaker = engine.client("sagemaker")
    given = {"Image": IMAGE, **container}
    sagemaker.create_model(ModelName=name, PrimaryContainer=given, ExecutionRoleArn=ROLE)
    put_config(engine, name, model=name)
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    settled(engine, name, "InService")


def _put(engine: RunningEngine, key: str, data: bytes) -> str:
    put(engine.engine, f"s3://models/{key}", "", data, "application/x-tar")
    return f"s3://models/{key}"


#: Answers with what the SageMaker SDK would read as its settings.
SETTINGS = """
def predict_fn(data, model):
    with open(os.environ["SAGEMAKER_USER_CONFIG_OVERRIDE"]) as file:
        return {"model": model, "settings": file.read()}
"""


def test_code_beside_the_model_as_the_sdk_uploads_it(engine: RunningEngine) -> None:
    data = _put(engine, "apart/model.tar.gz", archive({"word": "apart"}))
    code = _put(engine, "apart/sourcedir.tar.gz", archive({"serve_it.py": ECHO + SETTINGS}))
    environment = {
        "SAGEMAKER_PROGRAM": "serve_it.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": code,
        "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
        "SAGEMAKER_REGION": "us-east-1",
    }
    _serve(engine, "apart", {"ModelDataUrl": data, "Environment": environment})
    answer = json.loads(invoke(engine, "apart")["Body"])
    assert answer["model"] == "apart"
    assert "DefaultS3Bucket: sagemaker-us-east-1-000000000000" in answer["settings"]


def test_model_data_as_objects_below_a_prefix(engine: RunningEngine) -> None:
    _put(engine, "loose/word", b"loose")
    _put(engine, "loose/code/inference.py", ECHO.encode())
    source = {"S3Uri": "s3://models/loose/", "S3DataType": "S3Prefix", "CompressionType": "None"}
    _serve(engine, "loose", {"ModelDataSource": {"S3DataSource": source}})
    assert json.loads(invoke(engine, "loose")["Body"])["model"] == "loose"


def test_a_registered_model(engine: RunningEngine) -> None:
    data = _put(engine, "package/model.tar.gz", archive({"word": "v1", "code/inference.py": ECHO}))
    sagemaker = engine.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="words")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="words",
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE, "ModelDataUrl": data}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )["ModelPackageArn"]
    sagemaker.create_model(
        ModelName="packaged", Containers=[{"ModelPackageName": arn}], ExecutionRoleArn=ROLE
    )
    put_config(engine, "packaged", model="packaged")
    sagemaker.create_endpoint(EndpointName="packaged", EndpointConfigName="packaged")
    settled(engine, "packaged", "InService")
    assert json.loads(invoke(engine, "packaged")["Body"])["model"] == "v1"


def test_scikit_learn_s_own_predictions(engine: RunningEngine) -> None:
    import joblib
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    features, labels = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(features, labels)
    data = io.BytesIO()
    joblib.dump(model, data)
    script = """
import os
import joblib

def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))
"""
    packed = archive({"model.joblib": data.getvalue(), "code/inference.py": script})
    _serve(engine, "iris", {"ModelDataUrl": _put(engine, "iris/model.tar.gz", packed)})
    rows = "\n".join(",".join(map(str, row)) for row in features)
    told = json.loads(invoke(engine, "iris", rows)["Body"])
    assert told == model.predict(features).tolist()


def test_the_built_in_xgboost_and_a_script_of_one_s_own(engine: RunningEngine) -> None:
    import numpy as np
    import xgboost
    from sklearn.datasets import load_breast_cancer

    features, labels = load_breast_cancer(return_X_y=True)
    parameters = {"objective": "binary:logistic", "nthread": 1}
    booster = xgboost.train(parameters, xgboost.DMatrix(features, labels), 10)
    wanted = booster.predict(xgboost.DMatrix(features[:20]))
    saved = bytes(booster.save_raw("json"))
    rows = "\n".join(",".join(map(str, row)) for row in features[:20])
    plain = _put(engine, "xgb/plain.tar.gz", archive({"xgboost-model": saved}))
    _serve(engine, "builtin", {"Image": XGBOOST, "ModelDataUrl": plain})
    told = invoke(engine, "builtin", rows, Accept="text/csv")["Body"].decode()
    got = np.array(told.replace("\n", ",").strip(",").split(","), dtype=float)
    assert np.allclose(got, wanted, atol=1e-4)
    script = """
import os
import xgboost

def model_fn(model_dir):
    booster = xgboost.Booster()
    booster.load_model(os.path.join(model_dir, "model.json"))
    return booster
"""
    packed = archive({"model.json": saved, "code/inference.py": script})
    own = _put(engine, "xgb/own.tar.gz", packed)
    environment = {"SAGEMAKER_PROGRAM": "inference.py"}
    container = {"Image": XGBOOST, "ModelDataUrl": own, "Environment": environment}
    _serve(engine, "scripted", container)
    told = json.loads(invoke(engine, "scripted", rows)["Body"])
    assert np.allclose(told, wanted, atol=1e-4)


def test_a_model_without_network_is_cut_off_from_it(engine: RunningEngine) -> None:
    script = """
import json, os, socket

def model_fn(model_dir):
    return None

def transform_fn(model, data, content_type, accept):
    try:
        socket.create_connection(("127.0.0.1", int(data)), 5).close()
    except OSError as error:
        return json.dumps(type(error).__name__)
    return json.dumps("connected")
"""
    port = str(engine.engine.port)
    deploy(engine, "open", script=script)
    assert json.loads(invoke(engine, "open", port)["Body"]) == "connected"
    data = _put(engine, "cut/model.tar.gz", archive({"code/inference.py": script}))
    engine.client("sagemaker").create_model(
        ModelName="cut",
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": data},
        ExecutionRoleArn=ROLE,
        EnableNetworkIsolation=True,
    )
    put_config(engine, "cut", model="cut")
    engine.client("sagemaker").create_endpoint(EndpointName="cut", EndpointConfigName="cut")
    settled(engine, "cut", "InService")
    assert json.loads(invoke(engine, "cut", port)["Body"]) == "ConnectionRefusedError"
