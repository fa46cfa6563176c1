"""Workers that keep an engine busy, each with its own things, and check them after its death."""

from __future__ import annotations

import hashlib
import io
import random
import tarfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.local.trials.engine_process import EngineProcess
from tests.local.trials.ledger import GONE, Cell

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
BUCKET = "chaos"
_PART = 5 << 20
_MISSING = ("NoSuchKey", "404", "ResourceNotFound", "ValidationException")


class Worker(ABC):
    """Works until the engine is gone. `done` counts what was acknowledged."""

    def __init__(self, engine: EngineProcess, rng: random.Random) -> None:
        self.engine = engine
        self.rng = rng
        self.done = 0
        self.doing = ""
        self.problems: list[str] = []
        self._clients: dict[tuple[str, int], Any] = {}

    def client(self, service: str) -> Any:
        """A client of the engine where it is now."""
        known = (service, self.engine.port)
        if known not in self._clients:
            more = {"s3": {"addressing_style": "path"}} if service == "s3" else {}
            self._clients[known] = self.engine.client(service, **more)
        return self._clients[known]

    #: Whether it needs the bucket.
    stores = False

    def prepare(self) -> None:  # noqa: B027 (not all need anything)
        """Make what the work needs, once."""

    @abstractmethod
    def step(self) -> None:
        """One operation."""

    @abstractmethod
    def check(self, thorough: bool) -> list[str]:
        """What is wrong after a restart; not `thorough`: of the last round's alone."""

    def run(self, stop: threading.Event) -> None:
        """Step until told to stop or the engine is gone."""
        while not stop.is_set():
            try:
                self.step()
            except GONE:
                return
            except Exception as error:
                if not stop.is_set():
                    self.problems.append(f"{type(self).__name__}: {self.doing}: {error!r}")
                return
            self.done += 1


def _found(ask: Callable[[], Any]) -> Any:
    """What a request answers, None where there is nothing of the name."""
    try:
        return ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return None
        raise


class Objects(Worker):
    """Puts, copies, deletes and reads objects; a value is (size, MD5)."""

    stores = True

    def __init__(self, engine: EngineProcess, rng: random.Random) -> None:
        super().__init__(engine, rng)
        self._cells = [Cell(f"objects/{number}") for number in range(20)]
        self._touched: set[int] = set()

    def step(self) -> None:
        number = self.rng.randrange(len(self._cells))
        cell, s3 = self._cells[number], self.client("s3")
        self._touched.add(number)
        other = self.rng.choice(self._cells)
        self.doing = way = self.rng.choice(("put", "put", "put", "copy", "delete", "get"))
        place = {"Bucket": BUCKET, "Key": cell.name}
        if way == "put":
            body = self.rng.randbytes(self.rng.choice((0, 10, 5000, 400_000)))
            with cell.becoming(_facts(body)):
                etag = s3.put_object(**place, Body=body)["ETag"]
            if etag.strip('"') != cell.value[1]:
                self.problems.append(f"{cell.name}: the ETag {etag} is not the MD5")
        elif way == "copy" and other.value and other is not cell:
            with cell.becoming(other.value):
                s3.copy_object(**place, CopySource={"Bucket": BUCKET, "Key": other.name})
        elif way == "delete":
            with cell.becoming(None):
                s3.delete_object(**place)
        elif cell.value:
            body = s3.get_object(**place)["Body"].read()
            if _facts(body) != cell.value:
                self.problems.append(f"{cell.name}: other bytes were read than were put")

    def check(self, thorough: bool) -> list[str]:
        s3 = self.client("s3")
        problems = []
        for number, cell in enumerate(self._cells):
            if thorough or number in self._touched:
                place = {"Bucket": BUCKET, "Key": cell.name}
                body = _found(lambda place=place: s3.get_object(**place)["Body"].read())
                problems.append(cell.wrong(None if body is None else _facts(body)))
        self._touched.clear()
        listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="objects/").get("Contents", [])
        kept = {cell.name: cell.value for cell in self._cells if cell.value}
        if {one["Key"]: one["Size"] for one in listed} != {k: v[0] for k, v in kept.items()}:
            problems.append("the list of objects is not that of those that are there")
        return list(filter(None, problems))


