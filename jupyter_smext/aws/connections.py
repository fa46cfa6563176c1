"""The connections of this machine: the local engine, the environment and every AWS profile."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..protocol import Connection
from . import local_engine, profiles

PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))

CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


@functools.cache
def regions_of(partition: str) -> tuple[str, ...]:
    """SageMaker's regions in a partition, by botocore's data."""
    from botocore.session import Session

    from ..kinds.model import loader

    session = Session()
    session.register_component("data_loader", loader())
    return tuple(session.get_available_regions("sagemaker", partition_name=partition))


def partition_of(region: str | None) -> str:
    """The partition by the region's name, so that a region newer than botocore has one too."""
    return next((name for start, name in PARTITIONS if (region or "").startswith(start)), "aws")


def connections() -> tuple[Connection, ...]:
    """The local engine first, then the environment where it has keys, then profiles by name.

    A profile that cannot sign in is listed all the same: its Problem comes when it is used.
    """
    from botocore.exceptions import BotoCoreError

    found = [_local()]
    try:
        table = profiles.read()
    except BotoCoreError:
        # The file does not parse; the connection is there to say so when it is chosen.
        name = os.environ.get("AWS_PROFILE") or "default"
        unreadable = _connection(f"{profiles.PREFIX}{name}", name, "unreadable configuration", None)
        return (*found, unreadable)
    how = profiles.environment_how() or instance_how()
    if how is not None:
        scoped = table.get(os.environ.get("AWS_PROFILE") or "default", {})
        label = "Environment" if how == "environment" else how.capitalize()
        found.append(_connection(profiles.ENVIRONMENT, label, how, _region(scoped)))
    for name in sorted(table, key=str.lower):
        region = table[name].get("region")
        id = f"{profiles.PREFIX}{name}"
        found.append(_connection(id, name, profiles.how(table[name]), region))
    return tuple(found)


def _local() -> Connection:
    engine = local_engine.state()
    region = engine.region if engine else "us-east-1"
    return _connection(profiles.LOCAL, "Local engine", "this machine", region, "aws")


def _connection(
    id: str, label: str, how: str, region: str | None, partition: str | None = None
) -> Connection:
    partition = partition or partition_of(region)
    return Connection(id, label, how, region, regions_of(partition), CONSOLES[partition])


def _region(profile: Mapping[str, Any]) -> str | None:
    named = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return named or profile.get("region")


@functools.cache
def instance_how() -> str | None:
    """`instance role` on an EC2 machine that has one: one question of at most a second, once."""
    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true" or not _may_be_ec2():
        return None
    from botocore.utils import InstanceMetadataFetcher

    role = InstanceMetadataFetcher(timeout=1, num_attempts=1).retrieve_iam_role_credentials()
    return "instance role" if role else None


def _may_be_ec2() -> bool:
    """False where the firmware names another vendor, so that no question goes out."""
    try:
        vendor = Path("/sys/class/dmi/id/sys_vendor").read_text(encoding="utf-8", errors="replace")
    except OSError:
        # No such file: Windows on EC2, say. A Mac is none that anyone runs JupyterLab on.
        return os.name == "nt"
    return "amazon" in vendor.lower()
