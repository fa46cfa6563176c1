"""What CreateTrainingJob refuses: what AWS refuses, in its words, and what only AWS can do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from ... import algorithms, images, nouns
from ...contract import ServiceError
from ...services import records
from ...services.sagemaker import Call
from ..job.metrics import compiled
from .checkpoints import DEFAULT, below_opt_ml
from .hosts import hosts, mode
from .pipe import available
from .program import hyperparameter

Detail = dict[str, Any]

#: "The default value is 1 day. The maximum value is 28 days." (StoppingCondition)
_DAY = 24 * 3600


def refuse(why: str) -> ServiceError:
    """A request that is well-formed but cannot be met."""
    return ServiceError("ValidationException", why)


def needs_aws(what: str) -> ServiceError:
    """The refusal of what only AWS has."""
    return ServiceError(
        "ValidationException",
        f"{what}, which needs AWS: the local engine has nothing to do it with. Leave it out, or "
        "choose an AWS connection.",
    )


async def checked(call: Call) -> tuple[Detail, str]:
    """The request with AWS's defaults filled in, and the image it trains with.

    Raises ServiceError.
    """
    given = dict(call.parameters)
    for member, what in (
        ("ServerlessJobConfig", "ServerlessJobConfig is serverless customization"),
        ("ModelPackageConfig", "ModelPackageConfig is for serverless customization"),
    ):
        if member in given:
            raise needs_aws(what)
    image = _image(call, given)
    _resources(call, given)
    _stopping(given)
    _checkpoints(call, given)
    call.engine.objects.split_uri(given["OutputDataConfig"]["S3OutputPath"])
    compiled(given["AlgorithmSpecification"].get("MetricDefinitions", ()))
    await _channels(call, given)
    return given, image


def _image(call: Call, given: Detail) -> str:
    algorithm = given.get("AlgorithmSpecification")
    if algorithm is None:
        raise refuse("AlgorithmSpecification is required: give TrainingImage or AlgorithmName.")
    image, name = algorithm.get("TrainingImage"), algorithm.get("AlgorithmName")
    if bool(image) == bool(name):
        raise refuse(
            "Either TrainingImage or AlgorithmName is required in AlgorithmSpecification, and not "
            "both."
        )
    if "ContainerArguments" in algorithm and "ContainerEntrypoint" not in algorithm:
        raise needs_aws("ContainerArguments without ContainerEntrypoint go to an image's own")
    if not name:
        _add_metrics(given, str(image))
        return str(image)
    _, record = records.locate(call, nouns.find("Algorithm"), name)
    training = record["TrainingSpecification"]
    known = algorithm.get("MetricDefinitions") or training.get("MetricDefinitions")
    given["AlgorithmSpecification"] = {
        **algorithm,
        **({"MetricDefinitions": known} if known else {}),
    }
    return str(training["TrainingImage"])


def _add_metrics(given: Detail, image: str) -> None:
    """The metrics of a built-in algorithm, as AWS adds them to a job's MetricDefinitions."""
    try:
        runtime = images.resolve(image)
    except images.UnknownImage:
        return  # the job's own failure, with that reason
    found = algorithms.find(runtime.algorithm or "")
    if found is None or (runtime.scripts and hyperparameter(given, "sagemaker_program")):
        return
    algorithm = given["AlgorithmSpecification"]
    mine = algorithm.get("MetricDefinitions", [])
    named = {each["Name"] for each in mine}
    more = [
        {"Name": name, "Regex": regex} for name, regex in found.metrics.items() if name not in named
    ]
    given["AlgorithmSpecification"] = {**algorithm, "MetricDefinitions": [*mine, *more]}


def _resources(call: Call, given: Detail) -> None:
    resources = given.get("ResourceConfig")
    if resources is None:
        raise refuse("ResourceConfig is required.")
    if "TrainingPlanArn" in resources:
        raise needs_aws("A training plan reserves instances")
    preferred = resources.get("InstancePreferences")
    if preferred:
        if resources.get("InstanceType") or resources.get("InstanceGroups"):
            raise refuse(
                "InstancePreferences is mutually exclusive with InstanceType and InstanceGroups."
            )
        # Every type is this machine: the first choice is always to be had.
        first = preferred[0]
        given["ResourceConfig"] = resources = {
            **resources,
            "InstanceCount": first.get("InstanceCount", resources.get("InstanceCount", 1)),
            "InstanceType": first["InstanceType"],
            "SelectedInstanceType": first["InstanceType"],
        }
    groups = resources.get("InstanceGroups")
    if groups:
        if resources.get("InstanceType") or resources.get("InstanceCount"):
            raise refuse("InstanceGroups and InstanceType or InstanceCount exclude each other.")
        names = [group["InstanceGroupName"] for group in groups]
        if len(set(names)) < len(names):
            raise refuse(f"InstanceGroupName must be unique: {', '.join(names)}.")
    elif not resources.get("InstanceType"):
        raise refuse("InstanceType is required in ResourceConfig.")
    all_counts = [group["InstanceCount"] for group in groups or ()] or [
        resources.setdefault("InstanceCount", 1)
    ]
    if min(all_counts) < 1:
        raise refuse("InstanceCount must be at least 1.")
    # Before the hosts are listed one by one: a count is any number.
    call.engine.capacity.check_hosts(sum(all_counts))
    for host in hosts(resources):
        call.engine.refuse_instance("TrainingJob", host.instance_type)