class Uploads(Worker):
    """Multipart uploads of two parts; what is open at the death is completed after it."""

    stores = True

    def __init__(self, engine: EngineProcess, rng: random.Random) -> None:
        super().__init__(engine, rng)
        self._cells = [Cell(f"uploads/{number}") for number in range(3)]
        self._open: tuple[Cell, str, list[bytes], Cell] | None = None

    def step(self) -> None:
        s3 = self.client("s3")
        if self._open is None:
            self.doing = "create upload"
            cell = self.rng.choice(self._cells)
            upload = s3.create_multipart_upload(Bucket=BUCKET, Key=cell.name)["UploadId"]
            parts = [self.rng.randbytes(_PART), self.rng.randbytes(self.rng.randrange(1, 100_000))]
            self._open = (cell, upload, parts, Cell(f"parts of {cell.name}", ()))
        cell, upload, parts, sent = self._open
        number = len(sent.value)
        place = {"Bucket": BUCKET, "Key": cell.name, "UploadId": upload}
        if number < len(parts):
            self.doing = "upload part"
            with sent.becoming((*sent.value, _md5(parts[number]))):
                s3.upload_part(**place, PartNumber=number + 1, Body=parts[number])
            return
        self.doing = "complete upload"
        self._complete(cell, place, sent, parts)

    def _complete(self, cell: Cell, place: Any, sent: Cell, parts: list[bytes]) -> None:
        listed = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(sent.value, 1)]
        with cell.becoming(_facts(b"".join(parts[: len(listed)]))):
            self.client("s3").complete_multipart_upload(**place, MultipartUpload={"Parts": listed})
        self._open = None

    def check(self, thorough: bool) -> list[str]:
        s3 = self.client("s3")
        problems = []
        for cell in self._cells:
            place = {"Bucket": BUCKET, "Key": cell.name}
            body = _found(lambda place=place: s3.get_object(**place)["Body"].read())
            problems.append(cell.wrong(None if body is None else _facts(body)))
        if self._open is not None:
            cell, upload, parts, sent = self._open
            place = {"Bucket": BUCKET, "Key": cell.name, "UploadId": upload}
            try:
                listed = s3.list_parts(**place).get("Parts", [])
            except ClientError as error:
                # Its completion was under way, and cell.wrong has seen it done.
                if error.response["Error"]["Code"] != "NoSuchUpload" or len(sent.value) < 2:
                    problems.append(f"{sent.name}: {error}")
                self._open = None
            else:
                problems.append(sent.wrong(tuple(one["ETag"].strip('"') for one in listed)))
                if sent.value:
                    self._complete(cell, place, sent, parts)
                else:
                    s3.abort_multipart_upload(**place)
                    self._open = None
        return list(filter(None, problems))


class Records(Worker):
    """Creates, tags, updates and deletes records; a value is what Describe says of it."""

    def __init__(self, engine: EngineProcess, rng: random.Random) -> None:
        super().__init__(engine, rng)
        self._models = [Cell(f"model-{number}") for number in range(6)]
        self._experiments = [Cell(f"experiment-{number}") for number in range(6)]

    def step(self) -> None:
        if self.rng.random() < 0.5:
            self._model(self.rng.choice(self._models))
        else:
            self._experiment(self.rng.choice(self._experiments))

    def _model(self, cell: Cell) -> None:
        client = self.client("sagemaker")
        word = str(self.rng.randrange(1000))
        arn = f"arn:aws:sagemaker:us-east-1:000000000000:model/{cell.name}"
        if cell.value is None:
            self.doing = "CreateModel"
            with cell.becoming(word):
                client.create_model(
                    ModelName=cell.name,
                    ExecutionRoleArn=ROLE,
                    PrimaryContainer={"Image": IMAGE},
                    Tags=[{"Key": "word", "Value": word}],
                )
        elif self.rng.random() < 0.6:
            self.doing = "AddTags"
            with cell.becoming(word):
                client.add_tags(ResourceArn=arn, Tags=[{"Key": "word", "Value": word}])
        else:
            self.doing = "DeleteModel"
            with cell.becoming(None):
                client.delete_model(ModelName=cell.name)

    def _experiment(self, cell: Cell) -> None:
        client = self.client("sagemaker")
        word = str(self.rng.randrange(1000))
        if cell.value is None:
            self.doing = "CreateExperiment"
            with cell.becoming(word):
                client.create_experiment(ExperimentName=cell.name, Description=word)
        elif self.rng.random() < 0.6:
            self.doing = "UpdateExperiment"
            with cell.becoming(word):
                client.update_experiment(ExperimentName=cell.name, Description=word)
        else:
            self.doing = "DeleteExperiment"
            with cell.becoming(None):
                client.delete_experiment(ExperimentName=cell.name)

    def check(self, thorough: bool) -> list[str]:
        client = self.client("sagemaker")
        problems = []
        for cell in self._models:
            found = _found(lambda cell=cell: client.describe_model(ModelName=cell.name))
            if found is not None:
                tags = client.list_tags(ResourceArn=found["ModelArn"])["Tags"]
                found = {tag["Key"]: tag["Value"] for tag in tags}["word"]
            problems.append(cell.wrong(found))
        for cell in self._experiments:
            found = _found(lambda cell=cell: client.describe_experiment(ExperimentName=cell.name))
            problems.append(cell.wrong(found and found["Description"]))
        return list(filter(None, problems))


