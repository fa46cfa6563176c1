"""XGBoost against XGBoost called directly, and AWS's container contract around it."""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from sklearn.datasets import dump_svmlight_file, load_breast_cancer, load_digits, load_iris

from jupyter_smext.local.algorithms import library, recordio
from jupyter_smext.local.algorithms.failures import AlgorithmError, UserError
from jupyter_smext.local.serving.front import Refused
from tests.local.algorithms.container import Container, container, csv, metrics

__all__ = ["container"]

_BINARY: dict[str, Any] = {"objective": "binary:logistic", "num_round": 12, "max_depth": 3}


def _cancer() -> tuple[Any, Any, Any, Any]:
    features, labels = load_breast_cancer(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    features, labels = features[order].astype(np.float32), labels[order].astype(np.float32)
    return features[:400], labels[:400], features[400:], labels[400:]


def _direct(parameters: dict[str, Any], features: Any, labels: Any, **more: Any) -> Any:
    given = {k: v for k, v in parameters.items() if k != "num_round"}
    data = xgboost.DMatrix(features, labels, **more)
    return xgboost.train(given, data, parameters["num_round"])


def _answer(predict: Any, features: Any) -> list[float]:
    body, kind = predict(csv(features).encode(), "text/csv", "")
    assert kind == "text/csv"
    return [float(score) for score in body.decode().split(",")]


def _svm(features: Any, labels: Any) -> bytes:
    file = io.BytesIO()
    dump_svmlight_file(features, labels, file)
    return file.getvalue()


def _protobuf(features: Any, labels: Any) -> bytes:
    return recordio.write(
        recordio.Record({"values": recordio.Tensor(x)}, {"values": recordio.Tensor(np.array([y]))})
        for x, y in zip(features, labels, strict=True)
    )


@pytest.mark.parametrize("content_type", ["text/csv", "text/libsvm", "recordio-protobuf", None])
def test_predicts_what_xgboost_predicts(container: Container, content_type: str | None) -> None:
    x, y, x_test, _ = _cancer()
    write: Any = {"text/csv": csv, "recordio-protobuf": _protobuf}.get(content_type or "", _svm)
    container.put("train", write(x[:250], y[:250]), name="a")
    container.put("train", write(x[250:], y[250:]), name="b")
    container.put("train", b"not data", name="_SUCCESS")
    container.declare("train", content_type)
    container.train("xgboost", **_BINARY)
    found = _answer(container.predictor("xgboost"), x_test)
    features: Any = x
    if write is _svm:  # libsvm leaves zeros out, and XGBoost takes what is not there as missing
        features = np.where(x == 0, np.nan, x)
    expected = _direct(_BINARY, features, y).predict(xgboost.DMatrix(x_test))
    np.testing.assert_array_equal(np.array(found, np.float32), expected)


def test_the_metrics_of_the_log_are_those_of_the_model(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y, x_test, y_test = _cancer()
    container.put("train", csv(x, y))
    container.put("validation", csv(x_test, y_test))
    asked = "auc,error@0.7,logloss,accuracy,f1_binary"
    container.train("xgboost", **_BINARY, eval_metric=asked)
    found = metrics("xgboost", capfd.readouterr().out)
    assert len(found["validation:auc"]) == _BINARY["num_round"]
    scores = np.array(_answer(container.predictor("xgboost"), x_test))
    from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score

    expected = {
        "validation:auc": roc_auc_score(y_test, scores),
        "validation:logloss": log_loss(y_test, scores),
        "validation:accuracy": accuracy_score(y_test, scores > 0.5),
        "validation:f1_binary": f1_score(y_test, scores > 0.5),
    }
    for metric, value in expected.items():
        assert found[metric][-1] == pytest.approx(value, abs=1e-5), metric
    assert found["validation:auc"][-1] > 0.97
    assert found["train:logloss"][-1] < found["train:logloss"][0]


def test_multiclass_answers_a_list_per_row_and_json(container: Container) -> None:
    x, y = load_digits(return_X_y=True)
    container.put("train", csv(x[:1200], y[:1200]))
    container.train("xgboost", objective="multi:softprob", num_class=10, num_round=10, eta="0.5")
    predict = container.predictor("xgboost")
    body, kind = predict(csv(x[1200:1203]).encode(), "text/csv", "application/json")
    rows = json.loads(body)["predictions"]
    assert kind == "application/json" and [len(row["score"]) for row in rows] == [10] * 3
    text, _ = predict(csv(x[1200:]).encode(), "text/csv", "*/*")
    scores = np.array(json.loads(f"[{text.decode()}]"))
    assert (scores.argmax(axis=1) == y[1200:]).mean() > 0.85


def test_weights_early_stopping_and_checkpoints(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y, x_test, y_test = _cancer()
    weights = np.where(y == 1, 1.0, 3.0)
    container.put("train", csv(np.column_stack([weights, x]), y))
    container.put("validation", csv(np.column_stack([np.ones(len(x_test)), x_test]), y_test))
    (container.base / "checkpoints").mkdir(parents=True)
    given = {"csv_weights": 1, "eval_metric": "logloss", "early_stopping_rounds": 3, "eta": 0.9}
    container.train("xgboost", **_BINARY | given | {"num_round": 200})
    losses = metrics("xgboost", capfd.readouterr().out)["validation:logloss"]
    best = int(np.argmin(losses))
    assert len(losses) < 100 and best == len(losses) - 4
    parameters = _BINARY | {"eta": 0.9, "num_round": best + 1}
    expected = _direct(parameters, x, y, weight=weights).predict(xgboost.DMatrix(x_test))
    found = _answer(container.predictor("xgboost"), x_test)
    np.testing.assert_array_equal(np.array(found, np.float32), expected)
    kept = sorted(path.name for path in (container.base / "checkpoints").iterdir())
    rounds = range(len(losses) - 5, len(losses))
    assert kept == sorted(f"xgboost-checkpoint.{round}" for round in rounds)


def test_a_second_job_goes_on_from_the_checkpoint(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y, x_test, _ = _cancer()
    container.put("train", csv(x, y))
    (container.base / "checkpoints").mkdir(parents=True)
    container.train("xgboost", **_BINARY | {"num_round": 5})
    capfd.readouterr()
    container.train("xgboost", **_BINARY)
    log = capfd.readouterr().out
    assert "Resuming from iteration 5" in log and "[5]#011" in log and "[4]#011" not in log
    expected = _direct(_BINARY, x, y).predict(xgboost.DMatrix(x_test))
    found = _answer(container.predictor("xgboost"), x_test)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_every_hyperparameter_of_the_page_reaches_xgboost(container: Container) -> None:
    x, y, x_test, _ = _cancer()
    container.put("train", csv(x, y))
    parameters: dict[str, Any] = {
        "booster": "dart",
        "objective": "binary:logistic",
        "num_round": 8,
        "alpha": 0.5,
        "base_score": 0.4,
        "colsample_bylevel": 0.9,
        "colsample_bynode": 0.8,
        "colsample_bytree": 0.7,
        "eta": 0.4,
        "gamma": 0.1,
        "grow_policy": "lossguide",
        "interaction_constraints": "[[0,1,2,3,4,5,6,7],[8,9,10,11,12,13,14,15,16,17,18]]",
        "lambda": 2,
        "max_bin": 64,
        "max_delta_step": 1,
        "max_depth": 4,
        "max_leaves": 9,
        "min_child_weight": 2,
        "monotone_constraints": str((0, -1) + (0,) * 28),
        "normalize_type": "forest",
        "one_drop": 1,
        "rate_drop": 0.2,
        "refresh_leaf": 1,
        "sample_type": "weighted",
        "scale_pos_weight": 0.7,
        "seed": 7,
        "skip_drop": 0.3,
        "subsample": 0.8,
        "tree_method": "hist",
        "nthread": 1,
        "verbosity": 1,
    }
    container.train("xgboost", **parameters)
    booster = _direct(parameters, x, y)
    found = _answer(container.predictor("xgboost"), x_test)
    expected = booster.predict(xgboost.DMatrix(x_test))
    np.testing.assert_array_equal(np.array(found, np.float32), expected)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"num_round": None}, "Missing required hyperparameter: num_round"),
        ({"n_estimators": 5}, "Extraneous hyperparameter found: n_estimators"),
        ({"eta": 1.5}, r"Hyperparameter eta: 1.5 is not in \[0, 1\]"),
        ({"num_round": 0}, r"Hyperparameter num_round: 0 is not in \[1, \+inf\)"),
        ({"max_depth": "deep"}, "Hyperparameter max_depth: could not parse value"),
        ({"max_depth": "2.5"}, "Hyperparameter max_depth: could not parse value"),
        ({"alpha": "inf"}, "Hyperparameter alpha: inf is not in"),
        ({"eta": "nan"}, "Hyperparameter eta: nan is not in"),
        ({"booster": "forest"}, "Hyperparameter booster: forest is not in"),
        ({"objective": "multi:softmax"}, "Require input for parameter 'num_class'"),
        ({"eval_metric": "auc,speed"}, "Hyperparameter eval_metric: value speed not in range"),
        ({"eval_metric": "rmse@2"}, "Metric 'rmse@2' is not supported"),
        ({"eval_metric": "auc", "objective": "reg:squarederror"}, "Metric 'auc' can only"),
        ({"tree_method": "gpu_hist"}, "GPU training is not supported"),
        ({"monotone_constraints": "(1, 0)"}, "monotone_constraints can be used only when"),
        ({"monotone_constraints": "__import__('os')"}, "could not parse value"),
        ({"updater": "distcol"}, "Hyperparameter updater: distcol"),
        ({"_kfold": 3}, "Hyperparameter _kfold: cross validation needs AWS"),
        ({"csv_weights": 2}, r"Hyperparameter csv_weights: 2 is not in \[0, 1\]"),
    ],
)
def test_hyperparameters_that_are_wrong_are_refused(
    container: Container, given: dict[str, Any], words: str
) -> None:
    container.put("train", csv(np.eye(4), [0, 1, 0, 1]))
    values = {k: v for k, v in (_BINARY | given).items() if v is not None}
    with pytest.raises(UserError, match=words):
        container.train("xgboost", **values)
    assert not list((container.base / "model").iterdir())


