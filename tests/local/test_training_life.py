"""The life of training jobs: queue, stop, time limits, faults, death of the engine, deletion."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.capacity import Allowed
from jupyter_smext.local.runners.supervision import process_table
from tests.local.training_jobs import BUCKET, Jobs, until
from tests.local_engine import RunningEngine

#: Prints, then waits for its end; when it is asked to stop it saves what it has.
PATIENT = """
import os, signal, sys, time

def save(*_):
    with open(os.path.join(os.environ["SM_MODEL_DIR"], "partial"), "w") as file:
        file.write("half a model")
    sys.exit(0)

signal.signal(signal.SIGTERM, save)
print("waiting")
time.sleep(600)
"""


@pytest.fixture
def jobs(fresh_engine: RunningEngine) -> Iterator[Jobs]:
    yield Jobs(fresh_engine)


def refusal(jobs: Jobs, operation: str, name: str, **more: Any) -> tuple[str, str]:
    """The code and message an operation is refused with."""
    with pytest.raises(ClientError) as caught:
        getattr(jobs.client, operation)(TrainingJobName=name, **more)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def processes() -> list[process_table.Running]:
    return list(process_table.trees(os.getpid()))


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_stop_reaches_the_script_and_keeps_its_partial_model(jobs: Jobs) -> None:
    jobs.create("patient", PATIENT)
    jobs.wait_for_line("patient", "waiting")
    jobs.client.stop_training_job(TrainingJobName="patient")
    assert jobs.describe("patient")["TrainingJobStatus"] in ("Stopping", "Stopped")
    detail = jobs.wait("patient")
    assert detail["TrainingJobStatus"] == detail["SecondaryStatus"] == "Stopped"
    statuses = [each["Status"] for each in detail["SecondaryStatusTransitions"]]
    assert statuses[-3:] == ["Stopping", "Uploading", "Stopped"]
    assert jobs.archive("out/patient/output/model.tar.gz") == {"partial": b"half a model"}
    assert detail["ModelArtifacts"]["S3ModelArtifacts"].endswith("patient/output/model.tar.gz")
    assert "FailureReason" not in detail
    assert processes() == []
    code, words = refusal(jobs, "stop_training_job", "patient")
    assert (code, words) == (
        "ValidationException",
        "The request was rejected because the training job is in status Stopped.",
    )


def test_a_job_that_takes_too_long_is_stopped_with_that_status(jobs: Jobs) -> None:
    detail = jobs.run("too-long", PATIENT, StoppingCondition={"MaxRuntimeInSeconds": 3})
    assert detail["TrainingJobStatus"] == "Stopped"
    assert detail["SecondaryStatus"] == "MaxRuntimeExceeded"
    assert "waiting" in jobs.log("too-long")
    assert jobs.archive("out/too-long/output/model.tar.gz") == {"partial": b"half a model"}


def one_at_a_time(jobs: Jobs) -> None:
    jobs.engine.engine.capacity.allowed = Allowed(jobs=1, hosts=2, endpoints=1, processes=9)


def test_a_job_waits_its_turn_and_says_for_what(jobs: Jobs) -> None:
    one_at_a_time(jobs)
    jobs.create("first", PATIENT)
    jobs.wait_for_line("first", "waiting")
    jobs.create("second", "print('my turn')")
    jobs.reach("second", "Pending")
    detail = jobs.describe("second")
    assert detail["TrainingJobStatus"] == "InProgress"
    assert "Waiting for first" in detail["SecondaryStatusTransitions"][-1]["StatusMessage"]
    jobs.client.stop_training_job(TrainingJobName="first")
    detail = jobs.wait("second")
    assert detail["TrainingJobStatus"] == "Completed"
    assert [each["Status"] for each in detail["SecondaryStatusTransitions"]] == [
        "Starting",
        "Pending",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]


def test_a_job_in_the_queue_can_be_stopped(jobs: Jobs) -> None:
    one_at_a_time(jobs)
    jobs.create("first", PATIENT)
    jobs.wait_for_line("first", "waiting")
    jobs.create("second", "print('never')")
    jobs.reach("second", "Pending")
    jobs.client.stop_training_job(TrainingJobName="second")
    detail = jobs.wait("second")
    assert detail["SecondaryStatus"] == "Stopped"
    assert "TrainingStartTime" not in detail
    assert jobs.describe("first")["TrainingJobStatus"] == "InProgress"
    jobs.client.stop_training_job(TrainingJobName="first")
    jobs.wait("first")


def test_a_spot_job_waits_no_longer_than_it_was_told(jobs: Jobs) -> None:
    one_at_a_time(jobs)
    jobs.create("first", PATIENT)
    jobs.wait_for_line("first", "waiting")
    detail = jobs.run(
        "spot",
        "print('never')",
        EnableManagedSpotTraining=True,
        StoppingCondition={"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 1},
    )
    assert detail["TrainingJobStatus"] == "Stopped"
    assert detail["SecondaryStatus"] == "MaxWaitTimeExceeded"
    jobs.client.stop_training_job(TrainingJobName="first")
    jobs.wait("first")


def test_a_job_that_runs_when_the_engine_ends_has_failed_with_that_reason(jobs: Jobs) -> None:
    jobs.create("cut-off", PATIENT)
    jobs.wait_for_line("cut-off", "waiting")
    began = time.monotonic()
    jobs.engine.stop()
    assert time.monotonic() - began < 60, "the grace of a job is no grace of the engine's"
    assert processes() == []
    jobs.engine.start()
    detail = Jobs(jobs.engine).describe("cut-off")
    assert detail["TrainingJobStatus"] == detail["SecondaryStatus"] == "Failed"
    assert "the local engine ended while the job was running" in detail["FailureReason"]
    until(lambda: jobs.folders() == [])


def test_a_job_that_only_waited_starts_when_the_engine_does(jobs: Jobs) -> None:
    one_at_a_time(jobs)
    jobs.create("first", PATIENT)
    jobs.wait_for_line("first", "waiting")
    jobs.create("second", "print('after all')")
    jobs.reach("second", "Pending")
    jobs.engine.restart()
    again = Jobs(jobs.engine)
    assert again.wait("second")["TrainingJobStatus"] == "Completed"
    assert again.describe("first")["TrainingJobStatus"] == "Failed"


def test_a_retry_strategy_starts_it_again(jobs: Jobs) -> None:
    script = "import os; print('try'); os.path.exists('/nowhere') or __import__('time').sleep(600)"
    jobs.create("tries", script, RetryStrategy={"MaximumRetryAttempts": 1})
    jobs.wait_for_line("tries", "try")
    jobs.engine.restart()
    again = Jobs(jobs.engine)
    until(lambda: again.describe("tries")["SecondaryStatus"] == "Training")
    statuses = [each["Status"] for each in again.describe("tries")["SecondaryStatusTransitions"]]
    assert statuses.count("Training") == 2
    assert "Restarting" in statuses
    jobs.engine.restart()
    detail = Jobs(jobs.engine).describe("tries")
    assert detail["TrainingJobStatus"] == "Failed"


def test_a_process_that_is_killed_fails_the_job(jobs: Jobs) -> None:
    jobs.create("killed", PATIENT)
    jobs.wait_for_line("killed", "waiting")
    (tree,) = processes()
    top = psutil.Process(tree.pid)
    members = top.children(recursive=True)
    top.send_signal(signal.SIGKILL)
    detail = jobs.wait("killed")
    assert detail["TrainingJobStatus"] == "Failed"
    assert "was killed together with the process that supervised it" in detail["FailureReason"]
    until(lambda: not any(alive(member) for member in members))


def test_nothing_is_left_on_the_disk(jobs: Jobs) -> None:
    code = "import os; os.makedirs('/opt/ml/model/a/b'); os.chmod('/opt/ml/model/a/b', 0)"
    jobs.run("locked", **jobs.as_v3("locked", code))
    jobs.run("plain", "print('done')")
    until(lambda: jobs.folders() == [])


def test_a_name_is_taken_once_whatever_its_case(jobs: Jobs) -> None:
    arn = jobs.create("Name", "print('x')")
    with pytest.raises(ClientError) as caught:
        jobs.create("Name", "print('x')")
    assert caught.value.response["Error"] == {
        "Code": "ResourceInUse",
        "Message": "Training job names must be unique within an AWS account and region, and a "
        f"training job with this name already exists ({arn})",
    }
    jobs.wait("Name")


def test_a_job_that_is_over_can_be_deleted_and_its_name_used_again(jobs: Jobs) -> None:
    jobs.create("again", PATIENT)
    jobs.wait_for_line("again", "waiting")
    code, words = refusal(jobs, "delete_training_job", "again")
    assert code == "ResourceInUse" and "is in status InProgress" in words
    jobs.client.stop_training_job(TrainingJobName="again")
    jobs.wait("again")
    jobs.client.delete_training_job(TrainingJobName="again")
    assert jobs.folders() == []
    assert refusal(jobs, "describe_training_job", "again") == (
        "ValidationException",
        "Requested resource not found.",
    )
    assert jobs.keys("out/again/") == ["out/again/output/model.tar.gz"]
    assert jobs.run("again", "print('x')")["TrainingJobStatus"] == "Completed"


def test_an_update_keeps_what_can_be_kept_and_refuses_what_needs_aws(jobs: Jobs) -> None:
    jobs.run("updated", "print('x')")
    keep = {"KeepAlivePeriodInSeconds": 60}
    jobs.client.update_training_job(TrainingJobName="updated", ResourceConfig=keep)
    resources = jobs.describe("updated")["ResourceConfig"]
    assert resources["KeepAlivePeriodInSeconds"] == 60
    assert resources["InstanceType"] == "ml.m5.large"
    profiler = {"DisableProfiler": True}
    code, words = refusal(jobs, "update_training_job", "updated", ProfilerConfig=profiler)
    assert code == "ValidationException" and "needs AWS" in words


def test_no_quota_refuses_and_no_capacity_fails(jobs: Jobs) -> None:
    jobs.engine.faults([{"kind": "quota", "noun": "TrainingJob", "instance_type": "*"}])
    with pytest.raises(ClientError, match="ml.m5.large for training job usage") as caught:
        jobs.create("no-quota", "print('x')")
    assert caught.value.response["Error"]["Code"] == "ResourceLimitExceeded"
    assert refusal(jobs, "describe_training_job", "no-quota")[0] == "ValidationException"
    jobs.engine.faults([{"kind": "capacity", "noun": "TrainingJob", "instance_type": "*"}])
    detail = jobs.run("no-capacity", "print('x')")
    assert detail["FailureReason"].startswith("CapacityError: Unable to provision")
    jobs.engine.faults([])


def test_a_script_uses_s3_and_what_it_writes_stays(jobs: Jobs) -> None:
    script = f"""
import boto3, os
boto3.client("s3").put_object(Bucket="{BUCKET}", Key="from-the-job", Body=b"x")
open(os.path.join(os.environ["SM_MODEL_DIR"], "w"), "w").close()
"""
    detail = jobs.run("writes", script)
    assert detail["TrainingJobStatus"] == "Completed", detail.get("FailureReason")
    assert "from-the-job" in jobs.keys()


def test_an_output_bucket_that_is_not_there_fails_the_job_before_its_work(jobs: Jobs) -> None:
    output = {"S3OutputPath": "s3://nobodys-bucket/out"}
    detail = jobs.run("nowhere", "print('x')", OutputDataConfig=output)
    assert detail["FailureReason"].startswith("ClientError: Artifact upload failed:")
    assert "The specified bucket does not exist" in detail["FailureReason"]
