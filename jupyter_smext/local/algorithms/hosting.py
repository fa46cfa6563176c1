"""Serve a trained model of a built-in algorithm: load it, then answer invocations."""

from __future__ import annotations

import os
from pathlib import Path

from ..serving.front import Predict, serve
from .table import Algorithm, library
from .training import module

#: AWS's XGBoost container answers these to a transform job: algorithm_mode/serve.py.
_PAYLOAD_MB = 6


def load(algorithm: Algorithm, model: Path) -> Predict:
    """The model in a folder as `predict(body, content_type, accept) -> (body, content_type)`.

    It may be called from several threads. It raises front.Refused for a request it cannot answer.
    Raises FileNotFoundError or ValueError when the folder holds no model of this algorithm.
    """
    predict: Predict = module(algorithm).load(model)
    return predict


def host(algorithm: Algorithm, model: Path) -> None:
    """Serve until the process is told to end."""
    print(f"{algorithm.title} on this machine, by {library(algorithm.name)}", flush=True)
    serve(
        load(algorithm, model),
        execution_parameters={
            "MaxConcurrentTransforms": os.cpu_count() or 1,
            "BatchStrategy": "MULTI_RECORD",
            "MaxPayloadInMB": _PAYLOAD_MB,
        },
    )
