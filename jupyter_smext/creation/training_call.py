"""The values of a training job as CreateTrainingJob, as SDK 2's estimators ask for the same.

Sources: `estimator.py`, `inputs.py`, `job.py` and `pytorch/estimator.py` of the SDK; a test holds
recorded calls of it beside these. What it adds for Debugger and Profiler is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..aws.bucket import split
from ..protocol import FieldError
from . import containers
from .layout import Wrong
from .offered import network, tags_of, wrong
from .training_channel import Channel
from .training_source import OWN_IMAGE
from .training_values import DAYS_28, TrainingValues

CODE = "code"
"""The channel by which an isolated job gets its script: it cannot fetch it."""
CODE_PATH = f"/opt/ml/input/data/{CODE}/sourcedir.tar.gz"
_METRICS_BY_TIME = ("pytorch", "tensorflow", "huggingface", "mxnet")
"""Frameworks for whose jobs the SDK asks for them."""
MODEL_DIR = "model_dir"
"""What the SDK gives a TensorFlow script: a place in S3, or nothing where it is False."""
_TYPES: dict[str, type | tuple[type, ...]] = {"integer": int, "number": (int, float)}


def source_uri(values: TrainingValues) -> str:
    """Where the packed source goes: beside the output, as the SDK puts it."""
    bucket, _ = split(values.output)
    return f"s3://{bucket}/{values.job}/source/sourcedir.tar.gz"


def training_call(values: TrainingValues, region: str, program: str) -> dict[str, Any]:
    """The parameters; `program` is the script's path in the archive. Raises Wrong."""
    found: dict[str, Any] = {
        "TrainingJobName": values.job,
        "RoleArn": values.role,
        "AlgorithmSpecification": _algorithm(values, region),
        "OutputDataConfig": _output(values),
        "ResourceConfig": _resources(values),
        "StoppingCondition": _stopping(values),
    }
    if hyperparameters := _hyperparameters(values, region, program):
        found["HyperParameters"] = hyperparameters
    if channels := _channels(values):
        found["InputDataConfig"] = channels
    if values.environment:
        found["Environment"] = dict(values.environment)
    if values.spot:
        found["EnableManagedSpotTraining"] = True
    if values.checkpoints:
        found["CheckpointConfig"] = {"S3Uri": values.checkpoints}
        if values.checkpoint_path:
            found["CheckpointConfig"]["LocalPath"] = values.checkpoint_path
    elif values.checkpoint_path:
        raise wrong("checkpoints", "Name the place in S3 that the checkpoint path is kept in.")
    if values.retries:
        found["RetryStrategy"] = {"MaximumRetryAttempts": values.retries}
    if values.isolation:
        found["EnableNetworkIsolation"] = True
    if values.encrypt_traffic:
        found["EnableInterContainerTrafficEncryption"] = True
    if values.profiler:
        found["ProfilerConfig"] = {"S3OutputPath": values.output}
    return {**found, **network(values.subnets, values.security_groups), **tags_of(values.tags)}


def image_of(values: TrainingValues, region: str) -> str:
    """The image that trains. Raises Wrong: there is none for what is chosen."""
    if values.source == "image":
        return str(values.image)
    if values.source == "algorithm":
        known = containers.algorithms(region).get(str(values.algorithm))
        if known is None:
            raise wrong("algorithm", f"It is none that is known in {region}.")
        return containers.algorithm_image(known, region)
    if values.framework == OWN_IMAGE:
        return str(values.script_image)
    found = containers.frameworks(region).get(str(values.framework))
    if found is None:
        raise wrong("framework", f"It is none that is known in {region}.")
    framework, version = found
    image = containers.framework_image(version, region, values.instance_type)
    if image is None:
        raise wrong(
            "instance_type",
            f"{framework.title} {version.version} has no image for instances without a GPU.",
        )
    return image


def _algorithm(values: TrainingValues, region: str) -> dict[str, Any]:
    found: dict[str, Any] = {"TrainingImage": image_of(values, region), "TrainingInputMode": "File"}
    if is_script(values) and framework_id(values) in _METRICS_BY_TIME:
        found["EnableSageMakerMetricsTimeSeries"] = True
    if values.metrics:
        found["MetricDefinitions"] = [
            {"Name": each.Name, "Regex": each.Regex} for each in values.metrics
        ]
    if values.source == "image" and values.entrypoint:
        found["ContainerEntrypoint"] = list(values.entrypoint)
    if values.source == "image" and values.arguments:
        found["ContainerArguments"] = list(values.arguments)
    return found


def is_script(values: TrainingValues) -> bool:
    """Whether sagemaker-training runs a script of the user's."""
    return values.source in ("script", "archive")


def _hyperparameters(values: TrainingValues, region: str, program: str) -> dict[str, str]:
    """All as JSON for a script, which sagemaker-training reads so; as plain text otherwise."""
    if not is_script(values):
        if values.source == "algorithm":
            _checked(values, region)
        return {name: _plain(value) for name, value in values.hyperparameters.items()}
    toolkit: dict[str, Any] = {
        "sagemaker_submit_directory": CODE_PATH if values.isolation else _archive(values),
        "sagemaker_program": program,
        "sagemaker_container_log_level": 20,
        "sagemaker_job_name": values.job,
        "sagemaker_region": region,
    }
    own = dict(values.hyperparameters)
    if framework_id(values) == "tensorflow":
        own.setdefault(MODEL_DIR, model_dir(values.output, values.job))
        if own[MODEL_DIR] is False:
            del own[MODEL_DIR]
    whole = {**own, **toolkit, **_distribution(values)}
    return {name: json.dumps(value) for name, value in whole.items()}


