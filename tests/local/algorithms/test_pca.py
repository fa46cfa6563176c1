"""PCA on real data against scikit-learn's PCA and TruncatedSVD, in AWS's formats."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA, TruncatedSVD

from jupyter_smext.local.algorithms import mxnet_arrays, recordio
from jupyter_smext.local.algorithms.failures import UserError
from jupyter_smext.local.serving.front import Refused
from tests.local.algorithms.container import Container, container, csv, metrics

__all__ = ["container"]

_BARE = "text/csv;label_size=0"


def _train(container: Container, **given: Any) -> tuple[Any, dict[str, Any]]:
    x = load_digits().data
    container.put("train", csv(x), _BARE)
    container.train(
        "pca", **{"feature_dim": 64, "num_components": 8, "mini_batch_size": 300} | given
    )
    return x, mxnet_arrays.load((container.base / "model" / "model_algo-1").read_bytes())


def test_regular_is_the_exact_one_with_the_first_component_last(container: Container) -> None:
    x, model = _train(container)
    expected = PCA(8, svd_solver="full").fit(x)
    np.testing.assert_allclose(model["s"][::-1], expected.singular_values_, rtol=1e-4)
    np.testing.assert_allclose(model["mean"][0], expected.mean_, rtol=1e-5)
    # Up to sign, which is not defined.
    same = np.abs(np.sum(model["v"][:, ::-1] * expected.components_.T, axis=0))
    np.testing.assert_allclose(same, 1, atol=1e-4)
    body, kind = container.predictor("pca")(csv(x[:20]).encode(), "text/csv", "")
    rows = [row["projection"] for row in json.loads(body)["projections"]]
    assert kind == "application/json"
    projected = np.abs(np.array(rows)[:, ::-1])
    np.testing.assert_allclose(projected, np.abs(expected.transform(x[:20])), atol=1e-2)


def test_without_the_mean_it_is_the_svd_of_the_data(container: Container) -> None:
    x, model = _train(container, subtract_mean="false")
    expected = TruncatedSVD(8, algorithm="arpack").fit(x)
    assert "mean" not in model
    np.testing.assert_allclose(model["s"][::-1], expected.singular_values_, rtol=1e-4)


@pytest.mark.parametrize("extra, kept", [(-1, 0.75), (0, 0.5), (56, 0.85)])
def test_randomized_keeps_most_of_the_variance_the_more_the_wider(
    container: Container, extra: int, kept: float
) -> None:
    x, model = _train(container, algorithm_mode="randomized", extra_components=extra)
    centered = x - x.mean(axis=0)
    found = np.linalg.norm(centered @ model["v"]) ** 2
    best = (PCA(8).fit(x).singular_values_ ** 2).sum()
    assert kept < found / best <= 1.0001
    np.testing.assert_allclose(model["v"].T @ model["v"], np.eye(8), atol=1e-5)
    assert (np.diff(model["s"]) > 0).all()


def test_test_channel_other_formats_and_pipes(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    x = load_digits().data
    container.put("test", csv(x[:50]), _BARE)
    _train(container, extra_components=3)
    log = capfd.readouterr().out
    expected = PCA(8).fit(x)
    lost = np.mean((expected.inverse_transform(expected.transform(x[:50])) - x[:50]) ** 2)
    said = float(log.split("Mean squared error of reconstruction on test: ")[1].split()[0])
    assert said == pytest.approx(lost, rel=1e-4)
    assert "extra_components is without effect here" in log
    assert metrics("pca", log)["train:progress"] == [100]
    predict = container.predictor("pca")
    whole, _ = predict(csv(x[:2]).encode(), "text/csv", "")
    rows = json.loads(whole)["projections"]  # type: ignore[arg-type]
    lines, _ = predict(csv(x[:2]).encode(), "text/csv", "application/jsonlines")
    assert [json.loads(line) for line in lines.splitlines()] == rows  # type: ignore[union-attr]
    data, _ = predict(csv(x[:2]).encode(), "text/csv", "application/x-recordio-protobuf")
    for record, row in zip(recordio.read(io.BytesIO(data)), rows, strict=True):  # type: ignore[arg-type]
        np.testing.assert_allclose(record.label["projection"].values, row["projection"], rtol=1e-5)
    with pytest.raises(Refused, match="Accept type text/csv is not supported"):
        predict(csv(x[:2]).encode(), "text/csv", "text/csv")


@pytest.mark.parametrize(
    "given, words",
    [
        ({"mini_batch_size": None}, "No value.s. were specified for 'mini_batch_size'"),
        ({"num_components": 65}, "num_components is 65, but feature_dim is only 64"),
        ({"algorithm_mode": "exact"}, "Hyperparameter algorithm_mode: exact is not in"),
        ({"extra_components": -2}, r"-2 is not in \[-1, \+inf\)"),
        ({"subtract_mean": "maybe"}, "Hyperparameter subtract_mean: maybe is not in"),
        ({"whiten": "true"}, "'whiten' was unexpected"),
    ],
)
def test_what_is_wrong_is_refused(container: Container, given: dict[str, Any], words: str) -> None:
    base = {"feature_dim": 64, "num_components": 8, "mini_batch_size": 300}
    values = {name: value for name, value in (base | given).items() if value is not None}
    container.put("train", csv(load_digits().data[:20]), _BARE)
    with pytest.raises(UserError, match=words):
        container.train("pca", **values)
