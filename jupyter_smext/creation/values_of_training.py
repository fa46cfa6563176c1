"""A training job that there is, as the layout's values: what has no field there is told."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..decoding import convert
from ..protocol import LayoutValues
from . import containers
from .layout import Wrong
from .training_call import CODE, CODE_PATH, MODEL_DIR, model_dir, training_call
from .training_source import OWN_IMAGE
from .training_values import DISTRIBUTIONS, TrainingValues

#: What the SDK adds to each job, which changes nothing of what is made.
_INERT = frozenset(("DebugHookConfig", "ProfilerConfig", "ProfilerRuleConfigurations"))
#: Written anew for each job.
_OF_THE_JOB = frozenset(
    (
        "sagemaker_submit_directory",
        "sagemaker_program",
        "sagemaker_container_log_level",
        "sagemaker_job_name",
        "sagemaker_region",
        MODEL_DIR,
    )
)
_TIME = re.compile(r"-\d{4}-?\d{2}-?\d{2}-\d{2}-?\d{2}-?\d{2}(-\w{1,8})?$")


def values_of(parameters: Mapping[str, Any]) -> LayoutValues:
    """None for values that would not ask for the same again; `lost` has no field."""
    try:
        found = _values(parameters)
        asked = convert(found, TrainingValues)
        again = training_call(asked, _region(parameters), str(found.get("program")))
    except (Wrong, LookupError, TypeError, ValueError, AttributeError):
        return LayoutValues(None, tuple(parameters))
    different = [
        name
        for name in {**parameters, **again}
        if name != "TrainingJobName"
        and _comparable(name, parameters.get(name)) != _comparable(name, again.get(name))
    ]
    lost = tuple(name for name in different if name not in _INERT)
    if lost:
        return LayoutValues(None, lost)
    return LayoutValues(found, tuple(different))


def _comparable(name: str, value: Any) -> Any:
    """Without what says nothing: defaults of AWS's, and what is of the job."""
    if name == "HyperParameters":
        kept = {key: text for key, text in (value or {}).items() if key not in _OF_THE_JOB}
        return kept or None
    if name == "Tags":
        return sorted((each["Key"], each["Value"]) for each in value or ()) or None
    if isinstance(value, Mapping):
        inside = {key: _comparable("", each) for key, each in value.items()}
        return {key: each for key, each in inside.items() if each not in _DEFAULTS} or None
    if isinstance(value, (list, tuple)):
        return [_comparable("", each) for each in value] or None
    return None if value is False else value


_DEFAULTS = (None, "None", "GZIP", "", False)


def _region(parameters: Mapping[str, Any]) -> str:
    image = str(parameters["AlgorithmSpecification"]["TrainingImage"])
    found = re.search(r"\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.", image)
    return found[1] if found else "us-east-1"


def _values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    algorithm, resources = parameters["AlgorithmSpecification"], parameters["ResourceConfig"]
    output = parameters["OutputDataConfig"]
    stopping = parameters.get("StoppingCondition") or {}
    checkpoints = parameters.get("CheckpointConfig") or {}
    vpc = parameters.get("VpcConfig") or {}
    found = {
        "job": again(str(parameters["TrainingJobName"])),
        "role": parameters["RoleArn"],
        **_what(parameters),
        "channels": [
            _channel(each) for each in _channels(parameters) if each is not _code(parameters)
        ],
        "instance_type": resources["InstanceType"],
        "count": resources.get("InstanceCount"),
        "volume_gib": resources.get("VolumeSizeInGB"),
        "max_seconds": stopping.get("MaxRuntimeInSeconds"),
        "spot": parameters.get("EnableManagedSpotTraining"),
        "max_wait_seconds": stopping.get("MaxWaitTimeInSeconds"),
        "checkpoints": checkpoints.get("S3Uri"),
        "checkpoint_path": checkpoints.get("LocalPath"),
        "output": output["S3OutputPath"],
        "uncompressed": output.get("CompressionType") == "NONE",
        "kms_key": output.get("KmsKeyId"),
        "retries": (parameters.get("RetryStrategy") or {}).get("MaximumRetryAttempts"),
        "metrics": algorithm.get("MetricDefinitions"),
        "environment": parameters.get("Environment"),
        "subnets": vpc.get("Subnets"),
        "security_groups": vpc.get("SecurityGroupIds"),
        "isolation": parameters.get("EnableNetworkIsolation"),
        "encrypt_traffic": parameters.get("EnableInterContainerTrafficEncryption"),
        "tags": {each["Key"]: each["Value"] for each in parameters.get("Tags") or ()},
    }
    return _given(found)


