"""A trained model served by a process of its own, as an endpoint runs it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from sklearn.datasets import load_iris

from tests.local.algorithms.container import Container, container, csv

__all__ = ["container"]


class _Unix(http.client.HTTPConnection):
    def __init__(self, place: Path) -> None:
        super().__init__("localhost")
        self._place = place

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._place / "socket"))


def test_a_server_answers_ping_and_invocations(container: Container, tmp_path: Path) -> None:
    x, _ = load_iris(return_X_y=True)
    container.put("train", csv(x), "text/csv;label_size=0")
    container.train("kmeans", k=3, feature_dim=4)
    expected, _ = container.predictor("kmeans")(csv(x[:5]).encode(), "text/csv", "")
    place = tmp_path / "at"
    place.mkdir()
    (place / "token").write_text("secret")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_smext.local.algorithms", "serve", "kmeans"],
        env={
            **os.environ,
            "SAGEMAKER_BASE_DIR": str(container.base),
            "SMEXT_SERVING_AT": str(place),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        while not (place / "socket").exists() and process.poll() is None:
            time.sleep(0.02)
        connection = _Unix(place)
        given = {"X-Smext-Token": "secret", "Content-Type": "text/csv"}
        connection.request("GET", "/ping", headers=given)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
        connection.request("POST", "/invocations", csv(x[:5]), given)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, expected)
        connection.request("POST", "/invocations", "1,2", given)
        answer = connection.getresponse()
        assert answer.status == 400 and b"Feature size" in answer.read()
        connection.request("GET", "/execution-parameters", headers=given)
        assert json.loads(connection.getresponse().read())["BatchStrategy"] == "MULTI_RECORD"
        connection.close()
    finally:
        process.terminate()
        log, _ = process.communicate(timeout=30)
    assert log.startswith("K-Means on this machine, by NumPy")


def test_a_folder_without_a_model_ends_the_server(container: Container) -> None:
    (container.base / "model").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_smext.local.algorithms", "serve", "xgboost"],
        env={**os.environ, "SAGEMAKER_BASE_DIR": str(container.base)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0 and "xgboost-model is missing" in done.stderr