def _archive(values: TrainingValues) -> str:
    return values.archive or source_uri(values)


def model_dir(output: str, job: str) -> str:
    """Where the SDK lets a TensorFlow script write."""
    return f"{output.rstrip('/')}/{job}/model"


def framework_id(values: TrainingValues) -> str:
    """`pytorch` of `pytorch-2.8.0`."""
    return str(values.framework).rpartition("-")[0]


def _distribution(values: TrainingValues) -> dict[str, Any]:
    """What sagemaker-training starts the processes by."""
    match values.distribution:
        case "torch_distributed":
            return {
                "sagemaker_torch_distributed_enabled": True,
                "sagemaker_instance_type": values.instance_type,
            }
        case "mpi":
            found: dict[str, Any] = {"sagemaker_mpi_enabled": True}
            if values.processes:
                found["sagemaker_mpi_num_of_processes_per_host"] = values.processes
            return {**found, "sagemaker_mpi_custom_mpi_options": values.mpi_options or ""}
        case "smddp":
            return {
                "sagemaker_distributed_dataparallel_enabled": True,
                "sagemaker_instance_type": values.instance_type,
                "sagemaker_distributed_dataparallel_custom_mpi_options": values.mpi_options or "",
            }
        case "parameter_server":
            return {"sagemaker_parameter_server_enabled": True}
    return {}


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)


def _checked(values: TrainingValues, region: str) -> None:
    """Raises Wrong: a hyperparameter of the algorithm is missing, or of another type."""
    declared = containers.algorithms(region)[str(values.algorithm)].hyperparameters
    given, errors = values.hyperparameters, []
    for each in declared:
        if each.name not in given:
            if each.required:
                errors.append(FieldError(("hyperparameters", each.name), "It is needed."))
        elif (types := _TYPES.get(each.type)) and not _is(given[each.name], types):
            said = "a whole number" if each.type == "integer" else "a number"
            errors.append(FieldError(("hyperparameters", each.name), f"It has to be {said}."))
    if errors:
        raise Wrong(*errors)


def _is(value: Any, types: type | tuple[type, ...]) -> bool:
    """Also of text, which is what AWS takes; `auto` stands for what the algorithm finds out."""
    if isinstance(value, str):
        if value == "auto":
            return True
        try:
            value = int(value) if types is int else float(value)
        except ValueError:
            return False
    return isinstance(value, types) and not isinstance(value, bool)


def _channels(values: TrainingValues) -> list[dict[str, Any]]:
    names = [each.name for each in values.channels]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Wrong(FieldError(("channels", number, "name"), "There is one of this name."))
    if any(each.source != "s3" for each in values.channels) and not values.subnets:
        raise wrong("subnets", "EFS and FSx are reached through a VPC: name its subnets.")
    found = [dict(_channel(each)) for each in values.channels]
    if values.isolation and is_script(values):
        code = Channel(name=CODE, uri=_archive(values))
        found.append(dict(_channel(code)))
    return found


def _channel(of: Channel) -> Iterator[tuple[str, Any]]:
    yield "ChannelName", of.name
    yield "DataSource", _source(of)
    if of.content_type:
        yield "ContentType", of.content_type
    if of.source != "s3":
        return
    if of.mode != "File":
        yield "InputMode", of.mode
    if of.mode == "Pipe" and of.compression != "None":
        yield "CompressionType", of.compression
    if of.mode == "Pipe" and of.record_wrapper != "None":
        yield "RecordWrapperType", of.record_wrapper
    if of.shuffle_seed is not None:
        yield "ShuffleConfig", {"Seed": of.shuffle_seed}


def _source(of: Channel) -> dict[str, Any]:
    if of.source != "s3":
        return {
            "FileSystemDataSource": {
                "FileSystemId": of.file_system,
                "FileSystemAccessMode": of.access,
                "FileSystemType": "EFS" if of.source == "efs" else "FSxLustre",
                "DirectoryPath": of.directory,
            }
        }
    source: dict[str, Any] = {
        "S3DataType": of.data_type,
        "S3Uri": of.uri,
        "S3DataDistributionType": of.distribution,
    }
    if of.data_type == "AugmentedManifestFile" and of.attributes:
        source["AttributeNames"] = list(of.attributes)
    return {"S3DataSource": source}


def _output(values: TrainingValues) -> dict[str, Any]:
    found = {"S3OutputPath": values.output}
    if values.kms_key:
        found["KmsKeyId"] = values.kms_key
    if values.uncompressed:
        found["CompressionType"] = "NONE"
    return found


def _resources(values: TrainingValues) -> dict[str, Any]:
    found: dict[str, Any] = {
        "InstanceType": values.instance_type,
        "InstanceCount": values.count,
        "VolumeSizeInGB": values.volume_gib,
    }
    if values.kms_key:
        found["VolumeKmsKeyId"] = values.kms_key
    return found


def _stopping(values: TrainingValues) -> dict[str, int]:
    found = {"MaxRuntimeInSeconds": values.max_seconds}
    if values.spot:
        wait = values.max_wait_seconds or min(2 * values.max_seconds, DAYS_28)
        if wait < values.max_seconds:
            raise wrong("max_wait_seconds", "It counts the run too: it is no less than that.")
        found["MaxWaitTimeInSeconds"] = wait
    return found