def _given(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in (None, [], {}, "", False)}


def _what(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What trains, and its hyperparameters."""
    algorithm, given = parameters["AlgorithmSpecification"], parameters.get("HyperParameters") or {}
    image = str(algorithm["TrainingImage"])
    if "sagemaker_submit_directory" in given:
        script = {name: json.loads(text) for name, text in given.items()}
        known = containers.framework_of_image(image)
        job, output = parameters["TrainingJobName"], parameters["OutputDataConfig"]["S3OutputPath"]
        if script.get(MODEL_DIR) == model_dir(output, job):
            del script[MODEL_DIR]
        elif known and known[0].id == "tensorflow":
            script.setdefault(MODEL_DIR, False)
        return {
            "source": "archive",
            "archive": _archive(parameters, script["sagemaker_submit_directory"]),
            "program": script["sagemaker_program"],
            "framework": f"{known[0].id}-{known[1].version}" if known else OWN_IMAGE,
            "script_image": None if known else image,
            **_distribution(script),
            "hyperparameters": {
                name: value for name, value in script.items() if not name.startswith("sagemaker_")
            },
        }
    plain = {"hyperparameters": dict(given)}
    if (built_in := containers.algorithm_of_image(image)) is not None:
        return {"source": "algorithm", "algorithm": built_in.id, **plain}
    return {
        "source": "image",
        "image": image,
        "entrypoint": algorithm.get("ContainerEntrypoint"),
        "arguments": algorithm.get("ContainerArguments"),
        **plain,
    }


def _channels(parameters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = parameters.get("InputDataConfig") or ()
    return found


def _code(parameters: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The channel by which an isolated job gets its script."""
    given = parameters.get("HyperParameters") or {}
    if given.get("sagemaker_submit_directory") != json.dumps(CODE_PATH):
        return None
    return next((each for each in _channels(parameters) if each["ChannelName"] == CODE), None)


def _archive(parameters: Mapping[str, Any], submit_directory: str) -> str:
    code = _code(parameters)
    if code is None:
        return submit_directory
    uri: str = code["DataSource"]["S3DataSource"]["S3Uri"]
    return uri


def _distribution(script: Mapping[str, Any]) -> dict[str, Any]:
    enabled = {
        "torch_distributed": "sagemaker_torch_distributed_enabled",
        "mpi": "sagemaker_mpi_enabled",
        "smddp": "sagemaker_distributed_dataparallel_enabled",
        "parameter_server": "sagemaker_parameter_server_enabled",
    }
    assert enabled.keys() == DISTRIBUTIONS.keys() - {"none"}
    return {
        "distribution": next((id for id, name in enabled.items() if script.get(name)), "none"),
        "processes": script.get("sagemaker_mpi_num_of_processes_per_host"),
        "mpi_options": script.get("sagemaker_mpi_custom_mpi_options")
        or script.get("sagemaker_distributed_dataparallel_custom_mpi_options"),
    }


def _channel(of: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "name": of["ChannelName"],
        "content_type": of.get("ContentType"),
        "mode": of.get("InputMode"),
        "compression": of.get("CompressionType"),
        "record_wrapper": of.get("RecordWrapperType"),
        "shuffle_seed": (of.get("ShuffleConfig") or {}).get("Seed"),
    }
    if system := of["DataSource"].get("FileSystemDataSource"):
        found |= {
            "source": "efs" if system["FileSystemType"] == "EFS" else "fsx",
            "file_system": system["FileSystemId"],
            "directory": system["DirectoryPath"],
            "access": system["FileSystemAccessMode"],
        }
    else:
        source = of["DataSource"]["S3DataSource"]
        found |= {
            "uri": source["S3Uri"],
            "data_type": source["S3DataType"],
            "distribution": source.get("S3DataDistributionType"),
            "attributes": source.get("AttributeNames"),
        }
    return _given(found)


def again(name: str) -> str:
    """A name for one more job: what the other is called, and the time of now."""
    base = _TIME.sub("", name)[:47].rstrip("-")
    return f"{base}-{time.strftime('%Y%m%d-%H%M%S')}"
