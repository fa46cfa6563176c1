"""The steps that a creation is made of, as data: a journal holds them, and another server goes on.

A step may be begun twice, after a crash or a lost answer, and does its work once.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ..protocol import AwsCall, MadeResource


class Upload(msgspec.Struct, frozen=True, tag="upload"):
    """Pack a script, or the folder that it is in, and put the archive to S3.

    `source` is the file or folder on this machine, `to` the object's s3:// URI.
    """

    id: str
    title: str
    source: str
    to: str


class Pack(msgspec.Struct, frozen=True, tag="pack"):
    """Put a model and the script that serves it together, three archives in S3 by their URIs."""

    id: str
    title: str
    model: str
    script: str
    to: str


class Make(msgspec.Struct, frozen=True, tag="make"):
    """Create one resource by one call.

    `resource` is what it makes, where that has a kind; its `id` is empty where AWS makes the name
    up. `undo` says what a cancel does to it: delete it, stop it (a job, whose record stays), or
    leave it as it is.
    """

    id: str
    title: str
    call: AwsCall
    resource: MadeResource | None
    undo: Literal["delete", "stop", "keep"] = "delete"


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Wait until what the step `of` made is being made no more."""

    id: str
    title: str
    of: str


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Calls that set something and can be repeated; `undo` are those that take it back.

    What `undo` finds gone already is fine.
    """

    id: str
    title: str
    calls: tuple[AwsCall, ...]
    undo: tuple[AwsCall, ...] = ()


Step = Upload | Pack | Make | Ready | Ask


class CreationPlan(msgspec.Struct, frozen=True):
    """All that a request does, worked out before anything is done.

    `title` names it in a list of tasks, `target` is what it is about, `notes` say what is worth to
    know before. `parameters` are those of the layout's own operation.
    """

    title: str
    steps: tuple[Step, ...]
    target: MadeResource | None
    notes: tuple[str, ...] = ()
    parameters: dict[str, object] | None = None

    @property
    def calls(self) -> tuple[AwsCall, ...]:
        """Those of all its steps, in their order."""
        found: list[AwsCall] = []
        for step in self.steps:
            if isinstance(step, Make):
                found.append(step.call)
            elif isinstance(step, Ask):
                found += step.calls
        return tuple(found)
