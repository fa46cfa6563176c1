"""What an object holds, as far as it is shown: told by its bytes first, then by its name."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from ..aws.errors import ProblemError
from ..protocol import Problem, S3Object, S3Preview
from .archive import tar_members, zip_members
from .asked import Place
from .parquet import read_parquet
from .reading import HEAD, Head, read_facts, read_head
from .text import decoded, text_preview
from .uri import name_of, split

IMAGE_BYTES = 20_000_000
"""Of a picture that is shown."""

# What browsers draw. SVG is no picture here but a text: it can hold scripts.
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)


def object_of(place: Place, uri: str) -> S3Object:
    """What S3 says of an object, with a preview of it. Blocks.

    Raises ProblemError where S3 says nothing; where it gives only no bytes, `problem` says why.
    """
    try:
        head = read_head(place, uri)
    except ProblemError as error:
        # Archived, or encrypted with a key of others: what it is may be asked for all the same.
        if error.problem.cause not in ("conflict", "denied"):
            raise
        try:
            facts = read_facts(place, uri)
        except ProblemError:
            raise error from None
        return _object(uri, int(facts["ContentLength"]), facts, None, error.problem)
    problem = None
    shown: S3Preview | None = None
    try:
        shown = preview(place, head)
    except ProblemError as error:
        problem = error.problem
    return _object(uri, head.size, head.answer, shown, problem)


def _object(
    uri: str,
    size: int,
    answer: Mapping[str, Any],
    shown: S3Preview | None,
    problem: Problem | None,
) -> S3Object:
    modified = answer.get("LastModified")
    return S3Object(
        uri=uri,
        size=size,
        modified=modified.timestamp() if modified else None,
        content_type=str(answer.get("ContentType", "")),
        etag=str(answer.get("ETag", "")).strip('"'),
        version=answer.get("VersionId"),
        storage=answer.get("StorageClass", "STANDARD"),
        encryption=answer.get("ServerSideEncryption"),
        kms_key=answer.get("SSEKMSKeyId"),
        metadata=dict(answer.get("Metadata", {})),
        preview=shown,
        problem=problem,
    )


def preview(place: Place, head: Head) -> S3Preview:
    """What is shown of an object. Blocks. Raises ProblemError."""
    content = head.content
    name = name_of(split(head.uri)[1]).lower()
    if not head.size:
        return S3Preview("none", note="The object is empty.")
    media_type = image_type(content)
    if media_type is not None:
        if head.size > IMAGE_BYTES:
            return S3Preview("none", note="The picture is too large to be shown: download it.")
        return S3Preview("image", media_type=media_type)
    if content.startswith(b"PAR1"):
        return read_parquet(place, head)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return zip_members(place, head)
    if content.startswith(b"\x1f\x8b"):
        return _gzip(place, head, name)
    if is_tar(content):
        return tar_members(place, head, packed=False)
    return text_preview(content, head.whole, name, str(head.answer.get("ContentType", "")))


def image_type(content: bytes) -> str | None:
    """The media type of a picture that browsers draw, by its first bytes."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    found = next((type for magic, type in _IMAGES if content.startswith(magic)), None)
    # Two letters alone would take many a text for a picture.
    if found == "image/bmp" and content[6:10] != bytes(4):
        return None
    return found


def is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"


def _gzip(place: Place, head: Head, name: str) -> S3Preview:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = inflate.decompress(head.content, HEAD)
    except zlib.error as error:
        return S3Preview("none", note=f"It begins as gzip does, but does not unpack: {error}.")
    if is_tar(content) or name.endswith((".tar.gz", ".tgz")):
        return tar_members(place, head, packed=True)
    whole = head.whole and inflate.eof and not inflate.unused_data
    inner = name.removesuffix(".gz")
    if not content:
        return S3Preview("none", whole, "It unpacks to nothing.")
    if decoded(content, whole) is None:
        return S3Preview("none", whole, "It unpacks to what is no text: download it.")
    return text_preview(content, whole, inner, "")
