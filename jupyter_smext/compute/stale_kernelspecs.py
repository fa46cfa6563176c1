"""Kernelspecs of places that are no longer up, whoever stopped or deleted them."""

from __future__ import annotations

from ..kinds import kind, parameters_of, row_id
from ..protocol import Inventory, Page
from . import kernelspecs

#: The kinds whose rows tell it: a space is up when its app is.
KINDS = frozenset(("notebook-instance", "app"))

_UP = frozenset(("InService", "Pending", "Updating"))


def remove_stale(inventory: Inventory) -> list[str]:
    """Take away those of what is not up by the rows that are known; their names.

    What was not read, or not now, tells nothing.
    """
    pages = {page.kind: page for page in inventory.pages if page.read_at and not page.problem}
    up = {}
    if "notebook-instance" in pages:
        up["notebook-instance"] = _up(pages["notebook-instance"])
    if "app" in pages:
        up["space"] = {_space_of(app) for app in _up(pages["app"])}
    gone = []
    for at in kernelspecs.places():
        mine = (at.connection, at.region) == (inventory.connection, inventory.region)
        if mine and at.kind in up and at.id not in up[at.kind]:
            gone += kernelspecs.remove(at)
    return gone


def _up(page: Page) -> set[str]:
    return {row.id for row in page.rows if row.status in _UP}


def _space_of(app: str) -> str:
    named = parameters_of(kind("app"), app)
    return row_id(kind("space"), named) if "SpaceName" in named else ""
