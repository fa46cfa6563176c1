"""Every resource of a connection and region: listed, described, changed, announced."""

from .inventories import Inventories
from .watched import Watched

__all__ = ["Inventories", "Watched"]
