"""The first lines of a training job's log: what trains, and what of the request is not applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .hosts import hosts, mode
from .program import Program

#: What Create takes and this machine has no counterpart of.
_NOT_APPLIED = """
    RoleArn VpcConfig EnableInterContainerTrafficEncryption DebugHookConfig DebugRuleConfigurations
    TensorBoardOutputConfig ProfilerConfig ProfilerRuleConfigurations ExperimentConfig
    RemoteDebugConfig InfraCheckConfig SessionChainingConfig MlflowConfig
""".split()


def notes(detail: Mapping[str, Any], program: Program, size: str) -> list[str]:
    """Lines for a log; `size` says what the host gets of this machine."""
    lines = [
        f"Training with {program.does}, by the local SageMaker engine, as the user who started it.",
        f"No container: the program {size}. local: no charge.",
        *_without_effect(detail),
    ]
    kept = [member for member in _NOT_APPLIED if detail.get(member)]
    kept += [
        f"{member}.{key}"
        for member, key in (
            ("OutputDataConfig", "KmsKeyId"),
            ("ResourceConfig", "VolumeKmsKeyId"),
            ("ResourceConfig", "VolumeSizeInGB"),
        )
        if detail.get(member, {}).get(key)
    ]
    lines.append(f"Kept but not applied: {', '.join(kept)}.")
    return [f"[local engine] {line}" for line in lines]


def _without_effect(detail: Mapping[str, Any]) -> Iterator[str]:
    if detail.get("EnableManagedSpotTraining"):
        yield "Managed spot training is without effect here: nothing interrupts, nothing is saved."
    if detail["ResourceConfig"].get("KeepAlivePeriodInSeconds"):
        yield "A warm pool is without effect here: there is nothing to keep warm."
    if len(hosts(detail["ResourceConfig"])) > 1 and detail["EnableNetworkIsolation"]:
        yield "The network of each host is cut off whole: unlike on AWS, none reaches another."
    if program_installs(detail):
        yield "What pip installs is this job's own; the engine's Python stays as it is."
    for channel in detail.get("InputDataConfig", ()):
        if mode(detail, channel) == "FastFile":
            yield (
                f"Channel {channel['ChannelName']}: FastFile mode gives files that are read-only "
                "and there from the start, not fetched as they are read."
            )


def program_installs(detail: Mapping[str, Any]) -> bool:
    """Whether a script comes along, which may bring a requirements.txt."""
    return "sagemaker_submit_directory" in detail.get("HyperParameters", {})
