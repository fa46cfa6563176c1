"""The training job operations: who may ask for what in which state, in AWS's words."""

from __future__ import annotations

import time

from ... import errors, nouns
from ...contract import ServiceError
from ...services import records
from ...services.sagemaker import Answer, Call, operation
from .request import checked, needs_aws, refuse
from .runner import NOUN, TrainingRunner
from .status import Detail, moved

__all__ = ["TrainingRunner"]

_OVER = ("Completed", "Failed", "Stopped")


@operation("CreateTrainingJob")
async def create(call: Call) -> Answer:
    """Record a job and queue it. Its role, network and encryption settings are kept as given."""
    noun, store = nouns.find(NOUN), call.engine.store
    name = call.parameters["TrainingJobName"]
    arn = noun.arn(call.region, call.engine.account, call.parameters)
    _free(call, name, arn)
    given, image = await checked(call)
    _free(call, name, arn)  # two requests may have been checked side by side
    now = time.time()
    shown = nouns.described(NOUN)
    runner = call.engine.runner(TrainingRunner)
    detail: Detail = runner.born(
        {
            "EnableNetworkIsolation": False,
            "EnableInterContainerTrafficEncryption": False,
            **{member: value for member, value in given.items() if member in shown},
            "TrainingJobArn": arn,
            "CreationTime": now,
            "LastModifiedTime": now,
            "_arn": arn,
            "_image": image,
            "_tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())},
        }
    )
    detail.update(moved(detail, "Starting"))
    store.put(call.region, NOUN, name, detail)
    runner.start(call.region, name)
    return {"TrainingJobArn": arn}


@operation("StopTrainingJob")
def stop(call: Call) -> Answer:
    """From InProgress to Stopping; Stopped once no process is left and the model is in S3."""
    name, detail = records.resolve(call, nouns.find(NOUN))
    status = detail["TrainingJobStatus"]
    if status in _OVER:
        # AWS's words (awslabs/benchmark-ai#928).
        raise refuse(f"The request was rejected because the training job is in status {status}.")
    if "_id" not in detail:  # written by a test or bench, with nothing behind it
        raise errors.needs_aws(NOUN)
    call.engine.runner(TrainingRunner).stop(call.region, name)
    return {}


@operation("UpdateTrainingJob")
def update(call: Call) -> Answer:
    """Keep a new warm pool period; profiling and remote debugging need AWS."""
    name, detail = records.resolve(call, nouns.find(NOUN))
    given = call.parameters
    if "ProfilerConfig" in given or "ProfilerRuleConfigurations" in given:
        raise needs_aws("SageMaker Debugger profiles training jobs")
    if given.get("RemoteDebugConfig", {}).get("EnableRemoteDebug"):
        raise needs_aws("Remote debugging goes through AWS Systems Manager")
    if "ResourceConfig" in given:
        resources = {**detail["ResourceConfig"], **given["ResourceConfig"]}
        call.engine.store.update(call.region, NOUN, name, {"ResourceConfig": resources})
    return {"TrainingJobArn": detail["TrainingJobArn"]}


@operation("DeleteTrainingJob")
async def delete(call: Call) -> Answer:
    """Forget a job that is over; its artifacts and logs stay, and its name is free again."""
    name, detail = records.resolve(call, nouns.find(NOUN))
    status = detail["TrainingJobStatus"]
    if status not in _OVER:
        # "You cannot delete a job that is in the InProgress or Stopping state." (docs)
        raise ServiceError(
            "ResourceInUse",
            f"The training job {detail['TrainingJobArn']} is in status {status}: only one that is "
            f"{', '.join(_OVER)} can be deleted. Stop it first.",
        )
    if "_id" in detail:
        # Its folder goes with it, also when that takes longer than the job.
        await call.engine.runner(TrainingRunner).ended(call.region, name)
    call.engine.store.delete(call.region, NOUN, name)
    return {}


def _free(call: Call, name: str, arn: str) -> None:
    # By ARN, which is in lower case: `Demo` and `demo` are one name.
    if call.engine.store.find(arn) or call.engine.store.get(call.region, NOUN, name):
        raise errors.duplicate(NOUN, name, arn)
