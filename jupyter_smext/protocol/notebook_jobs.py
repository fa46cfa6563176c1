"""Notebooks that are run as training jobs."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .compute import TaskStep
from .problem import Problem


class NotebookParameter(msgspec.Struct, frozen=True):
    """A parameter of the notebook's cell that is tagged `parameters`, as papermill reads it.

    `default` is its source text, and `value` what that is when it is a plain value that JSON has.
    """

    name: str
    default: str
    type: str
    help: str
    value: Any = None


class NotebookImage(msgspec.Struct, frozen=True):
    """An image of AWS's that can run a notebook; `gpu`: it is made for instances with a GPU."""

    uri: str
    label: str
    gpu: bool


class NotebookJobForm(msgspec.Struct, frozen=True):
    """What can be chosen to run a notebook: its parameters, the files beside it, the images.

    `bytes` is the size of what would be packed, and `without` maps what stays here to why; `image`
    is the default one for a type without a GPU, `role` that role, `s3_uri` that place; each None
    where none is known. `requirements`: a requirements.txt comes along and is installed first.
    `problems` say what could not be read.
    """

    path: str
    parameters: tuple[NotebookParameter, ...]
    files: int
    bytes: int
    without: dict[str, str]
    requirements: bool
    images: tuple[NotebookImage, ...]
    image: str | None
    role: str | None
    roles: tuple[str, ...]
    s3_uri: str | None
    problems: tuple[Problem, ...]


class NotebookJobRequest(msgspec.Struct, frozen=True):
    """Run the notebook at `path` once, on an instance of its own.

    `s3_uri` is where its folder and its results are put; `max_seconds` the longest it may run, and
    with `spot` also the longest it may wait for an instance. `kernel` is the kernel's name in the
    image; None takes python3 for a Python notebook. `key` is made up by who asks: asked again with
    the same one, as after a lost answer, the job that was begun is answered, and no other is.
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
    key: str = ""


class JobFile(msgspec.Struct, frozen=True):
    """A file that a job wrote beside its notebook; `name` is its path in the folder."""

    name: str
    bytes: int


class NotebookJob(msgspec.Struct, frozen=True):
    """A run of a notebook, as it is now; it is journalled and survives the server.

    `job` is the training job's name. `result` is the path of the executed notebook, once it lies
    beside its source; a notebook that failed is brought back with its error too. `files` are what
    else it wrote, kept in S3 until they are asked for; `files_at` is the folder they then lie in.
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
    files: tuple[JobFile, ...] = ()
    files_at: str | None = None
