"""Workers whose things the engine keeps: objects, records, log events, points of metrics."""

from __future__ import annotations

import hashlib
import random
import time
from typing import Any

from botocore.exceptions import ClientError

from tests.local.trials.engine_process import EngineProcess
from tests.local.trials.ledger import Cell
from tests.local.trials.worker import BUCKET, IMAGE, ROLE, Worker, found_of

_PART = 5 << 20


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
                body = found_of(lambda place=place: s3.get_object(**place)["Body"].read())
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
        self._completed = 0

    def said(self) -> str:
        return f"{self._completed} uploads completed"

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
            with sent.becoming((*sent.value, _part_etag(parts[number]))):
                s3.upload_part(**place, PartNumber=number + 1, Body=parts[number])
            return
        self.doing = "complete upload"
        self._complete(cell, place, sent, parts)

    def _complete(self, cell: Cell, place: Any, sent: Cell, parts: list[bytes]) -> None:
        listed = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(sent.value, 1)]
        with cell.becoming(_facts(b"".join(parts[: len(listed)]))):
            self.client("s3").complete_multipart_upload(**place, MultipartUpload={"Parts": listed})
        self._completed += 1
        self._open = None

    def check(self, thorough: bool) -> list[str]:
        s3 = self.client("s3")
        problems = []
        for cell in self._cells:
            place = {"Bucket": BUCKET, "Key": cell.name}
            body = found_of(lambda place=place: s3.get_object(**place)["Body"].read())
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
            found = found_of(lambda cell=cell: client.describe_model(ModelName=cell.name))
            if found is not None:
                tags = client.list_tags(ResourceArn=found["ModelArn"])["Tags"]
                found = {tag["Key"]: tag["Value"] for tag in tags}["word"]
            problems.append(cell.wrong(found))
        for cell in self._experiments:
            found = found_of(lambda cell=cell: client.describe_experiment(ExperimentName=cell.name))
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


def _part_etag(body: bytes) -> str:
    """What the engine answers for a part that comes with its SHA-256."""
    return hashlib.sha256(body).hexdigest()[:32]


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _facts(body: bytes) -> tuple[int, str]:
    return len(body), _md5(body)
