"""K-Means on real data, against scikit-learn's KMeans, in AWS's formats."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits, load_iris
from sklearn.metrics import adjusted_rand_score, pairwise_distances

from jupyter_smext.local.algorithms import library, mxnet_arrays, recordio
from jupyter_smext.local.algorithms.failures import UserError
from jupyter_smext.local.serving.front import Refused
from tests.local.algorithms.container import Container, container, csv, metrics

__all__ = ["container"]

_BARE = "text/csv;label_size=0"


def _centers(container: Container) -> Any:
    (found,) = mxnet_arrays.load((container.base / "model" / "model_algo-1").read_bytes()).values()
    return found


@pytest.mark.parametrize("init", ["random", "kmeans++"])
def test_the_clusters_are_as_tight_as_those_of_lloyds_method(
    container: Container, init: str, capfd: pytest.CaptureFixture[str]
) -> None:
    x, y = load_digits(return_X_y=True)
    container.put("train", csv(x[:1300]), _BARE)
    container.put("test", csv(x[1300:]), _BARE)
    given = {"mini_batch_size": 200, "epochs": 3, "init_method": init}
    container.train("kmeans", k=10, feature_dim=64, eval_metrics='["msd", "ssd"]', **given)
    found = metrics("kmeans", capfd.readouterr().out)
    centers = _centers(container)
    squared = (pairwise_distances(x[1300:], centers) ** 2).min(axis=1)
    assert found["test:msd"][-1] == pytest.approx(squared.mean(), rel=1e-5)
    assert found["test:ssd"][-1] == pytest.approx(squared.sum(), rel=1e-5)
    assert found["train:progress"] == [33, 66, 100] and found["train:throughput"][0] > 0
    best = KMeans(10, n_init=10, random_state=0).fit(x[:1300]).inertia_ / 1300
    assert best * 0.999 < found["train:msd"][-1] < best * 1.1
    nearest = pairwise_distances(x, centers).argmin(axis=1)
    assert adjusted_rand_score(y, nearest) > 0.5


def test_answers_in_every_format(container: Container) -> None:
    x, _ = load_iris(return_X_y=True)
    container.put("train", csv(x), _BARE)
    container.train("kmeans", k=3, feature_dim=4, force_dense=True)
    centers, predict = _centers(container), container.predictor("kmeans")
    distances = pairwise_distances(x.astype(np.float32), centers)
    nearest = distances.argmin(axis=1)
    body, kind = predict(csv(x).encode(), "text/csv", "")
    rows = json.loads(body)["predictions"]
    assert kind == "application/json" and len(rows) == 150
    assert [row["closest_cluster"] for row in rows] == nearest.tolist()
    found = [row["distance_to_cluster"] for row in rows]
    np.testing.assert_allclose(found, distances.min(axis=1), rtol=1e-5)

    lines, _ = predict(csv(x).encode(), "text/csv", "application/jsonlines")
    assert [json.loads(line) for line in lines.splitlines()] == rows
    text, _ = predict(csv(x).encode(), "text/csv", "text/csv")
    assert text.decode().splitlines()[0] == f"{float(nearest[0])},{found[0]}"
    data, kind = predict(csv(x).encode(), "text/csv", "application/x-recordio-protobuf")
    import io

    records = list(recordio.read(io.BytesIO(data)))  # type: ignore[arg-type]
    assert kind == "application/x-recordio-protobuf" and not records[0].features
    clusters = [record.label["closest_cluster"].values[0] for record in records]
    assert clusters == nearest.tolist()


def test_requests_in_every_format_mean_the_same(container: Container) -> None:
    x = np.array([[5, 0, 1.5, 0], [0, 3, 0, 2]], np.float32)
    container.put("train", csv(load_iris().data), _BARE)
    container.train("kmeans", k=3, feature_dim=4)
    predict = container.predictor("kmeans")
    expected, _ = predict(csv(x).encode(), "text/csv; label_size=0", "")
    dense = [{"features": row} for row in x.tolist()]
    nested = [{"data": {"features": {"values": row}}} for row in x.tolist()]
    sparse = [
        {"data": {"features": {"keys": [0, 2], "shape": [4], "values": [5, 1.5]}}},
        {"data": {"features": {"keys": [1, 3], "shape": [4], "values": [3, 2]}}},
    ]
    for instances in (dense, nested, sparse):
        whole = json.dumps({"instances": instances}).encode()
        assert predict(whole, "application/json", "")[0] == expected
        lines = "\n".join(map(json.dumps, instances)).encode()
        assert predict(lines, "application/jsonlines", "")[0] == expected
    labelled = csv(x, [7, 7]).encode()
    assert predict(labelled, "text/csv; label_size=1", "")[0] == expected
    for columns, keys in ((None, None), ([5, 1.5], [0, 2])):
        tensor = recordio.Tensor(
            np.array(columns or x[0], np.float32), None if keys is None else np.array(keys), (4,)
        )
        body = recordio.write([recordio.Record({"values": tensor})])
        answer, _ = predict(body, "application/x-recordio-protobuf", "")
        first = json.loads(answer)["predictions"]  # type: ignore[arg-type]
        assert first == json.loads(expected)["predictions"][:1]  # type: ignore[arg-type]
    for body, kind, words in (
        (b"1,2,3\n", "text/csv", "Feature size"),
        (b"1,,3,4\n", "text/csv", "line 1 is not all numbers"),
        (b'{"features": [1, NaN, 3, 4]}', "application/jsonlines", "not a finite number"),
        (b"{}", "application/json", "KeyError: 'instances'"),
        (b'{"instances": [{"features": [1]}]}', "application/json", "has 1 features"),
        (b'{"instances": [{"features": "x"}]}', "application/json", "please ensure data is in"),
        (b'{"features": {"keys": [9], "values": [1]}}', "application/jsonlines", "keys outside"),
        (b"[1, 2]", "application/jsonlines", "please ensure data is in jsonlines format"),
    ):
        with pytest.raises(Refused, match=words) as refused:
            predict(body, kind, "")
        assert refused.value.status == 400


def test_half_life_forgets_old_points(container: Container) -> None:
    # A cluster that moves: with decay the center is where its last points are.
    x = np.concatenate([np.full((500, 1), 0.0), np.full((500, 1), 10.0)])
    container.put("train", csv(x), _BARE)
    given = {"k": 1, "feature_dim": 1, "mini_batch_size": 50, "extra_center_factor": 1}
    container.train("kmeans", **given)
    assert _centers(container)[0, 0] == pytest.approx(5, abs=0.1)
    container.train("kmeans", **given, half_life_time_size=50)
    assert _centers(container)[0, 0] > 9.9


def test_sparse_records_are_read_and_said_to_be_made_dense(
    container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = [
        recordio.Record(
            {"values": recordio.Tensor(np.array([1.0]), np.array([at % 3]), (5,))},
            {"values": recordio.Tensor(np.array([0.0]))},
        )
        for at in range(60)
    ]
    container.put("train", recordio.write(rows))
    container.declare("train", None)
    container.train("kmeans", k=3, feature_dim=5, force_dense=False, _num_gpus="auto")
    found = sorted(_centers(container).round(6).tolist(), reverse=True)
    assert found == np.eye(5)[:3].tolist()
    log = capfd.readouterr().out
    assert "force_dense is without effect here" in log and "_num_gpus is without effect" in log


@pytest.mark.parametrize(
    "given, words",
    [
        ({}, r"No value\(s\) were specified for 'k' which are required hyperparameter"),
        ({"k": 0}, "Hyperparameter k: 0 is not in"),
        ({"k": 3, "n_clusters": 3}, r"not allowed \('n_clusters' was unexpected\)"),
        ({"k": 3, "init_method": "forgy"}, "Hyperparameter init_method: forgy is not in"),
        ({"k": 3, "local_lloyd_tol": 2}, r"2.0 is not in \[0, 1\]"),
        ({"k": 3, "extra_center_factor": "many"}, "could not parse value"),
        ({"k": 3, "eval_metrics": "msd,rand"}, "value rand not in range"),
        ({"k": 200}, "k is 200, but there are only 150 records"),
        ({"k": 3, "feature_dim": 5}, "feature_dim is 5, but the data of channel 'train' has 4"),
    ],
)
def test_what_is_wrong_is_refused(container: Container, given: dict[str, Any], words: str) -> None:
    container.put("train", csv(load_iris().data), _BARE)
    with pytest.raises(UserError, match=words):
        container.train("kmeans", **{"feature_dim": 4} | given)


def test_csv_comes_only_in_file_mode_and_is_labelled_unless_it_says_not(
    container: Container,
) -> None:
    container.declare("train", "text/csv", "Pipe")
    with pytest.raises(UserError, match="Pipe mode not supported for text/csv"):
        container.train("kmeans", k=2, feature_dim=4)
    container.put("train", csv(load_iris().data, load_iris().target))
    container.train("kmeans", k=2, feature_dim=4)
    assert _centers(container).shape == (2, 4)
    container.put("train", csv(load_iris().data), "text/csv")
    with pytest.raises(UserError, match="has 3 features.*label_size=0"):
        container.train("kmeans", k=2, feature_dim=4)
    container.put("valid", csv(np.eye(4)), _BARE)
    with pytest.raises(UserError, match="Additional properties are not allowed .'valid' was"):
        container.train("kmeans", k=2, feature_dim=4)


def test_values_that_are_no_numbers_are_the_users_error(container: Container) -> None:
    container.put("train", "1,2\nnan,4\n", _BARE)
    with pytest.raises(UserError, match="values that are not finite numbers"):
        container.train("kmeans", k=1, feature_dim=2)


def test_the_model_says_who_made_it(container: Container) -> None:
    container.put("train", csv(load_iris().data), _BARE)
    container.train("kmeans", k=2, feature_dim=4)
    told = json.loads((container.base / "model" / "smext" / "model.json").read_text())
    assert told["library"] == library("kmeans") and told["algorithm"] == "kmeans"
