"""Linear Learner on real data, against scikit-learn's linear models, in AWS's formats."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from sklearn import metrics as sk
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_smext.local.algorithms import linear_losses, linear_scores, mxnet_arrays, recordio
from jupyter_smext.local.algorithms.failures import AlgorithmError, UserError
from tests.local.algorithms.container import Container, container, csv, metrics

__all__ = ["container"]

_LOGISTIC = make_pipeline(StandardScaler(), LogisticRegression())


def _split(load: Any, count: int) -> tuple[Any, Any, Any, Any]:
    x, y = load(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    x, y = x[order].astype(np.float32), y[order]
    return x[:count], y[:count], x[count:], y[count:]


def _put(container: Container, data: tuple[Any, Any, Any, Any]) -> None:
    x, y, x_test, y_test = data
    part = len(y) * 4 // 5
    container.put("train", csv(x[:part], y[:part]))
    container.put("validation", csv(x[part:], y[part:]))
    container.put("test", csv(x_test, y_test))


def _rows(container: Container, x: Any) -> list[dict[str, Any]]:
    body, kind = container.predictor("linear-learner")(csv(x).encode(), "text/csv", "")
    assert kind == "application/json"
    rows: list[dict[str, Any]] = json.loads(body)["predictions"]  # type: ignore[arg-type]
    return rows


def _weights(container: Container) -> dict[str, Any]:
    with zipfile.ZipFile(container.base / "model" / "model_algo-1") as packed:
        return dict(mxnet_arrays.load(packed.read("mx-mod-0000.params")))


@pytest.mark.parametrize("size", [1000, 50])
def test_a_binary_classifier(
    container: Container, size: int, capfd: pytest.CaptureFixture[str]
) -> None:
    data = _split(load_breast_cancer, 400)
    x, y, x_test, y_test = data
    _put(container, data)
    container.train("linear-learner", predictor_type="binary_classifier", mini_batch_size=size)
    found = metrics("linear-learner", capfd.readouterr().out)
    rows = _rows(container, x_test)
    labels = np.array([row["predicted_label"] for row in rows])
    scores = np.array([row["score"] for row in rows])
    expected = {
        "test:binary_classification_accuracy": sk.accuracy_score(y_test, labels),
        "test:binary_f_beta": sk.f1_score(y_test, labels),
        "test:precision": sk.precision_score(y_test, labels),
        "test:recall": sk.recall_score(y_test, labels),
        "test:roc_auc_score": sk.roc_auc_score(y_test, scores),
        "test:objective_loss": sk.log_loss(y_test, scores),
    }
    for name, value in expected.items():
        assert found[name][-1] == pytest.approx(value, rel=1e-4), name
    best = _LOGISTIC.fit(x, y).score(x_test, y_test)
    assert expected["test:binary_classification_accuracy"] > best - 0.025
    assert expected["test:roc_auc_score"] > 0.985
    losses = found["validation:objective_loss"]
    assert (size == 50 or min(losses) < losses[0]) and found["train:progress"][0] == 6


def test_a_multiclass_classifier(container: Container, capfd: pytest.CaptureFixture[str]) -> None:
    data = _split(load_digits, 1300)
    x, y, x_test, y_test = data
    _put(container, data)
    container.train("linear-learner", predictor_type="multiclass_classifier", num_classes=10)
    found = metrics("linear-learner", capfd.readouterr().out)
    rows = _rows(container, x_test)
    labels = np.array([row["predicted_label"] for row in rows])
    scores = np.array([row["score"] for row in rows])
    np.testing.assert_allclose(scores.sum(axis=1), 1, rtol=1e-5)
    names = range(10)
    expected = {
        "test:multiclass_accuracy": sk.accuracy_score(y_test, labels),
        "test:multiclass_top_k_accuracy": sk.top_k_accuracy_score(
            y_test, scores, k=3, labels=names
        ),
        "test:dcg": sk.dcg_score(np.eye(10)[y_test], scores),
        "test:macro_precision": sk.precision_score(y_test, labels, average="macro"),
        "test:macro_recall": sk.recall_score(y_test, labels, average="macro"),
        "test:macro_f_beta": sk.f1_score(y_test, labels, average="macro"),
        "test:objective_loss": sk.log_loss(y_test, scores, labels=names),
    }
    for name, value in expected.items():
        assert found[name][-1] == pytest.approx(value, rel=1e-4), name
    best = _LOGISTIC.fit(x, y).score(x_test, y_test)
    assert expected["test:multiclass_accuracy"] > best - 0.035


@pytest.mark.parametrize(
    "loss, more",
    [
        ("auto", {}),
        ("absolute_loss", {}),
        ("huber_loss", {"huber_delta": 60}),
        ("quantile_loss", {}),
        ("eps_insensitive_squared_loss", {}),
        ("eps_insensitive_absolute_loss", {"optimizer": "rmsprop"}),
        ("squared_loss", {"optimizer": "sgd", "learning_rate": 0.02, "momentum": 0.5}),
    ],
)
def test_a_regressor(
    container: Container, loss: str, more: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    data = _split(load_diabetes, 350)
    x, y, x_test, y_test = data
    _put(container, data)
    given = {"loss": loss, "mini_batch_size": 50, **more}
    container.train("linear-learner", predictor_type="regressor", feature_dim=10, **given)
    found = metrics("linear-learner", capfd.readouterr().out)
    scores = np.array([row["score"] for row in _rows(container, x_test)])
    assert found["test:mse"][-1] == pytest.approx(np.mean((scores - y_test) ** 2), rel=1e-3)
    lost = np.mean(np.abs(scores - y_test))
    assert found["test:absolute_loss"][-1] == pytest.approx(lost, rel=1e-3)
    best = np.mean((LinearRegression().fit(x, y).predict(x_test) - y_test) ** 2)
    assert found["test:mse"][-1] < 1.15 * best < 0.8 * np.var(y_test)
    if loss == "auto":
        # The loss of the last epoch is in units of the label, as the final one is.
        last = found["validation:objective_loss"][-1]
        assert last == pytest.approx(found["validation:objective_loss:final"][-1], rel=0.2)


def test_a_quantile_is_above_that_share_of_the_labels(container: Container) -> None:
    x, y, *_ = _split(load_diabetes, 442)
    container.put("train", csv(x, y))
    given = {"loss": "quantile_loss", "quantile": 0.9, "epochs": 60, "mini_batch_size": 50}
    container.train("linear-learner", predictor_type="regressor", **given)
    scores = np.array([row["score"] for row in _rows(container, x)])
    assert np.mean(y < scores) == pytest.approx(0.9, abs=0.04)


@pytest.mark.parametrize(
    "predictor, name", [(p, n) for p, ns in linear_losses.LOSSES.items() for n in ns]
)
def test_slopes_are_the_derivatives_of_the_losses(predictor: str, name: str) -> None:
    rng = np.random.default_rng(1)
    width = 3 if name == "softmax_loss" else 1
    outputs = rng.normal(0, 2, (20, width))
    labels = rng.normal(0, 2, 20)
    if predictor != "regressor":
        labels = rng.integers(0, 3 if width == 3 else 2, 20).astype(float)
    values = {"margin": 0.7, "quantile": 0.3, "huber_delta": 1.5, "loss_insensitivity": 0.4}
    loss = linear_losses.make(name, values)
    slopes = loss.slopes(outputs, labels)
    for row in range(20):
        one = slice(row, row + 1)
        numeric = approx_fprime(
            outputs[row], lambda z, o=one: float(loss.values(z[None, :], labels[o])[0]), 1e-7
        )
        np.testing.assert_allclose(slopes[row], numeric, atol=1e-5)


def test_thresholds_are_the_best_of_all_cuts() -> None:
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 2, 80).astype(float)
    scores = np.round(labels + rng.normal(0, 0.8, 80), 1)  # with ties
    cuts = [*np.unique(scores), scores.min() - 1]
    values = {"f_beta": 2.0, "target_recall": 0.9, "target_precision": 0.8}

    def worth(cut: float, criterion: str) -> float:
        found = (scores > cut).astype(float)
        precision = sk.precision_score(labels, found, zero_division=0)
        recall = sk.recall_score(labels, found)
        return {
            "accuracy": sk.accuracy_score(labels, found),
            "f1": sk.f1_score(labels, found),
            "f_beta": sk.fbeta_score(labels, found, beta=2),
            "precision_at_target_recall": precision if recall >= 0.9 else -1,
            "recall_at_target_precision": recall if precision >= 0.8 else -1,
        }[criterion]

    for criterion in (
        "accuracy",
        "f1",
        "f_beta",
        "precision_at_target_recall",
        "recall_at_target_precision",
    ):
        asked = values | {"binary_classifier_model_selection_criteria": criterion}
        cut, told = linear_scores.threshold(scores, labels, asked)
        best = max(worth(one, criterion) for one in cuts)
        assert worth(cut, criterion) == pytest.approx(best) == told, criterion


def test_criteria_weights_and_balance_move_the_model_the_way_they_say(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    data = _split(load_breast_cancer, 400)
    _put(container, data)
    asked = {"binary_classifier_model_selection_criteria": "recall_at_target_precision"}
    base = {"predictor_type": "binary_classifier", "mini_batch_size": 50}
    container.train("linear-learner", **base, **asked, target_precision=0.97)
    found = metrics("linear-learner", capfd.readouterr().out)
    assert found["validation:precision"][-1] >= 0.97
    biases = []
    for weight in (0.05, 20):
        container.train("linear-learner", **base, num_models=1, positive_example_weight_mult=weight)
        biases.append(float(np.mean([row["score"] for row in _rows(container, data[2])])))
    assert biases[0] < biases[1]


def test_l1_makes_weights_zero_and_no_bias_is_none(container: Container) -> None:
    x, y, *_ = _split(load_breast_cancer, 400)
    container.put("train", csv(x, y))
    base = {"predictor_type": "binary_classifier", "num_models": 1, "mini_batch_size": 40}
    container.train("linear-learner", **base, l1=0.05, learning_rate=0.05)
    sparse = _weights(container)["arg:fc0_weight"]
    container.train("linear-learner", **base, l1=0, wd=0, use_bias="false", unbias_data="false")
    arrays = _weights(container)
    assert (sparse == 0).sum() > 5 and (arrays["arg:fc0_weight"] != 0).all()
    assert arrays["arg:fc0_bias"].tolist() == [0]


def test_sparse_records_and_other_formats(container: Container) -> None:
    x, y, x_test, y_test = _split(load_digits, 1300)

    def sparse(rows: Any, labels: Any) -> bytes:
        return recordio.write(
            recordio.Record(
                {"values": recordio.Tensor(row[row != 0], np.flatnonzero(row), (64,))},
                {"values": recordio.Tensor(np.array([label]))},
            )
            for row, label in zip(rows, labels, strict=True)
        )

    container.put("train", sparse(x, y), "application/x-recordio-protobuf")
    given = {"predictor_type": "multiclass_classifier", "num_classes": 10, "feature_dim": 64}
    container.train("linear-learner", **given)
    predict = container.predictor("linear-learner")
    rows = _rows(container, x_test)
    assert np.mean([row["predicted_label"] for row in rows] == y_test) > 0.93
    body = sparse(x_test, y_test)
    data, kind = predict(body, "application/x-recordio-protobuf", "application/x-recordio-protobuf")
    assert kind == "application/x-recordio-protobuf"
    for record, row in zip(recordio.read(io.BytesIO(data)), rows, strict=True):  # type: ignore[arg-type]
        np.testing.assert_allclose(record.label["score"].values, row["score"], rtol=1e-4, atol=1e-7)
        assert record.label["predicted_label"].values.tolist() == [row["predicted_label"]]
    lines, _ = predict(csv(x_test[:2]).encode(), "text/csv", "application/jsonlines")
    assert [json.loads(line) for line in lines.splitlines()] == rows[:2]  # type: ignore[union-attr]


def test_the_network_in_the_artifact_is_the_model(container: Container) -> None:
    x, y, x_test, _ = _split(load_breast_cancer, 400)
    container.put("train", csv(x, y))
    container.train("linear-learner", predictor_type="binary_classifier")
    with zipfile.ZipFile(container.base / "model" / "model_algo-1") as packed:
        nodes = json.loads(packed.read("mx-mod-symbol.json"))["nodes"]
    assert [node["op"] for node in nodes] == ["null"] * 3 + ["FullyConnected", "sigmoid"]
    arrays = _weights(container)
    outputs = x_test @ arrays["arg:fc0_weight"].T + arrays["arg:fc0_bias"]
    scores = [row["score"] for row in _rows(container, x_test)]
    np.testing.assert_allclose(1 / (1 + np.exp(-outputs[:, 0])), scores, rtol=1e-3, atol=1e-6)


def test_a_tuning_job_trains_one_model(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y, *_ = _split(load_breast_cancer, 400)
    container.put("train", csv(x, y))
    given = {"predictor_type": "binary_classifier", "learning_rate": 0.2, "num_models": 32}
    container.train("linear-learner", **given, _tuning_objective_metric="test:recall")
    assert "num_models is 1 here" in capfd.readouterr().out
    container.train("linear-learner", **given)
    assert "num_models is 24 here" in capfd.readouterr().out


@pytest.mark.parametrize(
    "given, words",
    [
        ({"predictor_type": None}, "specified for 'predictor_type'"),
        ({"predictor_type": "multiclass_classifier"}, "specified for 'num_classes'"),
        ({"predictor_type": "multiclass_classifier", "num_classes": 2}, r"2 is not in \[3, "),
        ({"loss": "squared_loss"}, "squared_loss is not in .*binary_classifier"),
        ({"learning_rate": 0}, r"learning_rate: 0.0 is not in \(0, \+inf\)"),
        ({"beta_1": 1}, r"beta_1: 1.0 is not in \[0, 1\)"),
        ({"positive_example_weight_mult": -1}, "positive_example_weight_mult: -1.0 is not in"),
        ({"optimizer": "lbfgs"}, "optimizer: lbfgs is not in"),
        ({"penalty": "l2"}, "'penalty' was unexpected"),
        ({"feature_dim": 31}, "feature_dim is 31, but the data of channel 'train' has 30"),
    ],
)
def test_what_is_wrong_is_refused(container: Container, given: dict[str, Any], words: str) -> None:
    x, y, *_ = _split(load_breast_cancer, 50)
    container.put("train", csv(x, y))
    base = {"predictor_type": "binary_classifier"} | given
    with pytest.raises(UserError, match=words):
        container.train("linear-learner", **{k: v for k, v in base.items() if v is not None})


def test_labels_that_are_no_classes_and_training_that_diverges(container: Container) -> None:
    x, y, *_ = _split(load_breast_cancer, 100)
    container.put("train", csv(x, y + 1))
    with pytest.raises(UserError, match="must be whole numbers from 0 to 1"):
        container.train("linear-learner", predictor_type="binary_classifier")
    container.put("train", csv(x, y))
    wild = {"optimizer": "sgd", "learning_rate": 1e200, "normalize_data": "false"}
    with np.errstate(all="ignore"), pytest.raises(AlgorithmError, match="Training diverged"):
        container.train("linear-learner", predictor_type="regressor", num_models=1, **wild)


def test_what_has_no_effect_is_said_by_name(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y, *_ = _split(load_breast_cancer, 100)
    container.put("train", csv(x, y))
    idle = {"quantile": 0.4, "momentum": 0.3, "num_classes": 5, "init_sigma": 1, "_kvstore": "auto"}
    container.train("linear-learner", predictor_type="binary_classifier", **idle)
    log = capfd.readouterr().out
    for name in idle:
        assert f"{name} is without effect here: " in log
