"""A fine-tuning as a call of AWS, field by field what the `sagemaker` SDK makes of the document.

Sources: `jumpstart/factory/estimator.py`, `estimator.py` and `job.py` of SDK 2; a test runs it
beside this. What it adds for Debugger and Profiler is left out: nothing here reads that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..protocol import AwsCall, FineTuneRequest
from .calls import access, image_for, is_private, tags, takes_volume
from .deploy_calls import vpc
from .model_document import Metric, ModelDocument, Training

PROGRAM = "transfer_learning.py"
SUBMIT_DIRECTORY = "/opt/ml/input/data/code/sourcedir.tar.gz"
GATED_MODEL = "SageMakerGatedModelS3Uri"
MAX_SECONDS = 28 * 24 * 3600
"""The maximum value is 28 days (StoppingCondition)."""

VOLUME = 30
"""GiB, where neither the document nor the request says one (EstimatorBase of the SDK)."""


def training_call(
    document: ModelDocument, request: FineTuneRequest, dataset: str, launch: str = ""
) -> AwsCall:
    """CreateTrainingJob for a request that is checked; `dataset` is an S3 URI.

    Raises a 400 ProblemError: the document has no image for the instance type.
    """
    assert document.training is not None
    of = _Tuning(document, document.training, request)
    return AwsCall("CreateTrainingJob", of.parameters(dataset, launch))


def hyperparameters_of(training: Training, instance_type: str) -> dict[str, str]:
    """The algorithm's, as the document and what it says of the instance type set them."""
    found = {
        each.name: str(each.default)
        for each in training.hyperparameters
        if each.scope == "algorithm" and each.default is not None
    }
    own = training.variants.hyperparameters(instance_type)
    return {**found, **{each.name: str(each.default) for each in own}}


@dataclass(frozen=True)
class _Tuning:
    document: ModelDocument
    training: Training
    request: FineTuneRequest

    def parameters(self, dataset: str, launch: str) -> dict[str, Any]:
        request, training = self.request, self.training
        output: dict[str, Any] = {"S3OutputPath": request.output}
        if request.kms_key:
            output["KmsKeyId"] = request.kms_key
        if training.uncompressed_output:
            output["CompressionType"] = "NONE"
        found: dict[str, Any] = {
            "TrainingJobName": request.job,
            "RoleArn": request.role,
            "AlgorithmSpecification": self._algorithm(),
            "HyperParameters": self._hyperparameters(),
            "InputDataConfig": self._channels(dataset),
            "OutputDataConfig": output,
            "ResourceConfig": self._resources(),
            "StoppingCondition": self._stopping(),
            "EnableNetworkIsolation": training.isolation,
            "Tags": tags(self.document, "", request.tags, launch, training.name),
        }
        if training.encrypt_traffic:
            found["EnableInterContainerTrafficEncryption"] = True
        if environment := self._environment():
            found["Environment"] = environment
        if request.network is not None:
            found["VpcConfig"] = vpc(request.network)
        if request.spot:
            found["EnableManagedSpotTraining"] = True
        return found

    def _algorithm(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "TrainingImage": image_for(
                self.training, self.request.instance_type, self.request.region
            ),
            "TrainingInputMode": "File",
        }
        if metrics := self._metrics():
            found["MetricDefinitions"] = [
                {"Name": each.name, "Regex": each.regex} for each in metrics
            ]
        return found

    def _metrics(self) -> list[Metric]:
        """The document's; those of the instance type in place of their namesakes."""
        own = self.training.variants.metrics(self.request.instance_type)
        names = {each.name for each in own}
        return [*(each for each in self.training.metrics if each.name not in names), *own]

    def _hyperparameters(self) -> dict[str, str]:
        """All as JSON: the images' `sagemaker-training` reads them so."""
        request, isolated = self.request, self.training.isolation
        chosen = hyperparameters_of(self.training, request.instance_type)
        chosen |= request.hyperparameters
        toolkit: Mapping[str, Any] = {
            "sagemaker_submit_directory": SUBMIT_DIRECTORY if isolated else self.training.script,
            "sagemaker_program": PROGRAM,
            "sagemaker_container_log_level": 20,
            "sagemaker_job_name": request.job,
            "sagemaker_region": request.region,
        }
        return {name: json.dumps(value) for name, value in {**chosen, **toolkit}.items()}

    def _channels(self, dataset: str) -> list[dict[str, Any]]:
        found = [_channel("training", dataset)]
        artifact = self._artifact
        if artifact is not None:
            model = _channel("model", artifact)
            model |= {"ContentType": "application/x-sagemaker-model", "InputMode": "File"}
            model["DataSource"]["S3DataSource"] |= access(self.document, self.request.accept_eula)
            found.append(model)
        if self.training.isolation and self.training.script is not None:
            found.append(_channel("code", self.training.script))
        return found

    @property
    def _artifact(self) -> str | None:
        """The model to go on from, where it comes by a channel.

        Older gated models are named in the environment instead; a private hub allows channels only.
        """
        training = self.training
        by_channel = is_private(self.document) or not (
            training.model_package_artifact
            or any(
                training.variants.first(each, "gated_artifact") for each in training.instance_types
            )
        )
        if not by_channel:
            return None
        own = training.variants.first(self.request.instance_type, "training_artifact")
        return str(own) if own else training.artifact

    def _environment(self) -> dict[str, str]:
        training = self.training
        found = training.variants.environment(self.request.instance_type)
        gated = self._gated_artifact()
        if gated is not None:
            found[GATED_MODEL] = gated
        if training.model_package_artifact:
            found[GATED_MODEL] = training.model_package_artifact
        if self._artifact is not None:
            found.pop(GATED_MODEL, None)
        elif self.document.gated and self.request.accept_eula:
            found["accept_eula"] = "true"
        return found

    def _gated_artifact(self) -> str | None:
        """Of the instance type; of all types where it has none and all others the same."""
        variants, training = self.training.variants, self.training
        own = variants.first(self.request.instance_type, "gated_artifact")
        if own is None and self.document.gated:
            every = {variants.first(each, "gated_artifact") for each in training.instance_types}
            own = every.pop() if len(every) == 1 else None
        return str(own) if own else None

    def _resources(self) -> dict[str, Any]:
        request = self.request
        volume = self.training.volume if takes_volume(request.instance_type) else None
        found: dict[str, Any] = {
            "InstanceType": request.instance_type,
            "InstanceCount": request.count,
            "VolumeSizeInGB": request.volume_gib or volume or VOLUME,
        }
        if request.kms_key and takes_volume(request.instance_type):
            found["VolumeKmsKeyId"] = request.kms_key
        return found

    def _stopping(self) -> dict[str, int]:
        longest = self.request.max_seconds
        found = {"MaxRuntimeInSeconds": longest}
        if self.request.spot:
            # It counts the run too: as long again for the wait.
            wait = self.request.max_wait_seconds or min(2 * longest, MAX_SECONDS)
            found["MaxWaitTimeInSeconds"] = wait
        return found


def _channel(name: str, uri: str) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": uri,
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}