class Logs(Worker):
    """Batches of log events, each all or nothing, in one stream a round."""

    def prepare(self) -> None:
        self.client("logs").create_log_group(logGroupName="chaos")
        self._next_stream()

    def _next_stream(self) -> None:
        self._cell = Cell(f"log stream {self.done}", ())
        self.client("logs").create_log_stream(logGroupName="chaos", logStreamName=str(self.done))
        self._stream = str(self.done)

    def step(self) -> None:
        self.doing = "PutLogEvents"
        count = len(self._cell.value)
        batch = tuple(f"event {count + number}" for number in range(self.rng.randrange(1, 6)))
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": message} for message in batch]
        with self._cell.becoming(self._cell.value + batch):
            self.client("logs").put_log_events(
                logGroupName="chaos", logStreamName=self._stream, logEvents=events
            )

    def check(self, thorough: bool) -> list[str]:
        found: list[str] = []
        given = {"logGroupName": "chaos", "logStreamName": self._stream, "startFromHead": True}
        token = ""
        while True:
            more = {"nextToken": token} if token else {}
            answer = self.client("logs").get_log_events(**given, **more)
            found += [event["message"] for event in answer["events"]]
            if answer["nextForwardToken"] == token:
                break
            token = answer["nextForwardToken"]
        problem = self._cell.wrong(tuple(found))
        self._next_stream()
        return [problem] if problem else []


class Points(Worker):
    """Data points of a metric, counted; one dimension a round."""

    def prepare(self) -> None:
        self._cell = Cell("metric 0", 0)

    def step(self) -> None:
        self.doing = "PutMetricData"
        with self._cell.becoming(self._cell.value + 1):
            self.client("cloudwatch").put_metric_data(
                Namespace="Chaos",
                MetricData=[{"MetricName": "n", "Value": 1.0, "Dimensions": [self._dimension()]}],
            )

    def _dimension(self) -> dict[str, str]:
        return {"Name": "Round", "Value": self._cell.name}

    def check(self, thorough: bool) -> list[str]:
        now = time.time()
        found = self.client("cloudwatch").get_metric_statistics(
            Namespace="Chaos",
            MetricName="n",
            Dimensions=[self._dimension()],
            StartTime=now - 3600,
            EndTime=now + 120,
            Period=3600 * 3,
            Statistics=["SampleCount"],
        )["Datapoints"]
        problem = self._cell.wrong(int(sum(point["SampleCount"] for point in found)))
        self._cell = Cell(f"metric {self.done}", 0)
        return [problem] if problem else []


class Trainings(Worker):
    """Short training jobs; what a death cut off must say so, what was done must be whole."""

    stores = True
    SCRIPT = """
import os, sys, time
time.sleep(float(os.environ["SECONDS"]))
open("/opt/ml/model/word", "w").write(os.environ["WORD"])
"""

    def prepare(self) -> None:
        self.client("s3").put_object(Bucket=BUCKET, Key="code/main.py", Body=self.SCRIPT)
        self._jobs: dict[str, str] = {}
        self._number = 0
        self.ended = 0
        self.cut_off = 0

    def step(self) -> None:
        client = self.client("sagemaker")
        running = [name for name, status in self._jobs.items() if status == "InProgress"]
        if len(running) < 2:
            self._number += 1
            name = f"job-{self._number}"
            self.doing = "CreateTrainingJob"
            self._jobs[name] = "asked"
            client.create_training_job(**self._request(name))
            self._jobs[name] = "InProgress"
            return
        self.doing = "DescribeTrainingJob"
        for name in running:
            found = client.describe_training_job(TrainingJobName=name)
            self._jobs[name] = found["TrainingJobStatus"]
            if found["TrainingJobStatus"] == "Failed":
                self.problems.append(f"{name} failed: {found['FailureReason']}")
        time.sleep(0.1)

    def _request(self, name: str) -> dict[str, Any]:
        return {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "ContainerEntrypoint": ["python"],
                "ContainerArguments": ["/opt/ml/input/data/code/main.py"],
            },
            "InputDataConfig": [
                {
                    "ChannelName": "code",
                    "DataSource": {
                        "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/code/"}
                    },
                }
            ],
            "Environment": {"WORD": name, "SECONDS": f"{self.rng.uniform(0, 1.5):.2f}"},
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 5,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        }

    def check(self, thorough: bool) -> list[str]:
        client = self.client("sagemaker")
        problems = []
        for name, before in list(self._jobs.items()):
            if before == "checked" and not thorough:
                continue
            ask = {"TrainingJobName": name}
            found = _found(lambda ask=ask: client.describe_training_job(**ask))
            if found is None:
                if before != "asked":
                    problems.append(f"{name} is gone")
                del self._jobs[name]
                continue
            problems.append(self._wrong(name, before, found))
        return list(filter(None, problems))

    def _wrong(self, name: str, before: str, found: dict[str, Any]) -> str:
        status = found["TrainingJobStatus"]
        if status == "InProgress":  # it had not had its turn: it runs now
            self._jobs[name] = status
            return "" if before in ("asked", "InProgress") else f"{name} was {before}, and runs"
        self._jobs[name] = "checked"
        self.ended += before != "checked"
        if status == "Failed":
            self.cut_off += before != "checked"
            reason = found["FailureReason"]
            return "" if "the local engine ended" in reason else f"{name} failed: {reason}"
        uri = found["ModelArtifacts"]["S3ModelArtifacts"]
        key = uri.removeprefix(f"s3://{BUCKET}/")
        body = self.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as tar:
            word = tar.extractfile("word")
            if word is None or word.read().decode() != name:
                return f"{name}: its model is not what it wrote"
        return ""


