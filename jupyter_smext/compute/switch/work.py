"""One switch at work, as its acts see it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from ...protocol import ComputeName
from .record import Record
from .world import World


class Work(Protocol):
    """The record, the world, and ways to say how it gets on."""

    record: Record
    world: World

    @property
    def packed(self) -> Path:
        """Where its variables are packed."""

    def folder_state(self, at: ComputeName, folder: Path) -> Path:
        """Where it stands what is known of a folder here and on an instance."""

    async def keep(self, **members: Any) -> None:
        """Change the record; it is on the disk when this returns."""

    def tell(self, progress: float | None, words: str) -> None:
        """How the step gets on: 0 to 1 or None, and words."""

    def retitle(self, title: str) -> None:
        """Give the step a title that says more, now that more is known."""

    def add_notes(self, notes: Iterable[str]) -> None:
        """Say what did not come along."""

    def show_kernel(self, kernel_id: str) -> None:
        """Say that the notebook has this kernel now."""
