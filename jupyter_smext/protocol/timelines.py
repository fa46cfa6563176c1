"""What a resource went through, and what it waits for."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem
from .resources import Related, Tone


class Phase(msgspec.Struct, frozen=True):
    """What a resource did or does from `started` to `ended`, in epoch seconds.

    `status` is AWS's word (empty where it has none), `message` AWS's own sentence. `todo`: not
    reached, yet or at all. `usual_s` is the median of the same phase of `usual_of` others here, in
    seconds; None where there is none to go by. `resource` is what did the work, where it can be
    opened.
    """

    status: str
    label: str
    message: str
    started: float | None
    ended: float | None
    state: Literal["done", "now", "failed", "todo", "stopped"]
    tone: Tone
    usual_s: float | None = None
    usual_of: int = 0
    resource: Related | None = None


class Timeline(msgspec.Struct, frozen=True):
    """The phases of a resource, oldest first, each after the other or, if `parallel`, side by side.

    `ended` is None for what goes on. `training_s` and `billable_s` are AWS's seconds of a training
    job, and `saved` the part of the former that managed spot training saved. `price` is of all its
    instances, in US dollars an hour, and `cost` of all of `billed_s` in US dollars: None where a
    price is not known. `waits` says what it waits for now; `note` what else there is to know, and
    `problem` what could not be read.
    """

    phases: tuple[Phase, ...]
    started: float | None
    ended: float | None
    parallel: bool = False
    training_s: int | None = None
    billable_s: int | None = None
    saved: float | None = None
    price: float | None = None
    billed_s: float | None = None
    cost: float | None = None
    waits: str = ""
    note: str = ""
    problem: Problem | None = None
