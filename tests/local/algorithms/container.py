"""A folder laid out as /opt/ml is in AWS's containers, and training in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupyter_smext.local import algorithms
from jupyter_smext.local.algorithms.hosting import load
from jupyter_smext.local.algorithms.job import Job
from jupyter_smext.local.algorithms.training import module
from jupyter_smext.local.serving.front import Predict


@dataclass
class Container:
    """One job's /opt/ml."""

    base: Path
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def put(
        self,
        channel: str,
        data: bytes | str,
        content_type: str = "text/csv",
        *,
        name: str = "part-0",
        mode: str = "File",
    ) -> None:
        """A file of a channel."""
        folder = self.base / "input" / "data" / channel
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        self.declare(channel, content_type, mode)

    def declare(self, channel: str, content_type: str | None, mode: str = "File") -> None:
        """A channel in inputdataconfig.json."""
        given: dict[str, Any] = {"TrainingInputMode": mode, "RecordWrapperType": "None"}
        self.channels[channel] = given
        if content_type:
            given["ContentType"] = content_type

    def configure(self, hyperparameters: dict[str, Any], hosts: int = 1) -> None:
        """Write input/config."""
        config = self.base / "input" / "config"
        config.mkdir(parents=True, exist_ok=True)
        given = {name: str(value) for name, value in hyperparameters.items()}
        (config / "hyperparameters.json").write_text(json.dumps(given))
        (config / "inputdataconfig.json").write_text(json.dumps(self.channels))
        names = [f"algo-{host}" for host in range(1, hosts + 1)]
        cluster = {"current_host": "algo-1", "hosts": names}
        (config / "resourceconfig.json").write_text(json.dumps(cluster))

    def train(self, name: str, **hyperparameters: Any) -> None:
        """Train in this process; raises what the algorithm raises."""
        self.configure(hyperparameters)
        algorithm = algorithms.find(name)
        assert algorithm is not None
        (self.base / "model").mkdir(exist_ok=True)
        module(algorithm).train(Job(algorithm, self.base, self.stopping))

    def start(self, name: str, **hyperparameters: Any) -> subprocess.Popen[str]:
        """Train in a process of its own, as the engine does."""
        if not (self.base / "input" / "config").exists():
            self.configure(hyperparameters)
        return subprocess.Popen(
            [sys.executable, "-m", "jupyter_smext.local.algorithms", "train", name],
            env={**os.environ, "SAGEMAKER_BASE_DIR": str(self.base)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def predictor(self, name: str) -> Predict:
        """The trained model's predict function."""
        algorithm = algorithms.find(name)
        assert algorithm is not None
        return load(algorithm, self.base / "model")

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path / "ml")


def csv(features: Any, labels: Any = None) -> str:
    """Rows as CSV, the label first."""
    rows = np.asarray(features, np.float32)
    if labels is not None:
        rows = np.column_stack([np.asarray(labels, np.float32), rows])
    return "".join(",".join(repr(float(cell)) for cell in row) + "\n" for row in rows)


def metrics(name: str, log: str) -> dict[str, list[float]]:
    """What AWS's MetricDefinitions of an algorithm find in a log."""
    algorithm = algorithms.find(name)
    assert algorithm is not None
    found: dict[str, list[float]] = {}
    for line in log.splitlines():
        for metric, expression in algorithm.metrics.items():
            if match := re.search(expression, line):
                found.setdefault(metric, []).append(float(match[1]))
    return found
