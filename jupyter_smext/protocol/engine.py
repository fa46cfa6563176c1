"""The local engine and its demo."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem

DEMO_EVENT = "https://schema.jupyter.org/jupyter_smext/demo/v1"


class LocalEngine(msgspec.Struct, frozen=True):
    """The no-account engine on this machine.

    `kernels_without` says why kernels of a window on it do not get its environment; None: they do.
    """

    running: bool
    starting: bool
    version: str | None
    problem: Problem | None
    kernels_without: Problem | None


class DemoStep(msgspec.Struct, frozen=True):
    """One step of the demo; `detail` says how it is getting on, what came of it, or why it failed.

    Times are epoch seconds.
    """

    id: str
    title: str
    state: Literal["todo", "running", "done", "failed"]
    detail: str
    started: float | None
    ended: float | None


class Demo(msgspec.Struct, frozen=True):
    """The demo that fills the local engine: what it makes, and how far it is in `region`.

    `offered` was not run by this server; `stopped` was cancelled. Either, and `failed`, can be run
    again: what is there already is kept.
    """

    rev: int
    state: Literal["offered", "running", "done", "failed", "stopped"]
    region: str | None
    steps: tuple[DemoStep, ...]
    started: float | None
    ended: float | None
    problem: Problem | None


class DemoChanged(msgspec.Struct, frozen=True):
    """Event: the demo made progress."""

    rev: int
