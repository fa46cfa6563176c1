"""Training jobs as tests make them: scripts in S3, requests with the dull parts filled in."""

from __future__ import annotations

import io
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.local_engine import RunningEngine

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
ECR = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
SKLEARN = f"{ECR}/sagemaker-scikit-learn:1.2-1-cpu-py3"
GROUP = "/aws/sagemaker/TrainingJobs"
BUCKET = "bucket"
OVER = ("Completed", "Failed", "Stopped")


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to be true and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


class Jobs:
    """The training jobs of one engine, and a bucket for what they read and write."""

    def __init__(self, engine: RunningEngine) -> None:
        self.engine = engine
        self.client = engine.client("sagemaker")
        self.objects = engine.engine.objects
        if BUCKET not in [bucket.name for bucket in self.objects.buckets()]:
            self.objects.create_bucket("us-east-1", BUCKET)

    def put(self, key: str, data: bytes | str) -> str:
        """Store an object and answer its URI."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "object")
            path.write_bytes(data.encode() if isinstance(data, str) else data)
            self.objects.upload(BUCKET, key, path)
        return f"s3://{BUCKET}/{key}"

    def get(self, key: str) -> bytes:
        with self.objects.open(BUCKET, key) as file:
            return file.read()

    def keys(self, prefix: str = "") -> list[str]:
        return [each.key for each in self.objects.list(BUCKET, prefix)]

    def archive(self, key: str) -> dict[str, bytes]:
        """The files of a stored tar.gz."""
        with tarfile.open(fileobj=io.BytesIO(self.get(key)), mode="r:gz") as tar:
            return {member.name: file.read() for member in tar if (file := tar.extractfile(member))}

    def source(self, name: str, files: Mapping[str, str]) -> str:
        """Store a script's folder as the SDK does: the URI of its archive."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for file, text in files.items():
                member = tarfile.TarInfo(file)
                member.size = len(text.encode())
                tar.addfile(member, io.BytesIO(text.encode()))
        return self.put(f"code/{name}/sourcedir.tar.gz", packed.getvalue())

    def request(self, name: str, script: str | None = None, **more: Any) -> dict[str, Any]:
        """A CreateTrainingJob request that runs a script; `more` replaces members of it."""
        parameters = dict(more.pop("HyperParameters", {}))
        if script is not None:
            uri = self.source(name, {"train.py": script})
            parameters |= {"sagemaker_program": "train.py", "sagemaker_submit_directory": uri}
        return {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": SKLEARN, "TrainingInputMode": "File"},
            "HyperParameters": parameters,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 5,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
            **more,
        }

    def as_v3(self, name: str, code: str, **more: Any) -> dict[str, Any]:
        """Members of a request that runs code as SDK v3's ModelTrainer does: from a channel."""
        self.put(f"code/{name}/main.py", code)
        channels = [
            channel("code", f"s3://{BUCKET}/code/{name}/"),
            *more.pop("InputDataConfig", ()),
        ]
        algorithm = {
            "TrainingImage": SKLEARN,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["python"],
            "ContainerArguments": ["/opt/ml/input/data/code/main.py"],
            **more.pop("AlgorithmSpecification", {}),
        }
        return {"AlgorithmSpecification": algorithm, "InputDataConfig": channels, **more}

    def create(self, name: str, script: str | None = None, **more: Any) -> str:
        """Create a job and answer its ARN."""
        answer = self.client.create_training_job(**self.request(name, script, **more))
        return str(answer["TrainingJobArn"])

    def describe(self, name: str) -> dict[str, Any]:
        answer = self.client.describe_training_job(TrainingJobName=name)
        return {member: value for member, value in answer.items() if member != "ResponseMetadata"}

    def wait(self, name: str) -> dict[str, Any]:
        """Wait until a job is over and describe it."""

        def over() -> dict[str, Any] | None:
            detail = self.describe(name)
            return detail if detail["TrainingJobStatus"] in OVER else None

        found = until(over)
        assert isinstance(found, dict)
        return found

    def run(self, name: str, script: str | None = None, **more: Any) -> dict[str, Any]:
        """Create a job, wait, and describe it."""
        self.create(name, script, **more)
        return self.wait(name)

    def reach(self, name: str, secondary: str) -> None:
        """Wait until a job is in a secondary status, which must not be behind it."""

        def there() -> bool:
            detail = self.describe(name)
            found = str(detail["SecondaryStatus"])
            assert found == secondary or detail["TrainingJobStatus"] not in OVER, detail
            return found == secondary

        until(there)

    def log(self, name: str, host: str = "algo-1") -> list[str]:
        """The lines of a host's log so far."""
        logs = self.engine.client("logs")
        streams = logs.describe_log_streams(
            logGroupName=GROUP, logStreamNamePrefix=f"{name}/{host}-"
        )["logStreams"]
        if not streams:
            return []
        assert len(streams) == 1
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=GROUP, logStreamNames=[streams[0]["logStreamName"]]
        )
        return [event["message"] for page in pages for event in page["events"]]

    def wait_for_line(self, name: str, line: str) -> None:
        """Wait until a job has printed a line."""

        def printed() -> bool:
            try:
                return line in self.log(name)
            except self.engine.client("logs").exceptions.ResourceNotFoundException:
                return False  # the first log of all makes the group

        until(printed)

    def folders(self) -> list[Path]:
        """The working folders on the disk."""
        root = self.engine.home / "jobs" / "TrainingJob"
        return list(root.iterdir()) if root.exists() else []


def channel(name: str, uri: str, source: Mapping[str, Any] | None = None, **more: Any) -> Any:
    """One channel of InputDataConfig."""
    s3 = {"S3DataType": "S3Prefix", "S3Uri": uri, **(source or {})}
    return {"ChannelName": name, "DataSource": {"S3DataSource": s3}, **more}
