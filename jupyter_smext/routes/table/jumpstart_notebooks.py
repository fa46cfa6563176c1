"""Routes of JumpStart's notebooks."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..jumpstart_notebooks import JumpStartNotebookCopiesHandler, JumpStartNotebooksHandler
from ..route import PLACE, Route

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "jumpstart/notebooks",
            "Notebooks of the hubs, and those of the models whose documents were read",
            PLACE,
            answer=protocol.JumpStartNotebooks,
        ),
        JumpStartNotebooksHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/notebooks/open",
            "Copy a notebook into a folder; one that is there already stays",
            body=protocol.NotebookCopyRequest,
            answer=protocol.NotebookCopy,
        ),
        JumpStartNotebookCopiesHandler,
    ),
)
