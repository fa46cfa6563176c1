"""The code that is shown for SDK 2 calls what SDK 2 has."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from sagemaker.jumpstart.estimator import JumpStartEstimator
from sagemaker.jumpstart.model import JumpStartModel

_file = Path(__file__).parents[1] / "code_that_fits.py"
_spec = importlib.util.spec_from_file_location("code_that_fits", _file)
fits = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fits)

CODES = fits.codes("sdk_v2")


@pytest.mark.parametrize("name", CODES)
def test_the_code_fits(name: str) -> None:
    of = JumpStartEstimator if name == "tuned" else JumpStartModel
    methods = {"model.deploy": of.deploy, "estimator.fit": JumpStartEstimator.fit}
    assert fits.check(CODES[name], methods) >= 2
