"""Reasons as AWS and programs write them lead to their cause, and to what helps."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_smext.failures.explanation import explained, has_failed, reason_of
from jupyter_smext.failures.retries import _RETRIES, Failed
from jupyter_smext.failures.signs import known_causes
from jupyter_smext.kinds import kind
from jupyter_smext.kinds.model import input_members
from jupyter_smext.protocol import Failure, FailureEvidence

ROLE = "arn:aws:iam::123456789012:role/SageMaker"

#: The first cause of a reason. Where a text is quoted, from where.
REASONS = {
    # aws/sagemaker-python-sdk#2688, with PyTorch's words
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "torch.cuda.OutOfMemory'
    'Error: CUDA out of memory. Tried to allocate 1.06 GiB (GPU 0; 14.76 GiB total)"': "gpu-memory",
    "AlgorithmError: ExecuteUserScriptError: tensorflow.python.framework.errors_impl."
    "ResourceExhaustedError: OOM when allocating tensor with shape[64,128]": "gpu-memory",
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 137\nErrorMessage ""': "memory",
    "AlgorithmError: , exit code: 137": "memory",
    "ClientError: Please use an instance type with more memory, or reduce the size of job data "
    "processed on an instance.": "memory",
    "AlgorithmError: numpy.exceptions._ArrayMemoryError: Unable to allocate 37.3 GiB": "memory",
    "ClientError: Artifact upload failed:Insufficient disk space": "disk",
    "AlgorithmError: OSError: [Errno 28] No space left on device": "disk",
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ModuleNotFoundError: No '
    "module named 'transformers'\"": "missing-module",
    "ResourceLimitExceeded: The account-level service limit 'ml.p3.2xlarge for training job usage' "
    "is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances."
    "": "quota",
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a "
    "different ML instance type.": "capacity",
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    "Please retry using a different ML instance type.": "capacity",
    # aws/amazon-sagemaker-examples#207
    "Insufficient notebook instance capacity. Retry later or with a different instance type."
    "": "capacity",
    "MaxRuntimeExceeded: Training job runtime exceeded MaxRuntimeInSeconds provided": "timeout",
    "MaxWaitTimeExceeded: Training job wait time exceeded MaxWaitTimeInSeconds": "spot-wait",
    # aws/amazon-sagemaker-examples#4384
    "ClientError: Data download failed:Unable to download object s3://bucket/key (AccessDenied: "
    "Access Denied)": "s3-denied",
    "AlgorithmError: botocore.exceptions.ClientError: An error occurred (403) when calling the "
    "HeadObject operation: Forbidden": "s3-denied",
    'ClientError: Data download failed:No S3 objects found under S3 URL "s3://bucket/data/" given '
    "in input data source.": "s3-missing",
    "ClientError: Data download failed:NoSuchKey (404): s3://b/train.csv": "s3-missing",
    "ClientError: The specified key does not exist.": "s3-missing",
    # aws/amazon-sagemaker-examples#275
    "Please make sure all images included in the model for the production variant AllTraffic "
    "exist, and that the execution role used to create the model has permissions to access them."
    "": "image",
    "ClientError: Please ensure that the execution role has permission to pull the image from ECR"
    "": "image",
    f"ClientError: Could not assume role {ROLE}. Please ensure that the role exists and allows "
    "principal 'sagemaker.amazonaws.com' to assume the role.": "role",
    f"AccessDeniedException: User: x is not authorized to perform: iam:PassRole on resource: {ROLE}"
    "": "role",
    "ClientError: Access denied. Please ensure that the KMS key is accessible: AccessDenied when "
    "calling kms:Decrypt, not authorized to perform kms:Decrypt": "kms",
    "ClientError: Not enough free IP addresses in subnet subnet-1": "vpc",
    "Failed to extract model data archive from URL s3://bucket/model.tar.gz": "model-data",
    "ClientError: Additional hyperparameters are not allowed: found depht": "hyperparameter",
    "AlgorithmError: train.py: error: unrecognized arguments: --epoch 3": "hyperparameter",
    # aws/amazon-sagemaker-examples#210
    "The primary container for production variant AllTraffic did not pass the ping health check. "
    "Please check CloudWatch logs for this endpoint.": "ping",
    "Notebook Instance Lifecycle Config 'arn:aws:sagemaker:…:lc' for Notebook Instance 'arn:…:n' "
    "took longer than 5 minutes.": "lifecycle-timeout",
    "Notebook Instance Lifecycle Config 'arn:aws:sagemaker:…:lc' for Notebook Instance 'arn:…:n': "
    "its OnStart script ended with exit code 1.": "lifecycle",
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: Need either a '
    'dataset name or a training file"': "script",
    "AlgorithmError: The training program ended with exit code 3, exit code: 3": "script",
    "InternalServerError: We encountered an internal error. Please try again.": "internal",
}

TRAINING: dict[str, Any] = {
    "TrainingJobName": "t",
    "HyperParameters": {"batch_size": "16", "epochs": "3"},
    "ResourceConfig": {
        "InstanceType": "ml.g4dn.xlarge",
        "InstanceCount": 1,
        "VolumeSizeInGB": 30,
    },
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3600},
    "EnableManagedSpotTraining": True,
}


def failed(parameters: dict[str, Any] = TRAINING, prices: dict[str, float] | None = None) -> Failed:
    return Failed(kind("training-job"), parameters, (prices or {}).get)


def of(reason: str, *lines: str, job: Failed | None = None) -> Failure:
    log = [FailureEvidence("log", text, "s", "algo-1", n) for n, text in enumerate(lines)]
    return explained(reason, log, job, None)


def retries(name: str, parameters: dict[str, Any] = TRAINING, **prices: float) -> Any:
    given = {f"ml.{key.replace('_', '.')}": value for key, value in prices.items()}
    return _RETRIES[name](failed(parameters, given))


@pytest.mark.parametrize(("reason", "cause"), REASONS.items(), ids=lambda text: text[:60])
def test_a_reason_has_its_cause(reason: str, cause: str) -> None:
    found = of(reason)
    assert [each.id for each in found.causes][:1] == [cause]
    assert found.reason == reason
    first = found.causes[0]
    assert first.evidence[0].where == "reason" and first.evidence[0].text in reason
    assert "{" not in first.title + first.detail and first.sources
    assert all("{" not in fix.label + fix.detail for fix in first.fixes)


def test_every_cause_is_told_by_a_reason_here_and_says_what_to_do() -> None:
    assert {each.id for each in known_causes()} == set(REASONS.values())
    for each in known_causes():
        assert each.retries or each.advice, each.id
        assert set(each.retries) <= set(_RETRIES), each.id
        assert all(source.startswith("https://") for source in each.sources), each.id
        # A detail with a group in it has another one for where that is not found.
        assert "{" not in each.detail or each.otherwise or each.id == "missing-module", each.id


def test_a_log_tells_what_the_reason_does_not() -> None:
    found = of(
        "AlgorithmError: ExecuteUserScriptError:\nExitCode 1",
        "epoch 1",
        "Traceback (most recent call last):",
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.06 GiB",
        "Reporting training FAILURE",
        job=failed(),
    )
    first = found.causes[0]
    assert (first.id, found.code) == ("gpu-memory", "AlgorithmError")
    assert first.detail == "It asked for 1.06 GiB more than was free."
    assert (first.evidence[0].line, first.evidence[0].stream) == (2, "s")
    assert first.fixes[0].changes == {"HyperParameters": {"batch_size": "8"}}


def test_what_the_reason_says_comes_before_what_the_log_does() -> None:
    found = of("CapacityError: none", "OSError: [Errno 28] No space left on device")
    assert [each.id for each in found.causes] == ["capacity", "disk"]


def test_a_lifecycle_script_is_told_of_by_its_own_stream() -> None:
    reason = "Notebook Instance Lifecycle Config 'broken' failed with exit code 3"
    script = FailureEvidence("log", "no such thing", label="LifecycleConfigOnStart")
    server = FailureEvidence("log", "started", label="jupyter.log")
    first = explained(reason, [script, server], None, None).causes[0]
    assert (first.id, first.evidence[1:]) == ("lifecycle", (script,))
    (told,) = explained(reason, [server], None, None).causes[0].evidence
    assert told.where == "reason"


def test_the_reason_of_a_step_is_that_of_the_whole() -> None:
    step = FailureEvidence("reason", "CapacityError: Unable to provision", label="Train")
    found = explained("Step failure: One or multiple steps failed.", [step], None, None)
    assert [each.id for each in found.causes] == ["capacity"]
    assert found.causes[0].evidence == (step,)


def test_an_unknown_reason_is_told_as_it_is() -> None:
    found = of("Something else entirely.")
    assert found.failed and found.reason == "Something else entirely." and found.causes == ()


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "{0.__class__}", "%s\x00\u202e", ""]
)
def test_hostile_text_is_text(text: str) -> None:
    found = of(f"AlgorithmError: ValueError: {text}", text)
    assert found.reason == f"AlgorithmError: ValueError: {text}"
    assert found.causes[0].id == "script"


@pytest.mark.parametrize(
    ("given", "half"),
    [
        ({"batch_size": "16"}, {"batch_size": "8"}),
        ({"mini_batch_size": '"200"'}, {"mini_batch_size": '"100"'}),
        ({"per_device_train_batch_size": "4"}, {"per_device_train_batch_size": "2"}),
        ({"train-batch-size": "5"}, {"train-batch-size": "2"}),
        ({"batch_size": "1"}, None),
        ({"batch_size": "auto"}, None),
        ({"eval_batch": "16", "batch_size_ratio": "2"}, None),
        ({}, None),
    ],
)
def test_half_a_batch(given: dict[str, str], half: Any) -> None:
    fix = retries("halve_batch_size", {**TRAINING, "HyperParameters": given})
    assert (fix.changes if fix else None) == (half and {"HyperParameters": half})


def test_a_gpu_with_more_memory() -> None:
    fix = retries("more_gpu_memory", g4dn_xlarge=0.74, g5_xlarge=1.41, g5_2xlarge=1.52)
    assert fix.changes == {"ResourceConfig": {"InstanceType": "ml.g5.xlarge"}}
    assert fix.detail == (
        "NVIDIA A10G with 22 GiB, where ml.g4dn.xlarge has NVIDIA T4 with 16 GiB; $1.41/h instead "
        "of $0.74/h."
    )
    assert "$" not in retries("more_gpu_memory").detail


def test_more_memory_is_the_next_size() -> None:
    config = {**TRAINING["ResourceConfig"], "InstanceType": "ml.m5.large"}
    fix = retries("more_memory", {**TRAINING, "ResourceConfig": config})
    assert fix.changes == {"ResourceConfig": {"InstanceType": "ml.m5.xlarge"}}


def test_another_type_is_of_another_family_and_no_smaller() -> None:
    config = {**TRAINING["ResourceConfig"], "InstanceType": "ml.m5.xlarge"}
    fix = retries("another_type", {**TRAINING, "ResourceConfig": config})
    other = fix.changes["ResourceConfig"]["InstanceType"]
    assert not other.startswith("ml.m5.")


def test_more_time_disk_and_on_demand() -> None:
    assert retries("longer_runtime").changes == {
        "StoppingCondition": {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 7200}
    }
    assert retries("longer_runtime").label == "Retry with 2 h to run"
    assert retries("double_volume").changes == {"ResourceConfig": {"VolumeSizeInGB": 60}}
    assert retries("on_demand").changes == {
        "EnableManagedSpotTraining": False,
        "StoppingCondition": {"MaxWaitTimeInSeconds": None},
    }
    assert retries("on_demand", {**TRAINING, "EnableManagedSpotTraining": False}) is None


@pytest.mark.parametrize("name", _RETRIES)
@pytest.mark.parametrize("id", ["training-job", "processing-job", "notebook-instance", "model"])
def test_what_cannot_be_changed_offers_nothing(name: str, id: str) -> None:
    fix = _RETRIES[name](Failed(kind(id), {}, {}.get))
    assert fix is None or fix.changes == {}


@pytest.mark.parametrize("name", _RETRIES)
def test_changes_are_of_the_operation(name: str) -> None:
    changes = retries(name).changes
    assert changes.keys() <= input_members("CreateTrainingJob").keys()


def test_a_job_that_ran_out_of_time_has_failed_though_it_says_stopped() -> None:
    answer = {
        "TrainingJobStatus": "Stopped",
        "SecondaryStatus": "MaxRuntimeExceeded",
        "SecondaryStatusTransitions": [{"StatusMessage": "exceeded MaxRuntimeInSeconds"}],
    }
    declared = kind("training-job")
    assert has_failed(declared, answer)
    assert reason_of(declared, answer) == "MaxRuntimeExceeded: exceeded MaxRuntimeInSeconds"
    assert not has_failed(declared, {"TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped"})
