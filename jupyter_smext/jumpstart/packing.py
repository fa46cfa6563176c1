"""A model of JumpStart and its script as one archive, made for its launch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..aws import model_archive
from .model_container import Packing
from .s3_places import is_cache_bucket

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


def pack(
    sessions: Sessions,
    connection: str,
    region: str,
    packing: Packing,
    progress: model_archive.Progress,
) -> str:
    """As `model_archive.pack`; JumpStart's own buckets are read unsigned."""
    place = sessions, connection, region
    uris = packing.model, packing.script, packing.to
    return model_archive.pack(*place, *uris, progress, public=is_cache_bucket)


def delete_packed(sessions: Sessions, connection: str, region: str, packing: Packing) -> None:
    """Delete what was packed, if it is there. Blocking. Raises ProblemError."""
    model_archive.delete_packed(sessions, connection, region, packing.to)