def test_what_has_no_effect_is_said_by_name(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    container.put("train", csv(np.eye(4), [0, 1, 0, 1]))
    container.train("xgboost", **_BINARY, sketch_eps=0.1, rate_drop=0.5, early_stopping_rounds=2)
    log = capfd.readouterr().out
    for name in ("sketch_eps", "rate_drop", "early_stopping_rounds"):
        assert f"{name} is without effect here: " in log


@pytest.mark.parametrize(
    "data, content_type, words",
    [
        ("1,2\n0,x\n", "text/csv", "channel 'train'.*part-0: line 2 is not all numbers: '0,x'"),
        ("y,a\n1,2\n", "text/csv", "line 1 is not all numbers: 'y,a'"),
        ("1,2\n0,3,4\n", "text/csv", "line 2 has 3 columns, line 1 has 2"),
        ("1,2\n", "libsvm", "line 1 is not libsvm"),
        ("1,2\n", "recordio-protobuf", "magic number"),
        ("", "text/csv", "No data in training channel path"),
        ("1,2\n", "text/csv; label_size=0", "it has no labels"),
        ("1,2\n", "text/csv; label_size=2", "label_size=2 is not supported"),
        ("1,2\n", "parquet", "parquet is not an accepted ContentType: text/csv, text/libsvm"),
        ("7,2\n5,3\n", "text/csv", "base_score|label must be"),
    ],
)
def test_data_that_is_wrong_is_the_users_error(
    container: Container, data: str, content_type: str, words: str
) -> None:
    container.put("train", data, content_type)
    with pytest.raises(UserError, match=f"(?s){words}"):
        container.train("xgboost", **_BINARY)


def test_empty_cells_are_missing_values(container: Container) -> None:
    x, y = load_iris(return_X_y=True)
    x = x.astype(np.float32)
    text = csv(x, y == 1).replace(",5.0,", ",,")
    container.put("train", text)
    container.train("xgboost", **_BINARY)
    held = np.where(x[:, 0:3] == 5, np.nan, x[:, 0:3])
    holes = np.column_stack([held, x[:, 3]])
    expected = _direct(_BINARY, holes, y == 1).predict(xgboost.DMatrix(x))
    found = _answer(container.predictor("xgboost"), x)
    np.testing.assert_array_equal(np.array(found, np.float32), expected)


def test_values_may_be_json_as_the_sdk_writes_them(container: Container) -> None:
    container.put("train", csv(np.eye(4), [0, 1, 0, 1]))
    container.train("xgboost", objective='"binary:logistic"', num_round='"3"', eta="1e-1")
    told = json.loads((container.base / "model" / "smext" / "model.json").read_text())
    assert told["rounds"] == 3


def test_channels_that_are_wrong_are_refused(container: Container) -> None:
    with pytest.raises(UserError, match="Missing required channel: train"):
        container.train("xgboost", **_BINARY)
    container.put("train", csv(np.eye(2), [0, 1]))
    container.put("test", csv(np.eye(2), [0, 1]))
    with pytest.raises(UserError, match="Extraneous channel found: test"):
        container.train("xgboost", **_BINARY)


def test_the_contract_of_a_failed_job(container: Container) -> None:
    container.put("train", csv(np.eye(2), [0, 1]))
    container.configure(_BINARY | {"eta": 7})
    process = container.start("xgboost")
    log, _ = process.communicate(timeout=60)
    first, *_ = log.splitlines()
    assert process.returncode == 1 and library("xgboost") in first
    assert container.failure == "ClientError: Hyperparameter eta: 7.0 is not in [0, 1]"
    assert "Customer Error: Hyperparameter eta" in log

    container.configure(_BINARY, hosts=2)
    process = container.start("xgboost")
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert "trains on one host here, and this job has 2" in container.failure


def test_a_failure_of_xgboost_itself_is_an_algorithm_error(container: Container) -> None:
    container.put("train", csv(np.eye(2), [0, 1]))
    with pytest.raises(AlgorithmError, match="XGB train call failed with exception"):
        container.train("xgboost", objective="survival:aft", num_round=2)


@pytest.mark.parametrize("keep", [None, "false"])
def test_a_stopped_job_keeps_the_model_it_has(container: Container, keep: str | None) -> None:
    x, y, x_test, _ = _cancer()
    container.put("train", csv(x, y))
    more = {} if keep is None else {"save_model_on_termination": keep}
    container.configure(_BINARY | {"num_round": 1_000_000} | more)
    process = container.start("xgboost")
    assert process.stdout
    for line in process.stdout:
        if line.startswith("[20]"):
            process.send_signal(signal.SIGTERM)
            break
    process.communicate(timeout=60)
    assert process.returncode == 0
    if keep:
        assert not list((container.base / "model").iterdir())
        return
    told = json.loads((container.base / "model" / "smext" / "model.json").read_text())
    assert told["stopped"] and told["rounds"] > 20
    assert told["library"] == library("xgboost")
    assert len(_answer(container.predictor("xgboost"), x_test)) == len(x_test)


@pytest.mark.parametrize("content_type", ["text/csv", "application/x-recordio-protobuf"])
def test_pipe_mode(container: Container, content_type: str) -> None:
    x, y, x_test, _ = _cancer()
    data = csv(x, y).encode() if content_type == "text/csv" else _protobuf(x, y)
    folder = container.base / "input" / "data"
    folder.mkdir(parents=True)
    pipe = folder / "train_0"
    os.mkfifo(pipe)
    container.declare("train", content_type, "Pipe")
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    container.train("xgboost", **_BINARY)
    writer.join()
    expected = _direct(_BINARY, x, y).predict(xgboost.DMatrix(x_test))
    found = _answer(container.predictor("xgboost"), x_test)
    np.testing.assert_array_equal(np.array(found, np.float32), expected)


def test_pipe_mode_has_no_libsvm(container: Container) -> None:
    container.declare("train", "text/libsvm", "Pipe")
    with pytest.raises(UserError, match="Pipe mode not supported for text/libsvm"):
        container.train("xgboost", **_BINARY)


def test_requests_that_are_wrong_are_refused(container: Container) -> None:
    container.put("train", csv(np.eye(3), [0, 1, 0]))
    container.train("xgboost", **_BINARY)
    predict = container.predictor("xgboost")
    cases: list[tuple[bytes, str, str, int, str]] = [
        (b"1,2\n", "text/csv", "", 400, "Feature size of text/csv inference data 2"),
        (b"1,x,3\n", "text/csv", "", 400, "please ensure data is in csv format"),
        (b"", "text/csv", "", 400, "no observation"),
        (b"0:1 4:1\n", "text/libsvm", "", 400, "trained model 3"),
        (b"{}", "application/json", "", 415, "Content-type application/json not supported"),
        (b"1,2,3", "text/csv", "image/png", 406, "Accept type image/png is not supported"),
    ]
    for body, content_type, accept, status, words in cases:
        with pytest.raises(Refused, match=words) as refused:
            predict(body, content_type, accept)
        assert refused.value.status == status
    for body, content_type in (
        (b"1,0,0\n", "text/csv"),
        (b"1,0,0", "text/csv; charset=utf-8"),
        (b"0:1 1:0 2:0\n", "text/x-libsvm"),
        (b"1 0:1 1:0 2:0\n", "text/libsvm"),
        (_protobuf(np.eye(3, dtype=np.float32)[:1], [0]), "application/x-recordio-protobuf"),
    ):
        answer, _ = predict(body, content_type, "")
        assert answer == predict(b"1,0,0", "text/csv", "")[0], content_type


def test_a_transform_job_gets_lines(container: Container, monkeypatch: Any) -> None:
    container.put("train", csv(np.eye(3), [0, 1, 0]))
    container.train("xgboost", **_BINARY)
    one, _ = container.predictor("xgboost")(b"1,0,0\n0,1,0\n", "text/csv", "")
    monkeypatch.setenv("SAGEMAKER_BATCH", "true")
    many, _ = container.predictor("xgboost")(b"1,0,0\n0,1,0\n", "text/csv", "")
    assert one.decode().split(",") == many.decode().split("\n")[:-1] and many.endswith(b"\n")


def test_models_from_elsewhere_are_served(tmp_path: Path, container: Container) -> None:
    x, y, x_test, _ = _cancer()
    booster = _direct(_BINARY, x, y)
    expected = booster.predict(xgboost.DMatrix(x_test))
    model = container.base / "model"
    model.mkdir(parents=True)
    file = model / "xgboost-model"
    for write in (
        lambda: file.write_bytes(pickle.dumps(booster)),  # AWS's container up to 1.2
        lambda: file.write_bytes(booster.save_raw("json")),
        lambda: file.write_bytes(booster.save_raw("ubj")),
    ):
        write()
        found = _answer(container.predictor("xgboost"), x_test)
        np.testing.assert_array_equal(np.array(found, np.float32), expected)
    file.write_bytes(b"no model")
    with pytest.raises(ValueError, match="Unable to load model"):
        container.predictor("xgboost")
    file.unlink()
    with pytest.raises(FileNotFoundError, match="xgboost-model is missing"):
        container.predictor("xgboost")
