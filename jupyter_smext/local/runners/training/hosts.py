"""The hosts of a training job: as many local processes as instances, and what each is told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..job.files import HostFiles
from ..supervision import Limits, machine
from ..supervision.instance_size import size
from .checkpoints import below_opt_ml

Detail = dict[str, Any]

#: The group of all instances when a request names none (sagemaker-training's resource config).
_ONE_GROUP = "homogeneousCluster"


@dataclass(frozen=True)
class Host:
    """One instance: `number` from 1, its group, its type."""

    number: int
    group: str
    instance_type: str

    @property
    def name(self) -> str:
        return f"algo-{self.number}"


def hosts(resources: Mapping[str, Any]) -> list[Host]:
    """The hosts of a ResourceConfig, group by group."""
    groups = resources.get("InstanceGroups") or [
        {
            "InstanceGroupName": _ONE_GROUP,
            "InstanceType": resources.get("InstanceType", ""),
            "InstanceCount": resources.get("InstanceCount", 1),
        }
    ]
    found: list[Host] = []
    for group in groups:
        for _ in range(group["InstanceCount"]):
            found.append(
                Host(len(found) + 1, group["InstanceGroupName"], group.get("InstanceType", ""))
            )
    return found


def share(host: Host, count: int) -> tuple[Limits, str]:
    """What one of `count` hosts gets of this machine, and that in words."""
    given, words = size(host.instance_type)
    if count == 1:
        return given, words
    cpus = min(given.cpus, max(1, machine().cpus // count))
    return dataclasses.replace(given, cpus=cpus), (
        f"{words}; one of {count} hosts on this machine, {cpus} vCPU for each"
    )


def write_config(
    files: HostFiles, host: Host, all_hosts: list[Host], detail: Detail, seen_at: str
) -> None:
    """Make the folders of the container contract and write the files in input/config.

    `seen_at`: where the host's processes find them, /opt/ml if that can be.
    """
    ml = files.opt_ml
    for folder in ("input/config", "input/data", "model", "output/data", "code"):
        (ml / folder).mkdir(parents=True, exist_ok=True)
    contents = {
        "hyperparameters": detail.get("HyperParameters", {}),
        "inputdataconfig": dict(_channels(detail, host)),
        "resourceconfig": _resources(host, all_hosts),
    }
    checkpoints = detail.get("CheckpointConfig")
    if checkpoints:
        below = below_opt_ml(checkpoints["LocalPath"])
        assert below is not None  # checked by Create
        (ml / below).mkdir(parents=True, exist_ok=True)  # it may be the model's own folder
        contents["checkpointconfig"] = {**checkpoints, "LocalPath": f"{seen_at}/{below}"}
    for name, content in contents.items():
        path = ml / "input" / "config" / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")


def write_names(files: HostFiles, all_hosts: list[Host]) -> Path:
    """The file that the hosts know each other by: this machine's /etc/hosts, and theirs.

    Each has a loopback address of its own, so that all can listen on the same port.
    """
    etc = Path("/etc/hosts")
    known = etc.read_text(encoding="utf-8", errors="replace") if etc.is_file() else ""
    names = "".join(f"127.0.0.{host.number}\t{host.name}\n" for host in all_hosts)
    path = files.root / "hosts"
    path.write_text(f"{known.rstrip()}\n{names}", encoding="utf-8")
    return path


def channels_of(detail: Mapping[str, Any], host: Host) -> list[Detail]:
    """The channels that a host gets: an instance group may be left out of some."""
    return [
        channel
        for channel in detail.get("InputDataConfig", ())
        if host.group
        in (channel["DataSource"]["S3DataSource"].get("InstanceGroupNames") or [host.group])
    ]


def mode(detail: Mapping[str, Any], channel: Mapping[str, Any]) -> str:
    """File, FastFile or Pipe: the channel's own, else the algorithm's."""
    return str(channel.get("InputMode") or detail["AlgorithmSpecification"]["TrainingInputMode"])


def _channels(detail: Detail, host: Host) -> Iterator[tuple[str, Detail]]:
    for channel in channels_of(detail, host):
        source = channel["DataSource"]["S3DataSource"]
        config = {
            "TrainingInputMode": mode(detail, channel),
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
        }
        if "ContentType" in channel:
            config["ContentType"] = channel["ContentType"]
        yield channel["ChannelName"], config


def _resources(host: Host, all_hosts: list[Host]) -> Detail:
    groups: dict[str, Detail] = {}
    for each in all_hosts:
        group = groups.setdefault(
            each.group,
            {
                "instance_group_name": each.group,
                "instance_type": each.instance_type,
                "hosts": [],
            },
        )
        group["hosts"].append(each.name)
    return {
        "current_host": host.name,
        "current_instance_type": host.instance_type,
        "current_group_name": host.group,
        "hosts": [each.name for each in all_hosts],
        "instance_groups": list(groups.values()),
        "network_interface_name": "lo",
    }
