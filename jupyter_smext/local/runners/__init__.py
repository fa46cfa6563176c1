"""Runners put real local processes behind the kinds that compute; this is the table of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..engine import Engine


class Runner(Protocol):
    """What gives one or more kinds their real processes."""

    nouns: tuple[str, ...]

    def __init__(self, engine: Engine) -> None: ...

    async def recover(self) -> None:
        """Bring records and processes to agreement, after a restart or a kill -9."""

    async def close(self) -> None:
        """End every process this runner started."""


#: Modules with a runner, and the class in each. A module registers its operations when imported.
#: What works through the others' operations is behind them: it recovers last and closes first.
_TABLE: tuple[tuple[str, str], ...] = (
    (".jupyter.notebook", "NotebookRunner"),
    (".jupyter.studio_apps", "AppRunner"),
    (".endpoint.operations", "EndpointRunner"),
    (".training.operations", "TrainingRunner"),
    ("..services.cloudformation.runner", "StackRunner"),
)

RUNNERS: tuple[type[Runner], ...] = tuple(
    getattr(import_module(module, __name__), name) for module, name in _TABLE
)
