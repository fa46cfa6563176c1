"""A local engine for the SageMaker SDKs, which run in an environment of their own.

SMEXT_PYTHON is the interpreter that has jupyter_smext; this one has only an SDK. The engine is
reached as any client reaches it: by what `jupyter smext local env` prints.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

ENGINE = [os.environ["SMEXT_PYTHON"], "-m", "jupyter_smext.local"]
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
CODE = Path(__file__).with_name("code")

_HOME = tempfile.TemporaryDirectory(prefix="smext-sdk-", ignore_cleanup_errors=True)
_PROJECT = Path(__file__).resolve().parents[2]


def _engine(*arguments: str) -> str:
    environment = {**os.environ, "SMEXT_LOCAL_HOME": _HOME.name}
    run = subprocess.run(
        [*ENGINE, *arguments], cwd=_PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert run.returncode == 0, f"{arguments} ended with {run.returncode}"
    return run.stdout


def pytest_configure() -> None:
    """Start the engine before a test module imports an SDK, which reads the environment then."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    _engine("start")
    os.environ.update(json.loads(_engine("env", "--json")))
    os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"
    # No file of the machine's own account is read.
    os.environ["AWS_CONFIG_FILE"] = f"{_HOME.name}/no-config"
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = f"{_HOME.name}/no-credentials"


def pytest_unconfigure() -> None:
    """End the engine with all it runs."""
    _engine("stop")
    _HOME.cleanup()


@pytest.fixture(scope="session")
def points(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two kinds of points that a line parts: train.csv and validation.csv, the label first."""
    made = np.random.default_rng(7)
    folder = tmp_path_factory.mktemp("points")
    for name, count in (("train", 400), ("validation", 200)):
        labels = made.integers(0, 2, count)
        points = made.normal(labels[:, None] * 3.0, 1.0, (count, 4))
        rows = np.column_stack([labels, points])
        np.savetxt(folder / f"{name}.csv", rows, delimiter=",", fmt="%.5f")
    yield folder
