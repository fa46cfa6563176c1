"""The table of models that comes with the package, for where nothing better can be read.

`models.csv` has the 1,079 models of sagemaker-python-sdk's `doc/doc_utils/pretrainedmodels.rst` at
6204dbca (Apache 2.0): id, newest version, whether it can be fine-tuned, source.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib.resources import files

from ..protocol import JumpStartModel
from .tasks import framework_of, provider_of, spelled, task_of

AS_OF = "2025-06-23"
"""Of the table."""


@functools.cache
def shipped() -> Mapping[str, JumpStartModel]:
    """Its models by id; the file is read on first use. Blocking."""
    with files("jupyter_smext.jumpstart").joinpath("models.csv").open(encoding="utf-8") as file:
        return {row["model_id"]: _model(row) for row in csv.DictReader(file)}


def _model(row: Mapping[str, str]) -> JumpStartModel:
    id = row["model_id"]
    task = task_of(id)
    return JumpStartModel(
        id=id,
        name=id,
        version=row["version"],
        task=task.name,
        data_type=task.data_type,
        framework=framework_of(id),
        provider=spelled(row["source"]) if row["source"] else provider_of(id),
        proprietary=bool(row["proprietary"]),
        fine_tunable=bool(row["fine_tunable"]),
        gated=None,
        deprecated=False,
        vulnerable=None,
        url=row["url"] or None,
        origin="shipped",
        hub=None,
        runs_here=False,
    )
