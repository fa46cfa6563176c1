"""The demo's two training jobs: one script, two sets of hyperparameters."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

from . import data
from .stage import PREFIX, TAGS, DemoFailed, Detail, Stage, found

#: Jobs by what their names end with.
JOBS = {
    "small": {"hidden-units": "4", "learning-rate": "0.005", "epochs": "20"},
    "large": {"hidden-units": "32", "learning-rate": "0.005", "epochs": "20"},
}
PROGRAM = "train.py"
METRICS = [
    {"Name": name, "Regex": rf"{name}=([0-9.]+)"} for name in ("train:loss", "validation:accuracy")
]
#: The AWS account that serves the scikit-learn image differs by region; any is taken here.
IMAGE = "683313688378.dkr.ecr.{region}.amazonaws.com/sagemaker-scikit-learn:1.4-2"
_SECONDS = 600.0


def train(stage: Stage, which: str) -> str:
    """Run one of JOBS to its end; one that was completed before is kept."""
    name, job = _latest(stage, which)
    kept = job is not None and job["TrainingJobStatus"] == "Completed"
    if job is None:
        stage.sagemaker.create_training_job(**_request(stage, name, which))

    job = stage.wait(
        lambda: found(stage.sagemaker.describe_training_job, TrainingJobName=name),
        "TrainingJobStatus",
        "Completed",
        ("InProgress", "Stopping"),
        _SECONDS,
        _progress,
    )
    stage.found[which] = job
    units = JOBS[which]["hidden-units"]
    said = f"{name}: {units} hidden units, validation accuracy {accuracy_of(job):.3f}"
    return said + (", kept." if kept else ".")


def accuracy_of(job: Detail) -> float:
    """What the job's own log said of its last epoch. Raises DemoFailed when it said nothing."""
    for metric in job.get("FinalMetricDataList", ()):
        if metric["MetricName"] == "validation:accuracy":
            return float(metric["Value"])
    raise DemoFailed(f"{job['TrainingJobName']} ended without the metric validation:accuracy.")


def better(stage: Stage) -> Detail:
    """The job with the better accuracy of the two."""
    jobs: list[Detail] = [stage.found[which] for which in JOBS]
    return max(jobs, key=accuracy_of)


def environment(stage: Stage) -> dict[str, str]:
    """What a model server of the scikit-learn image needs to find the script."""
    return {
        "SAGEMAKER_PROGRAM": PROGRAM,
        "SAGEMAKER_SUBMIT_DIRECTORY": _source(stage),
        "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
        "SAGEMAKER_REGION": stage.region,
    }


def _progress(job: Detail) -> str:
    """What it does now; what it is given of the machine is in the job's log."""
    steps = job.get("SecondaryStatusTransitions") or [{}]
    said = str(steps[-1].get("StatusMessage") or steps[-1].get("Status") or "")
    return said.partition(" (")[0]


def _latest(stage: Stage, which: str) -> tuple[str, Detail | None]:
    """The job to go on with, or the name of a new one: a name that failed is not free again."""
    for attempt in range(1, 100):
        name = f"{PREFIX}-{which}" + (f"-{attempt}" if attempt > 1 else "")
        job = found(stage.sagemaker.describe_training_job, TrainingJobName=name)
        if job is None or job["TrainingJobStatus"] not in ("Failed", "Stopped"):
            return name, job
    raise DemoFailed(f"{name} and those before it failed. Their logs say why.")


def _request(stage: Stage, name: str, which: str) -> Detail:
    source = _source(stage)
    bucket, key = source.removeprefix("s3://").split("/", 1)
    stage.s3.put_object(Bucket=bucket, Key=key, Body=_packed())
    channels = [
        {
            "ChannelName": part,
            "ContentType": "text/csv",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": f"s3://{stage.bucket}/{data.key(part).rpartition('/')[0]}/",
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
        }
        for part in ("train", "validation")
    ]
    # As the SageMaker SDK sends them: every value is JSON.
    script = {"sagemaker_program": PROGRAM, "sagemaker_submit_directory": source}
    written = {member: json.dumps(value) for member, value in script.items()}
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE.format(region=stage.region),
            "TrainingInputMode": "File",
            "MetricDefinitions": METRICS,
        },
        "HyperParameters": {**JOBS[which], **written},
        "RoleArn": stage.role,
        "InputDataConfig": channels,
        "OutputDataConfig": {"S3OutputPath": f"s3://{stage.bucket}/models"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": int(_SECONDS)},
        "Tags": TAGS,
    }


def _source(stage: Stage) -> str:
    return f"s3://{stage.bucket}/code/sourcedir.tar.gz"


def _packed() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(Path(__file__).parent / "script" / PROGRAM, PROGRAM)
    return packed.getvalue()
