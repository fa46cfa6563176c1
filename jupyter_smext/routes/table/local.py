"""Routes of the local engine."""

from __future__ import annotations

from ... import protocol
from ..demo import DemoHandler, DemoStopHandler
from ..handler import SmextHandler
from ..local import LocalHandler, LocalStartHandler
from ..route import REGION, Route

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (Route("GET", "local", "The local engine", answer=protocol.LocalEngine), LocalHandler),
    (
        Route("POST", "local/start", "Start the local engine", answer=protocol.LocalEngine),
        LocalStartHandler,
    ),
    (
        Route("GET", "local/demo", "The demo: its steps, and how far it is", answer=protocol.Demo),
        DemoHandler,
    ),
    (
        Route(
            "POST",
            "local/demo",
            "Fill the local engine with the demo; what is there already is kept",
            (REGION,),
            answer=protocol.Demo,
        ),
        DemoHandler,
    ),
    (
        Route("POST", "local/demo/stop", "Stop the demo that runs", answer=protocol.Demo),
        DemoStopHandler,
    ),
)
