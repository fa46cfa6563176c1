"""k-NN on real data against scikit-learn's classifier and regressor, in AWS's formats."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits, load_iris
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from jupyter_smext.local.algorithms import recordio
from jupyter_smext.local.algorithms.failures import UserError
from tests.local.algorithms.container import Container, container, csv, metrics

__all__ = ["container"]

_DIGITS: dict[str, Any] = {
    "feature_dim": 64,
    "k": 5,
    "predictor_type": "classifier",
    "sample_size": 1200,
}


def _digits(container: Container) -> tuple[Any, Any, Any, Any]:
    x, y = load_digits(return_X_y=True)
    container.put("train", csv(x[:1200], y[:1200]))
    container.put("test", csv(x[1200:], y[1200:]))
    return x[:1200], y[:1200], x[1200:], y[1200:]


def _labels(container: Container, rows: Any) -> Any:
    body, _ = container.predictor("knn")(csv(rows).encode(), "text/csv", "")
    return np.array([row["predicted_label"] for row in json.loads(body)["predictions"]])


def test_a_classifier_is_scikit_learns(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y, x_test, y_test = _digits(container)
    container.train("knn", **_DIGITS)
    expected = KNeighborsClassifier(5).fit(x, y).predict(x_test)
    found = _labels(container, x_test)
    # A tie is scikit-learn's lowest label, and here the nearest one's.
    assert (found == expected).mean() > 0.99
    log = capfd.readouterr().out
    accuracy = (found == y_test).mean()
    assert metrics("knn", log)["test:accuracy"] == [pytest.approx(accuracy)]
    assert f"#test_score (algo-1) : ('accuracy', {accuracy})" in log
    assert accuracy > 0.95


def test_a_regressor_is_scikit_learns(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y = load_diabetes(return_X_y=True)
    container.put("train", csv(x[:300], y[:300]))
    container.put("test", csv(x[300:], y[300:]))
    container.train("knn", feature_dim=10, k=9, predictor_type="regressor", sample_size=300)
    rounded = np.asarray(x, np.float32)
    expected = KNeighborsRegressor(9).fit(rounded[:300], y[:300]).predict(rounded[300:])
    np.testing.assert_allclose(_labels(container, x[300:]), expected, rtol=1e-5)
    found = metrics("knn", capfd.readouterr().out)["test:mse"]
    assert found == [pytest.approx(np.mean((expected - y[300:]) ** 2), rel=1e-4)]
    assert found[0] < np.var(y[300:])


def test_verbose_answers_hold_distances_and_labels(container: Container) -> None:
    x, y, x_test, _ = _digits(container)
    container.train("knn", **_DIGITS | {"k": 3})
    predict = container.predictor("knn")
    body, _ = predict(csv(x_test[:4]).encode(), "text/csv", "application/json; verbose=true")
    rows = json.loads(body)["predictions"]
    distances, nearest = KNeighborsClassifier(3).fit(x, y).kneighbors(x_test[:4])
    for row, far, near in zip(rows, distances, y[nearest], strict=True):
        assert list(row) == ["predicted_label", "distances", "labels"]
        np.testing.assert_allclose(row["distances"], far, rtol=1e-5)
        assert row["labels"] == near.tolist()
    asked = "application/x-recordio-protobuf; verbose=true"
    data, kind = predict(csv(x_test[:4]).encode(), "text/csv", asked)
    records = recordio.read(io.BytesIO(data))  # type: ignore[arg-type]
    assert kind == "application/x-recordio-protobuf"
    for record, row in zip(records, rows, strict=True):
        np.testing.assert_allclose(record.label["distances"].values, row["distances"], rtol=1e-5)
    lines, _ = predict(csv(x_test[:1]).encode(), "text/csv", "application/jsonlines")
    assert json.loads(lines) == {"predicted_label": rows[0]["predicted_label"]}


@pytest.mark.parametrize("kind, target, least", [("sign", 32, 0.9), ("fjlt", 32, 0.85)])
def test_fewer_dimensions_lose_little(
    container: Container, kind: str, target: int, least: float
) -> None:
    *_, x_test, y_test = _digits(container)
    reduction = {"dimension_reduction_type": kind, "dimension_reduction_target": target}
    container.train("knn", **_DIGITS | reduction)
    assert (_labels(container, x_test) == y_test).mean() > least
    about = json.loads((container.base / "model" / "model_algo-1.json").read_text())
    assert about["dimension_reduction"]["target_dim"] == target
    stored = np.load(container.base / "model" / "model_algo-1")
    assert stored.shape == (1200, target)
    # Squared lengths are kept on average: what makes it a Johnson-Lindenstrauss transform.
    x, _ = load_digits(return_X_y=True)
    ratio = (stored**2).sum(axis=1).mean() / (x[:1200] ** 2).sum(axis=1).mean()
    assert ratio == pytest.approx(1, abs=0.25)


@pytest.mark.parametrize("metric", ["COSINE", "INNER_PRODUCT"])
def test_other_metrics(container: Container, metric: str) -> None:
    x, y, x_test, y_test = _digits(container)
    container.train("knn", **_DIGITS | {"index_metric": metric})
    body, _ = container.predictor("knn")(
        csv(x_test).encode(), "text/csv", "application/json; verbose=true"
    )
    rows = json.loads(body)["predictions"]
    products = x_test @ x.T
    if metric == "COSINE":
        norms = np.linalg.norm(x_test, axis=1)[:, None] * np.linalg.norm(x, axis=1)
        expected = np.sort(1 - products / norms, axis=1)[:, :5]
    else:
        expected = np.sort(-products, axis=1)[:, :5]
    found = np.array([row["distances"] for row in rows])
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    if metric == "COSINE":
        assert np.mean([row["predicted_label"] for row in rows] == y_test) > 0.95


def test_the_sample_and_the_file_that_may_be_edited(container: Container) -> None:
    x, y = load_iris(return_X_y=True)
    container.put("train", csv(x, y))
    container.train("knn", feature_dim=4, k=3, predictor_type="classifier", sample_size=60)
    model = container.base / "model"
    labels = np.fromfile(model / "model_algo-1.labels", "<f4")
    rows = np.load(model / "model_algo-1")
    assert len(labels) == len(rows) == 60 and set(labels) == {0, 1, 2}
    about = json.loads((model / "model_algo-1.json").read_text())
    assert about["k"] == 3 and about["predictor_type"] == "classifier"
    about.update(k=10, predictor_type="regressor")
    (model / "model_algo-1.json").write_text(json.dumps(about))
    expected = KNeighborsRegressor(10).fit(rows, labels).predict(x.astype(np.float32))
    np.testing.assert_allclose(_labels(container, x), expected, rtol=1e-6)


def test_an_approximate_index_is_said_to_be_exact_here(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    _digits(container)
    container.train("knn", **_DIGITS, index_type="faiss.IVFFlat", faiss_index_ivf_nlists=20)
    log = capfd.readouterr().out
    assert "index_type is without effect here: the search is exact" in log
    assert "faiss_index_ivf_nlists is without effect here" in log


@pytest.mark.parametrize(
    "given, words",
    [
        ({"predictor_type": "ranker"}, "Hyperparameter predictor_type: ranker is not in"),
        ({"sample_size": None}, "specified for 'sample_size'"),
        ({"k": 1201}, "k is 1201, but the sample has only 1200 records"),
        ({"dimension_reduction_type": "sign"}, "specified for 'dimension_reduction_target'"),
        (
            {"dimension_reduction_type": "sign", "dimension_reduction_target": 64},
            r"dimension_reduction_target: 64 is not in \(0, 64\)",
        ),
        ({"index_type": "faiss.IVFPQ", "index_metric": "COSINE"}, "COSINE is not supported"),
        ({"faiss_index_pq_m": 5}, "faiss_index_pq_m: 5 is not in"),
        ({"weights": "distance"}, "'weights' was unexpected"),
    ],
)
def test_what_is_wrong_is_refused(container: Container, given: dict[str, Any], words: str) -> None:
    _digits(container)
    values = {name: value for name, value in (_DIGITS | given).items() if value is not None}
    with pytest.raises(UserError, match=words):
        container.train("knn", **values)