def _stopping(given: Detail) -> None:
    stopping = {"MaxRuntimeInSeconds": _DAY, **given.get("StoppingCondition", {})}
    given["StoppingCondition"] = stopping
    if stopping["MaxRuntimeInSeconds"] > 28 * _DAY:
        raise refuse("MaxRuntimeInSeconds is at most 28 days (2419200).")
    spot = given.setdefault("EnableManagedSpotTraining", False)
    wait = stopping.get("MaxWaitTimeInSeconds")
    if spot and (wait is None or wait < stopping["MaxRuntimeInSeconds"]):
        # AWS's words (aws/sagemaker-python-sdk#1258).
        raise refuse(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds"
        )
    if not spot and wait:
        raise refuse(
            "MaxWaitTimeInSeconds is only for managed Spot training: set "
            "EnableManagedSpotTraining, or leave it out."
        )


def _checkpoints(call: Call, given: Detail) -> None:
    config = given.get("CheckpointConfig")
    if config is None:
        return
    call.engine.objects.split_uri(config["S3Uri"])
    path = config.setdefault("LocalPath", DEFAULT)
    if below_opt_ml(path) is None:
        raise refuse(
            f"CheckpointConfig.LocalPath {path!r} is not below /opt/ml, and the local engine has "
            "no container with folders elsewhere: use /opt/ml/checkpoints."
        )
    if PurePosixPath(str(below_opt_ml(path))).is_relative_to("input/config"):
        raise refuse(
            f"CheckpointConfig.LocalPath {path!r} is where the job's configuration is: use "
            "/opt/ml/checkpoints."
        )


async def _channels(call: Call, given: Detail) -> None:
    channels = given.get("InputDataConfig", [])
    names = [channel["ChannelName"] for channel in channels]
    if len(set(names)) < len(names):
        raise refuse(f"ChannelName must be unique: {', '.join(names)}.")
    for channel in channels:
        name, sources = channel["ChannelName"], channel.get("DataSource", {})
        for member, what in (
            ("FileSystemDataSource", "reads an EFS or FSx file system"),
            ("DatasetSource", "reads a dataset of the AI registry"),
        ):
            if member in sources:
                raise needs_aws(f"Channel '{name}' {what}")
        source = sources.get("S3DataSource")
        if source is None:
            raise refuse(f"Channel '{name}' has no DataSource.")
        _source(given, channel, source)
        if source["S3DataType"] == "S3Prefix":
            await _there(call, given["RoleArn"], source["S3Uri"])


def _source(given: Detail, channel: Mapping[str, Any], source: Mapping[str, Any]) -> None:
    name, kind = channel["ChannelName"], source["S3DataType"]
    if kind in ("AugmentedManifestFile", "Converse"):
        raise needs_aws(f"Channel '{name}' is of the S3DataType {kind}")
    if "HubAccessConfig" in source:
        raise needs_aws(f"Channel '{name}' reads a model from a hub")
    streams = mode(given, channel) == "Pipe"
    if streams and available() is not None:
        raise refuse(f"Channel '{name}' has the input mode Pipe, but {available()}: use File.")
    if not streams:
        # "In File mode, leave this field unset or set it to None." (Channel)
        for member in ("CompressionType", "RecordWrapperType"):
            if channel.get(member, "None") != "None":
                raise refuse(
                    f"Channel '{name}': {member} {channel[member]} is used only in Pipe input "
                    "mode. Leave it out, or set the channel's InputMode to Pipe."
                )


async def _there(call: Call, role: str, uri: str) -> None:
    objects = call.engine.objects
    bucket, prefix = objects.split_uri(uri)

    def first() -> bool:
        try:
            return any(True for _ in objects.list(bucket, prefix))
        except ServiceError as error:
            if error.code != "NoSuchBucket":
                raise
            return False

    if not await asyncio.to_thread(first):
        # AWS's words (aws/amazon-sagemaker-examples#2489).
        raise refuse(
            f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure '
            f"that the bucket exists in the selected region ({call.region}), that objects exist "
            f'under that S3 prefix, and that the role "{role}" has "s3:ListBucket" permissions on '
            f'bucket "{bucket}".'
        )
