"""A worker of a chaos run: it asks an engine for things, and checks them after its death."""

from __future__ import annotations

import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from tests.local.trials.engine_process import EngineProcess
from tests.local.trials.ledger import GONE

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
BUCKET = "chaos"
_MISSING = ("NoSuchKey", "404", "ResourceNotFound", "ValidationException")
_T = TypeVar("_T")


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

    def said(self) -> str:
        """What it did besides operations, for the last line; '' for nothing."""
        return ""

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


def found_of(ask: Callable[[], Any]) -> Any:
    """What a request answers, None where there is nothing of the name."""
    try:
        return ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return None
        raise


def until(look: Callable[[], _T], good: Callable[[_T], bool], seconds: float) -> _T:
    """Look until it is good, for so long; what was seen last."""
    deadline = time.monotonic() + seconds
    while not good(seen := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen
