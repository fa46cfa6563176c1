"""How the demo says what it does: lines for people, or one line of JSON an event."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Protocol


class Titled(Protocol):
    """A step: its id and what it is called."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


class Telling:
    """`state` is todo, running, done or failed; `running` comes again with each new `detail`."""

    def __init__(self, steps: Sequence[Titled], *, as_json: bool) -> None:
        self._steps = list(steps)
        self._json = as_json
        self._now: Titled | None = None
        self._detail = ""
        self._since = 0.0

    def outline(self) -> None:
        """Say what the steps are."""
        for number, step in enumerate(self._steps, 1):
            if self._json:
                self._event(step, "todo", "")
            else:
                print(f"  {number}. {step.title}")

    def begin(self, step: Titled) -> None:
        self._now, self._detail, self._since = step, "", time.monotonic()
        if self._json:
            self._event(step, "running", "")
        else:
            place = f"[{self._steps.index(step) + 1}/{len(self._steps)}]"
            print(f"{place} {step.title}", flush=True)

    def say(self, detail: str) -> None:
        """How the step that runs is getting on; the same words twice are said once."""
        if self._now is not None and detail and detail != self._detail:
            self._detail = detail
            if self._json:
                self._event(self._now, "running", detail)
            else:
                print(f"      {detail}", flush=True)

    def end(self, detail: str) -> None:
        self._finish("done", detail)

    def fail(self, why: str) -> None:
        self._finish("failed", why)

    def _finish(self, state: str, detail: str) -> None:
        assert self._now is not None
        if self._json:
            self._event(self._now, state, detail)
        elif state == "failed":
            print(f"      Failed: {detail}", flush=True)
        else:
            print(f"      {detail} ({time.monotonic() - self._since:.1f} s)", flush=True)
        self._now = None

    def _event(self, step: Titled, state: str, detail: str) -> None:
        event = {"step": step.name, "title": step.title, "state": state, "detail": detail}
        print(json.dumps(event), flush=True)
