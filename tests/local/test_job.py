"""The base of jobs, proven by another kind of job that is nothing but its own work."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_smext.local import nouns
from jupyter_smext.local.runners.job.life import ENGINE_ENDED, Job, JobFailed, JobRunner
from jupyter_smext.local.runners.job.log import JobLog, shipping
from jupyter_smext.local.runners.supervision import Order, Step, machine
from tests.local.training_jobs import until
from tests.local_engine import RunningEngine

NOUN = "ProcessingJob"
REGION = "us-east-1"
GROUP = "/aws/sagemaker/ProcessingJobs"


class ProcessingJobs(JobRunner):
    """Runs the Python code in a record's ExitMessage: all that a kind has to write."""

    noun = NOUN
    nouns: tuple[str, ...] = (NOUN,)

    async def work(self, job: Job) -> None:
        files = job.files.host(1)
        await job.in_thread(files.prepare)
        log = JobLog(job.engine, job.region, GROUP, f"{job.name}/algo-1", files.log)
        order = Order(
            steps=[Step([sys.executable, "-u", "-c", job.detail["ExitMessage"]], files.log)],
            resource=job.arn,
            engine_home=job.engine.home,
            home=files.home,
            tmp=files.tmp,
            cwd=files.home,
            limits=machine(),
        )
        async with shipping([log]):
            outcome = await job.processes.run([order], seconds=60)
        if outcome.failed is not None:
            raise JobFailed(f"AlgorithmError: {outcome.endings[0].words}")


class Kind:
    """The runner beside those of an engine, on the engine's loop."""

    def __init__(self, engine: RunningEngine) -> None:
        self.engine = engine
        self.runner = self._call(lambda: ProcessingJobs(engine.engine))
        self._await(self.runner.recover())

    def _await(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.engine.engine.loop).result(60)

    def _call(self, function: Any) -> Any:
        async def called() -> Any:
            return function()

        return self._await(called())

    def create(self, name: str, code: str) -> None:
        noun = nouns.find(NOUN)
        members = {"ProcessingJobName": name, "ExitMessage": code, "CreationTime": time.time()}
        arn = noun.arn(REGION, self.engine.engine.account, members)
        detail = self.runner.born({**members, "ProcessingJobArn": arn, "_arn": arn})
        self.engine.store.put(REGION, NOUN, name, detail)
        self._call(lambda: self.runner.start(REGION, name))

    def stop(self, name: str) -> None:
        self._call(lambda: self.runner.stop(REGION, name))

    def describe(self, name: str) -> dict[str, Any]:
        client = self.engine.client("sagemaker")
        return dict(client.describe_processing_job(ProcessingJobName=name))

    def wait(self, name: str, status: str) -> dict[str, Any]:
        until(lambda: self.describe(name)["ProcessingJobStatus"] == status)
        return self.describe(name)

    def close(self) -> None:
        self._await(self.runner.close())


@pytest.fixture
def kind(fresh_engine: RunningEngine) -> Iterator[Kind]:
    made = Kind(fresh_engine)
    yield made
    made.close()


def test_a_job_runs_to_its_end_with_its_log(kind: Kind) -> None:
    kind.create("well", "print('one'); print('two', end='')")
    kind.wait("well", "Completed")
    events = kind.engine.client("logs").get_log_events(
        logGroupName=GROUP, logStreamName="well/algo-1", startFromHead=True
    )["events"]
    assert [event["message"] for event in events] == ["one", "two"]
    until(lambda: not list((kind.engine.home / "jobs" / NOUN).iterdir()))


def test_a_job_that_fails_says_why(kind: Kind) -> None:
    kind.create("badly", "exit(4)")
    assert kind.wait("badly", "Failed")["FailureReason"] == "AlgorithmError: ended with exit code 4"


def test_a_job_that_is_stopped_before_its_turn_and_one_at_work(kind: Kind) -> None:
    names = [f"sleeper-{number}" for number in range(kind.engine.engine.capacity.allowed.jobs + 1)]
    for name in names:
        kind.create(name, "import time; print('here'); time.sleep(600)")
    for name in (names[-1], *names[:-1]):
        kind.stop(name)
        kind.stop(name)
        assert "FailureReason" not in kind.wait(name, "Stopped")


def test_the_death_of_the_engine_is_the_reason_afterwards(kind: Kind) -> None:
    kind.create("cut-off", "import time; print('here'); time.sleep(600)")
    until(lambda: kind.engine.store.get(REGION, NOUN, "cut-off").get("_began"))  # type: ignore[union-attr]
    kind.close()
    kind.runner = Kind(kind.engine).runner
    assert kind.wait("cut-off", "Failed")["FailureReason"] == ENGINE_ENDED
