"""Notebooks that are run as training jobs."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .compute import TaskStep
from .problem import Problem


class NotebookParameter(msgspec.Struct, frozen=True):
    """A parameter of the notebook's cell that is tagged `parameters`, as papermill reads it."""

    name: str
    default: str
    type: str
    help: str


class NotebookJobForm(msgspec.Struct, frozen=True):
    """What can be chosen to run a notebook: its parameters, the files beside it, the images.

    `bytes` is the size of what would be packed; `image` the default one, None where none is known.
    """

    path: str
    parameters: tuple[NotebookParameter, ...]
    files: int
    bytes: int
    without: dict[str, str]
    images: tuple[str, ...]
    image: str | None
    role: str | None
    s3_uri: str | None


class NotebookJobRequest(msgspec.Struct, frozen=True):
    """Run the notebook at `path` once, on an instance of its own.

    `s3_uri` is where its folder and its results are put; `max_seconds` the longest it may run.
    """

    connection: str
    region: str
    path: str
    instance_type: str
    role: str
    s3_uri: str
    image: str | None = None
    parameters: dict[str, Any] = {}
    spot: bool = False
    max_seconds: int = 3600
    volume_gib: int = 30
    kernel: str | None = None


class NotebookJob(msgspec.Struct, frozen=True):
    """A run of a notebook, as it is now; it is journalled and survives the server.

    `job` is the training job's name. `result` is the path of the executed notebook, once it lies
    beside its source; a notebook that failed is brought back with its error too.
    """

    id: str
    rev: int
    request: NotebookJobRequest
    state: Literal["running", "done", "failed", "cancelled"]
    job: str | None
    steps: tuple[TaskStep, ...]
    started: float
    ended: float | None
    result: str | None
    problem: Problem | None


class LogPage(msgspec.Struct, frozen=True):
    """Lines of a job's log, in their order; `next` asks for those after them."""

    lines: tuple[str, ...]
    next: str | None
    ended: bool
