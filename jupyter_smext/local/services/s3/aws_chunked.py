"""The aws-chunked coding of a body: chunks with a size and a signature, and trailing headers."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from hashlib import sha256

from ...contract import ServiceError
from ...signature import BAD_SIGNATURE
from .signature import SIGNED_TRAILER, UNSIGNED_TRAILER, Chunks

_LINE = 16 << 10
_HEAD = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER = re.compile(r"([a-zA-Z0-9-]{1,128}):(.*)")
_SIGNATURE = "x-amz-trailer-signature"


class Decoder:
    """Takes a coded body in any pieces and hands its bytes on, each chunk proven once it ends.

    Amazon S3 API Reference: "Signature calculations: transferring payload in multiple chunks", and
    "... with trailing headers".
    """

    def __init__(
        self, payload: str, chunks: Chunks | None, write: Callable[[memoryview], None]
    ) -> None:
        self._chunks = chunks
        self._before = chunks.seed if chunks else ""
        self._trails = payload in (SIGNED_TRAILER, UNSIGNED_TRAILER)
        self._write = write
        self._line = bytearray()
        self._state = "head"
        self._left = 0
        self._claimed = ""
        self._hash = sha256()
        self._lines: list[str] = []
        self.trailers: dict[str, str] = {}

    def feed(self, data: bytes) -> None:
        """Take more of the body. Raises ServiceError SignatureDoesNotMatch, IncompleteBody."""
        view = memoryview(data)
        while view:
            if self._state == "data":
                taken = view[: self._left]
                if self._chunks:
                    self._hash.update(taken)
                self._write(taken)
                self._left -= len(taken)
                view = view[len(taken) :]
                if not self._left:
                    self._prove()
                    self._state = "end"
            else:
                view = self._read_line(view)

    def finish(self) -> None:
        """The body is over. Raises ServiceError when it should not be."""
        if self._state == "trailer" and not self._line:
            self._end_trailers()  # the last empty line is not always sent
        if self._state != "done":
            raise _malformed()

    def _read_line(self, view: memoryview) -> memoryview:
        # The end of a line may come in the next piece, so a line is looked for in what is kept.
        piece = bytes(view[:_LINE])
        end = piece.find(b"\n")
        taken = piece if end < 0 else piece[: end + 1]
        self._line += taken
        if len(self._line) > _LINE:
            raise _malformed()
        if end >= 0:
            line = bytes(self._line)
            self._line.clear()
            if not line.endswith(b"\r\n"):
                raise _malformed()
            self._take(line[:-2])
        return view[len(taken) :]

    def _take(self, line: bytes) -> None:
        if self._state == "head":
            found = _HEAD.fullmatch(line)
            if found is None or (self._chunks is not None) != (found[2] is not None):
                raise _malformed()
            self._left = int(found[1], 16)
            self._claimed = (found[2] or b"").decode()
            if self._left:
                self._state = "data"
            else:
                self._prove()
                self._state = "trailer" if self._trails else "last"
        elif self._state == "end" and not line:
            self._state = "head"
        elif self._state == "last" and not line:
            self._state = "done"
        elif self._state == "trailer":
            if line:
                self._lines.append(line.decode("latin-1"))
            else:
                self._end_trailers()
        else:
            raise _malformed()

    def _prove(self) -> None:
        if self._chunks:
            signature = self._chunks.signature(self._before, self._hash.hexdigest())
            self._same(signature, self._claimed)
            self._before = signature
            self._hash = sha256()

    def _end_trailers(self) -> None:
        signed = ""
        claimed = ""
        for line in self._lines:
            found = _TRAILER.fullmatch(line)
            if found is None:
                raise _malformed()
            name, value = found[1].lower(), found[2].strip()
            if name == _SIGNATURE:
                claimed = value
            else:
                signed += f"{name}:{value}\n"
                self.trailers[name] = value
        if self._chunks:
            self._same(
                self._chunks.trailer(self._before, sha256(signed.encode()).hexdigest()), claimed
            )
        self._state = "done"

    @staticmethod
    def _same(right: str, given: str) -> None:
        if not hmac.compare_digest(right.encode(), given.encode()):
            raise ServiceError("SignatureDoesNotMatch", BAD_SIGNATURE, 403)


def _malformed() -> ServiceError:
    message = "The request body is not in the aws-chunked encoding that its headers announce."
    return ServiceError("IncompleteBody", message)
