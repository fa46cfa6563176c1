"""The instance type table against what AWS's own models say exists."""

from __future__ import annotations

import subprocess
import sys

import pytest
from botocore.loaders import Loader

from jupyter_smext import instance_types


def test_facts() -> None:
    small = instance_types.find("ml.t3.medium")
    assert small is not None
    assert (small.vcpu, small.memory_gib, small.gpus, small.gpu) == (2, 4.0, 0, "")
    gpu = instance_types.find("ml.g4dn.xlarge")
    assert gpu is not None
    assert (gpu.vcpu, gpu.memory_gib, gpu.gpus) == (4, 16.0, 1)
    assert "T4" in gpu.gpu


@pytest.mark.parametrize("name", ["", "t3.medium", "ml.t3.nano.x", "ml.T3.MEDIUM"])
def test_unknown(name: str) -> None:
    assert instance_types.find(name) is None


def test_every_row_is_plausible() -> None:
    for name, found in instance_types.all_types().items():
        assert name.startswith("ml.") and name == found.name
        assert found.vcpu >= 1 and found.memory_gib > 0
        assert (found.gpus > 0) == bool(found.gpu), name


def test_covers_the_types_notebook_instances_come_in() -> None:
    model = Loader().load_service_model("sagemaker", "service-2")
    offered = set(model["shapes"]["InstanceType"]["enum"])
    missing = offered - set(instance_types.all_types())
    # EC2 no longer describes these generations; the switcher shows them without figures.
    assert {name.rsplit(".", 1)[0] for name in missing} <= {"ml.p2", "ml.p3"}


def test_import_reads_nothing() -> None:
    code = (
        "import sys, jupyter_smext.instance_types as t; "
        "assert t.all_types.cache_info().currsize == 0; assert 'boto3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
