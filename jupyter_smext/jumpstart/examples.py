"""Example requests of a model's document, with the files of JumpStart's that they name.

How a body names a file is that of the SDK's `jumpstart/payload_utils.py`: `$s3<KEY>` is the file,
`$s3_b64<KEY>` within a text its bytes in base64. Both are of JumpStart's bucket of the region.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from ..aws.errors import ProblemError, problem
from ..protocol import ExampleBody, ExampleRequest
from .document_json import hostile
from .invocation import LONGEST
from .public_objects import read_object
from .s3_places import cache_bucket, check_key

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from .model_document import Payload

_KEY = r"<(?P<key>[\w/.-]+)>"
_FILE = re.compile(rf"\$s3{_KEY}", re.ASCII)
_IN_TEXT = re.compile(rf"\$s3_b64{_KEY}", re.ASCII)

#: Files that one example may name.
_FILES = 8


def examples_of(payloads: Mapping[str, Payload]) -> Iterator[ExampleRequest]:
    """The samples of a document; those with files are without a body until it is asked for."""
    for name, payload in payloads.items():
        text = _text(payload)
        if text is not None:
            body = None if _FILE.fullmatch(text) or _IN_TEXT.search(text) else text
            yield ExampleRequest(name, payload.content_type, payload.accept, body)


def example_body(
    sessions: Sessions,
    connection: str,
    region: str,
    payloads: Mapping[str, Payload],
    name: str,
) -> ExampleBody:
    """What one sample sends, its files read. Blocking.

    Raises ProblemError: there is no such sample, a file cannot be read, or it is too long.
    """
    text = _text(payloads[name]) if name in payloads else None
    if text is None:
        raise ProblemError(
            problem(
                "not_found",
                "The model has no such example",
                f"{name[:200]!r} is not in its document.",
                "Choose another one, or an input of your own.",
            )
        )

    def read(key: str, room: int) -> bytes:
        check_key(key)
        found = read_object(sessions, connection, region, cache_bucket(region), key, room)
        assert found is not None, "no ETag was given"
        return found.body

    if whole := _FILE.fullmatch(text):
        key = whole["key"]
        return ExampleBody(read(key, LONGEST), key.rpartition("/")[2])
    keys = dict.fromkeys(found["key"] for found in _IN_TEXT.finditer(text))
    if len(keys) > _FILES:
        raise hostile("An example names too many files", f"{name[:200]!r} has {len(keys)}.")
    # Base64 makes four bytes of three.
    room, inside = LONGEST * 3 // 4, {}
    for key in keys:
        content = read(key, room)
        room -= len(content)
        inside[key] = base64.b64encode(content).decode()
    body = _IN_TEXT.sub(lambda found: inside[found["key"]], text).encode()
    if len(body) > LONGEST:
        raise hostile("An example is longer than an endpoint takes", f"{name[:200]!r}")
    return ExampleBody(body, None)


def _text(payload: Payload) -> str | None:
    body = payload.body
    return body if body is None or isinstance(body, str) else msgspec.json.encode(body).decode()