class Traffic(Worker):
    """An endpoint that is asked all the time, and comes back after every death."""

    stores = True
    SCRIPT = """
def model_fn(folder):
    return open(folder + "/word").read()

def input_fn(body, content_type):
    return body if isinstance(body, str) else body.decode()

def predict_fn(data, model):
    return model + data

def output_fn(answer, accept):
    return answer, "text/plain"
"""

    def prepare(self) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, text in (("word", "hello "), ("code/inference.py", self.SCRIPT)):
                member = tarfile.TarInfo(name)
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
        self.client("s3").put_object(Bucket=BUCKET, Key="model.tar.gz", Body=packed.getvalue())
        client = self.client("sagemaker")
        container = {
            "Image": IMAGE,
            "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz",
            "Environment": {
                "SAGEMAKER_PROGRAM": "inference.py",
                "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            },
        }
        client.create_model(ModelName="traffic", ExecutionRoleArn=ROLE, PrimaryContainer=container)
        variant = {
            "VariantName": "one",
            "ModelName": "traffic",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        client.create_endpoint_config(EndpointConfigName="traffic", ProductionVariants=[variant])
        client.create_endpoint(EndpointName="traffic", EndpointConfigName="traffic")
        self.problems += self.check(True)

    def step(self) -> None:
        self.doing = "InvokeEndpoint"
        word = str(self.rng.randrange(1000))
        answer = self._ask(word)
        if answer != f"hello {word}":
            self.problems.append(f"the endpoint said {answer!r} to {word}")

    def _ask(self, word: str) -> str:
        answer = self.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="traffic", Body=word, ContentType="text/plain"
        )
        return str(answer["Body"].read().decode())

    def check(self, thorough: bool) -> list[str]:
        client = self.client("sagemaker")
        status, deadline = "", time.monotonic() + 60
        while status != "InService" and time.monotonic() < deadline:
            found = client.describe_endpoint(EndpointName="traffic")
            status = found["EndpointStatus"]
            if status == "Failed":
                return [f"the endpoint failed: {found['FailureReason']}"]
            time.sleep(0.05)
        if status != "InService":
            return [f"the endpoint is {status} after a minute"]
        answer = self._ask("again")
        return [] if answer == "hello again" else [f"the endpoint said {answer!r}"]


class Notebook(Worker):
    """A notebook instance that starts, stops and comes back up."""

    def prepare(self) -> None:
        self.client("sagemaker").create_notebook_instance(
            NotebookInstanceName="chaos", InstanceType="ml.t3.medium", RoleArn=ROLE
        )

    def step(self) -> None:
        self.doing = "DescribeNotebookInstance"
        self._status()
        time.sleep(0.2)

    def _status(self) -> str:
        found = self.client("sagemaker").describe_notebook_instance(NotebookInstanceName="chaos")
        if found["NotebookInstanceStatus"] == "Failed":
            self.problems.append(f"the notebook instance failed: {found['FailureReason']}")
        return str(found["NotebookInstanceStatus"])

    def check(self, thorough: bool) -> list[str]:
        """Up or on its way; `thorough` waits until it is up."""
        deadline = time.monotonic() + 90
        while (status := self._status()) == "Pending" and thorough:
            if time.monotonic() > deadline:
                return ["the notebook instance is Pending after a minute and a half"]
            time.sleep(0.1)
        return [] if status in ("Pending", "InService") else [f"the notebook instance is {status}"]


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _facts(body: bytes) -> tuple[int, str]:
    return len(body), _md5(body)


WORKERS: dict[str, type[Worker]] = {
    "objects": Objects,
    "uploads": Uploads,
    "records": Records,
    "logs": Logs,
    "points": Points,
    "trainings": Trainings,
    "traffic": Traffic,
    "notebook": Notebook,
}
