"""The forms that AWS's services speak, from the server's side: JSON, query, CBOR, REST."""

from __future__ import annotations

from .dialects import Dialect, dialect_of
from .incoming import Answered, Incoming, Response
from .services import service_of

__all__ = ["Answered", "Dialect", "Incoming", "Response", "dialect_of", "service_of"]
