"""A training job by AWS's container contract: hyperparameters, channels, model folder, log."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import table
from .channel import Channel
from .failures import UserError
from .table import Algorithm

#: The folder within the model folder for what this engine adds. AWS's own XGBoost container loads
#: every file of the model folder as a model, and passes over folders.
_OWN = "smext"


def base() -> Path:
    """$SAGEMAKER_BASE_DIR, as in sagemaker-training; else /opt/ml."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


@dataclass(frozen=True)
class Job:
    """One training job. `stopping` is set when SIGTERM came: save what there is, then end."""

    algorithm: Algorithm
    base: Path
    stopping: threading.Event

    @property
    def model(self) -> Path:
        return self.base / "model"

    @property
    def host(self) -> str:
        """This host's name in the cluster, as in metrics: algo-1."""
        return str(self._config("resourceconfig").get("current_host", "algo-1"))

    @property
    def hyperparameters(self) -> Mapping[str, str]:
        """As given: texts."""
        return self._config("hyperparameters")

    @property
    def checkpoints(self) -> Path | None:
        """Where checkpoints are kept over jobs; None when the job has no CheckpointConfig."""
        folder = Path(self._config("checkpointconfig").get("LocalPath", self.base / "checkpoints"))
        return folder if folder.is_dir() else None

    def say(self, message: str, level: str = "INFO") -> None:
        """A line of the log, in the form of AWS's built-in algorithms."""
        stamp = time.strftime("%m/%d/%Y %H:%M:%S")
        self.emit(f"[{stamp} {level} {os.getpid()}] {message}")

    def quality(self, data: str, measure: str, kind: str, value: float) -> None:
        """A metric's line: #quality_metric: host=algo-1, test msd <loss>=0.5."""
        self.say(f"#quality_metric: host={self.host}, {data} {measure} <{kind}>={value}")

    def progress(self, done: int, of: int) -> None:
        """The line of train:progress."""
        share = int(100 * done / of)
        self.say(f"#progress_metric: host={self.host}, completed {share} % of epochs")

    def throughput(self, rows: int, seconds: float) -> None:
        """The line of train:throughput."""
        rate = rows / max(seconds, 1e-9)
        self.say(f"#throughput_metric: host={self.host}, train throughput={rate} records/second")

    def emit(self, line: str) -> None:
        """A line of the log as it is."""
        print(line, flush=True)

    def channels(self) -> dict[str, Channel]:
        """The job's channels by name. Raises UserError for unknown, missing and unfit ones."""
        given = self._config("inputdataconfig")
        self._one_host()
        for name in given:
            if name not in self.algorithm.channels:
                raise UserError(
                    self._unfit(
                        f"Extraneous channel found: {name}",
                        (f"Additional properties are not allowed ('{name}' was unexpected)"),
                    )
                )
        for name, required in self.algorithm.channels.items():
            if required and name not in given:
                raise UserError(
                    self._unfit(
                        f"Missing required channel: {name}", (f"'{name}' is a required property")
                    )
                )
        folder = self.base / "input" / "data"
        return {
            name: Channel.of(self.algorithm, name, folder, config) for name, config in given.items()
        }

    def remember(self, **more: Any) -> None:
        """Write smext/model.json beside the model: which library made it, with which version."""
        folder = self.model / _OWN
        folder.mkdir(parents=True, exist_ok=True)
        told = {
            "algorithm": self.algorithm.name,
            "library": table.library(self.algorithm.name),
            "python": ".".join(map(str, sys.version_info[:3])),
            **more,
        }
        (folder / "model.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")

    def _unfit(self, toolkit: str, schema: str) -> str:
        # XGBoost's container and the other algorithms say the same in different words.
        if self.algorithm.name == "xgboost":
            return toolkit
        return (
            "Unable to initialize the algorithm. Failed to validate input data configuration. "
            f"(caused by ValidationError) Caused by: {schema}"
        )

    def _one_host(self) -> None:
        hosts = self._config("resourceconfig").get("hosts", [])
        if len(hosts) > 1:
            raise UserError(
                f"{self.algorithm.title} trains on one host here, and this job has {len(hosts)}. "
                "Set InstanceCount to 1, or train it on AWS."
            )

    def _config(self, name: str) -> dict[str, Any]:
        try:
            text = (self.base / "input" / "config" / f"{name}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        return dict(json.loads(text))
