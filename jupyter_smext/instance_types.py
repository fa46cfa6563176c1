"""vCPU, memory and GPUs of the `ml.*` instance types, from a table that comes with the package.

`instance_types.csv` holds 427 types as of 2026-11-22: EC2's own figures (DescribeInstanceTypes, as
moto 5.2.5 carries them) under the name without "ml.". A type that AWS has and the table has not is
unknown, never guessed.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class InstanceType:
    """One type; memory in GiB, `gpu` the accelerator's name or "" without one."""

    name: str
    vcpu: int
    memory_gib: float
    gpus: int
    gpu: str
    gpu_memory_gib: float


@functools.cache
def all_types() -> Mapping[str, InstanceType]:
    """Every type of the table by name; the file is read on first use."""
    with files("jupyter_smext").joinpath("instance_types.csv").open(encoding="utf-8") as file:
        return {
            row["instance_type"]: InstanceType(
                name=row["instance_type"],
                vcpu=int(row["vcpu"]),
                memory_gib=float(row["memory_gib"]),
                gpus=int(row["gpus"]),
                gpu=row["gpu"],
                gpu_memory_gib=float(row["gpu_memory_gib"]),
            )
            for row in csv.DictReader(file)
        }


def find(name: str) -> InstanceType | None:
    """The type of that name (`ml.t3.medium`), or None when the table has none."""
    return all_types().get(name)
