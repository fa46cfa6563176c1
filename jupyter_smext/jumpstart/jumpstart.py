"""JumpStart of one Jupyter server: the catalogue, the documents, the pages, the notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .catalogue import Catalogue
from .document_store import Documents
from .notebooks import Notebooks
from .pages import Pages

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


class JumpStart:
    """`home` holds what was read of JumpStart, to be there at once after a restart."""

    def __init__(self, sessions: Sessions, home: Path) -> None:
        self.documents = Documents(sessions, home)
        self.catalogue = Catalogue(sessions, self.documents, home)
        self.notebooks = Notebooks(sessions, self.catalogue, self.documents)
        self.pages = Pages(sessions, self.catalogue, self.documents, home)

    async def close(self) -> None:
        """Read no more."""
        await self.catalogue.close()
