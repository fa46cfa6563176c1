"""Shut-downs: proposed, run, proved."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem

PLAN_EVENT = "https://schema.jupyter.org/jupyter_smext/plan/v1"


class Target(msgspec.Struct, frozen=True):
    """A resource that a plan is about."""

    kind: str
    id: str


class PlanRequest(msgspec.Struct, frozen=True):
    """What to shut down: named targets, or all that runs in a group (`all` for everything)."""

    connection: str
    region: str
    targets: tuple[Target, ...] = ()
    scope: Literal["targets", "all", "prepare", "build", "train", "deploy", "govern"] = "targets"
    operation: str | None = None


class Step(msgspec.Struct, frozen=True):
    """One step of a plan, in the order of running.

    Times are epoch seconds.

    `waiting` steps wait for the resource to reach its end state; `effect` says what is kept and
    what is lost. `parameters` name the resource to `operation`, by AWS's member names.
    """

    kind: str
    id: str
    name: str
    kind_label: str
    operation: str
    effect: str
    created: float | None
    state: Literal["todo", "now", "waiting", "done", "failed", "skipped"]
    started: float | None
    ended: float | None
    note: str
    problem: Problem | None
    parameters: dict[str, str] = {}


class LeftRunning(msgspec.Struct, frozen=True):
    """A running resource that a plan leaves alone, and why."""

    kind: str
    id: str
    name: str
    kind_label: str
    why: str
    created: float | None


class Plan(msgspec.Struct, frozen=True):
    """An ordered shut-down: shown first, then run, journalled on disk, and proved by listing again.

    `left_over` names what the closing check still found running.
    """

    id: str
    rev: int
    connection: str
    region: str
    state: Literal["proposed", "running", "done", "failed", "stopped"]
    steps: tuple[Step, ...]
    left: tuple[LeftRunning, ...]
    problems: tuple[Problem, ...]
    started: float | None
    ended: float | None
    checked_at: float | None
    left_over: tuple[Target, ...]


class PlanChanged(msgspec.Struct, frozen=True):
    """Event: a plan made progress."""

    id: str
    rev: int
