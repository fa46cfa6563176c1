"""The code that is shown for SDK 3 calls what SDK 3 has."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train import ModelTrainer

_file = Path(__file__).parents[1] / "code_that_fits.py"
_spec = importlib.util.spec_from_file_location("code_that_fits", _file)
fits = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fits)

CODES = fits.codes("sdk_v3")


@pytest.mark.parametrize("name", CODES)
def test_the_code_fits(name: str) -> None:
    methods = {
        "builder.build": ModelBuilder.build,
        "builder.deploy": ModelBuilder.deploy,
        "trainer.train": ModelTrainer.train,
    }
    # SDK 3 cannot deploy what another program trained: a comment says so.
    assert fits.check(CODES[name], methods) >= (0 if name == "tuned" else 4)
