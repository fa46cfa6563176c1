"""Workers whose things the engine runs: training jobs, an endpoint, a notebook instance, an app."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Mapping
from typing import Any

from tests.local.trials.ledger import Cell
from tests.local.trials.worker import BUCKET, IMAGE, ROLE, Worker, found_of, until


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
        self._ended = 0
        self._cut_off = 0

    def said(self) -> str:
        return f"{self._ended} jobs over, {self._cut_off} of them cut off"

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
            found = found_of(lambda ask=ask: client.describe_training_job(**ask))
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
        self._ended += before != "checked"
        if status == "Failed":
            self._cut_off += before != "checked"
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
    WORDS = ("hello ", "howdy ")

    def prepare(self) -> None:
        client = self.client("sagemaker")
        for word in self.WORDS:
            name = word.strip()
            _say_model(self, name, word)
            client.create_endpoint_config(
                EndpointConfigName=name, ProductionVariants=[_variant(name)]
            )
        self._cell = Cell("the endpoint's answer", self.WORDS[0])
        client.create_endpoint(EndpointName="traffic", EndpointConfigName=self.WORDS[0].strip())
        self._updates = 0
        self.problems += self.check(True)

    def said(self) -> str:
        return f"{self._updates} updates of the endpoint"

    def step(self) -> None:
        if self.rng.random() < 0.01 and self._status()[0] == "InService":
            self._update()
        self.doing = "InvokeEndpoint"
        word = str(self.rng.randrange(1000))
        answer = self._ask(word)
        if answer not in [each + word for each in self.WORDS]:
            self.problems.append(f"the endpoint said {answer!r} to {word}")

    def _update(self) -> None:
        """To the other model."""
        self.doing = "UpdateEndpoint"
        (other,) = set(self.WORDS) - {self._cell.value}
        with self._cell.becoming(other):
            self.client("sagemaker").update_endpoint(
                EndpointName="traffic", EndpointConfigName=other.strip()
            )
        self._updates += 1

    def _status(self) -> tuple[str, str]:
        found = self.client("sagemaker").describe_endpoint(EndpointName="traffic")
        return found["EndpointStatus"], found.get("FailureReason", "")

    def _ask(self, word: str) -> str:
        answer = self.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="traffic", Body=word, ContentType="text/plain"
        )
        return str(answer["Body"].read().decode())

    def check(self, thorough: bool) -> list[str]:
        status, reason = until(self._status, lambda now: now[0] in ("InService", "Failed"), 60)
        if status != "InService":
            return [f"the endpoint is {status}: {reason}"]
        problem = self._cell.wrong(self._ask(""))
        return [problem] if problem else []


class Queued(Worker):
    """An asynchronous endpoint, whose every accepted invocation must have its result in S3."""

    stores = True

    def prepare(self) -> None:
        _say_model(self, "later", "later ")
        client = self.client("sagemaker")
        client.create_endpoint_config(
            EndpointConfigName="later",
            ProductionVariants=[_variant("later")],
            AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": f"s3://{BUCKET}/later"}},
        )
        client.create_endpoint(EndpointName="later", EndpointConfigName="later")
        self._owed: dict[str, str] = {}
        self._paid = 0
        until(self._status, lambda now: now != "Creating", 60)

    def said(self) -> str:
        return f"{self._paid} results of asynchronous invocations"

    def _status(self) -> str:
        found = self.client("sagemaker").describe_endpoint(EndpointName="later")
        return str(found["EndpointStatus"])

    def step(self) -> None:
        self.doing = "InvokeEndpointAsync"
        word = f"{self.done}"
        key = f"asked/{word}"
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=word)
        answer = self.client("sagemaker-runtime").invoke_endpoint_async(
            EndpointName="later", InputLocation=f"s3://{BUCKET}/{key}", ContentType="text/plain"
        )
        self._owed[answer["OutputLocation"]] = word
        time.sleep(0.05)

    def check(self, thorough: bool) -> list[str]:
        problems = []
        for location, word in self._owed.items():
            place = {"Bucket": BUCKET, "Key": location.removeprefix(f"s3://{BUCKET}/")}
            body = until(
                lambda place=place: found_of(
                    lambda: self.client("s3").get_object(**place)["Body"].read()
                ),
                lambda now: now is not None,
                60,
            )
            if body != f"later {word}".encode():
                problems.append(f"the result of {word} is {body!r}")
        self._paid += len(self._owed)
        self._owed.clear()
        return problems


class Notebook(Worker):
    """A notebook instance that is stopped and started, and comes back as it was wanted."""

    def prepare(self) -> None:
        self._cell = Cell("the notebook instance", "InService")
        self._changes = 0
        self.client("sagemaker").create_notebook_instance(
            NotebookInstanceName="chaos", InstanceType="ml.t3.medium", RoleArn=ROLE
        )

    def said(self) -> str:
        return f"{self._changes} starts and stops of the notebook instance"

    def step(self) -> None:
        client, name = self.client("sagemaker"), {"NotebookInstanceName": "chaos"}
        self.doing = "DescribeNotebookInstance"
        status = self._status()
        if status == "InService" and self.rng.random() < 0.5:
            self.doing = "StopNotebookInstance"
            with self._cell.becoming("Stopped"):
                client.stop_notebook_instance(**name)
            self._changes += 1
        elif status == "Stopped":
            self.doing = "StartNotebookInstance"
            with self._cell.becoming("InService"):
                client.start_notebook_instance(**name)
            self._changes += 1
        time.sleep(0.2)

    def _status(self) -> str:
        found = self.client("sagemaker").describe_notebook_instance(NotebookInstanceName="chaos")
        if found["NotebookInstanceStatus"] == "Failed":
            self.problems.append(f"the notebook instance failed: {found['FailureReason']}")
        return str(found["NotebookInstanceStatus"])

    def check(self, thorough: bool) -> list[str]:
        """As it was wanted or on the way there; `thorough` waits until it is there."""
        way = {"Pending": "InService", "Stopping": "Stopped"}
        status = self._status()
        if thorough:
            status = until(self._status, lambda now: now not in way, 90)
        problem = self._cell.wrong(way.get(status, status))
        return [problem] if problem else []


class App(Worker):
    """A Studio app, which comes back after every death."""

    def prepare(self) -> None:
        client = self.client("sagemaker")
        domain = client.create_domain(
            DomainName="chaos", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": ROLE}
        )["DomainId"]
        client.create_user_profile(DomainId=domain, UserProfileName="me")
        client.create_space(
            DomainId=domain,
            SpaceName="chaos",
            SpaceSettings={"AppType": "JupyterLab"},
            OwnershipSettings={"OwnerUserProfileName": "me"},
            SpaceSharingSettings={"SharingType": "Private"},
        )
        app = {"DomainId": domain, "SpaceName": "chaos", "AppType": "JupyterLab"}
        self._app = {**app, "AppName": "default"}
        client.create_app(**self._app)

    def step(self) -> None:
        self.doing = "DescribeApp"
        status = self._status()
        if status not in ("Pending", "InService"):
            self.problems.append(f"the app is {status}")
        time.sleep(0.3)

    def _status(self) -> str:
        found = self.client("sagemaker").describe_app(**self._app)
        return " ".join(filter(None, (found["Status"], found.get("FailureReason"))))

    def check(self, thorough: bool) -> list[str]:
        status = self._status()
        if thorough:
            status = until(self._status, lambda now: now != "Pending", 90)
        wanted = ("InService",) if thorough else ("Pending", "InService")
        return [] if status in wanted else [f"the app is {status}"]


_SCRIPT = """
def model_fn(folder):
    return open(folder + "/word").read()

def input_fn(body, content_type):
    return body if isinstance(body, str) else body.decode()

def predict_fn(data, model):
    return model + data

def output_fn(answer, accept):
    return answer, "text/plain"
"""


def _say_model(worker: Worker, name: str, word: str) -> None:
    """A model that says a word before what it is told."""
    body = _archive({"word": word, "code/inference.py": _SCRIPT})
    worker.client("s3").put_object(Bucket=BUCKET, Key=f"{name}.tar.gz", Body=body)
    container = {
        "Image": IMAGE,
        "ModelDataUrl": f"s3://{BUCKET}/{name}.tar.gz",
        "Environment": {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        },
    }
    worker.client("sagemaker").create_model(
        ModelName=f"says-{name}", ExecutionRoleArn=ROLE, PrimaryContainer=container
    )


def _variant(name: str) -> dict[str, Any]:
    return {
        "VariantName": "one",
        "ModelName": f"says-{name}",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }


def _archive(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()
