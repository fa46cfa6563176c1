"""The body of an S3 request on its way in: decoded, hashed and checked, into a blob or memory."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable

from ...contract import ServiceError
from ...object_store.blobs import DIGESTS, Bytes, Draft
from ...wire.incoming import Incoming
from .aws_chunked import Decoder
from .signature import CHUNKED, UNSIGNED, S3Signed
from .threads import in_thread

#: What comes in is handed to a thread in lots of about this many bytes; two lots are in memory.
_LOT = 1 << 19
#: For bodies that are documents: the longest completes an upload of 10,000 parts with checksums.
_DOCUMENT = 4 << 20
_CHECKSUM = "x-amz-checksum-"
_UNKNOWN = frozenset({"xxhash64", "xxhash3", "xxhash128"})

Sink = Callable[[Bytes], object]


class Intake:
    """One body. The event loop feeds it, the service ends it in a thread of its own.

    `open_draft` makes the blob that it goes to, when its first bytes are there, and may refuse by
    raising; without one the body is a document, for `document`.
    """

    def __init__(
        self,
        request: Incoming,
        signed: S3Signed,
        open_draft: Callable[[Intake], Draft] | None,
        *,
        checksummed: bool = True,
    ) -> None:
        """`checksummed`: a checksum in the headers is the body's. Raises ServiceError for headers
        about the body that cannot be."""
        self._request = request
        self._signed = signed
        self._open_draft = open_draft
        self._draft: Draft | None = None
        self._memory = bytearray()
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._feeding: asyncio.Task[None] | None = None
        self._decoder: Decoder | None = None
        self._finished = False
        self.checksums = _given(request) if checksummed else {}
        self._trailing = _trailing(request)
        self.size = self._announced()
        if signed.payload in CHUNKED:
            self._decoder = Decoder(signed.payload, signed.chunks, self._write)
        elif self._trailing:
            message = "x-amz-trailer needs a body in the aws-chunked encoding."
            raise ServiceError("InvalidRequest", message)

    @property
    def algorithms(self) -> set[str]:
        """The checksums that come with the body, by AWS's names."""
        return {*self.checksums, *self._trailing}

    async def receive(self, data: bytes) -> None:
        """Take some more; returns when there is room for the next.

        Raises ServiceError: what is wrong with the body so far.
        """
        self._waiting.append(data)
        self._waiting_size += len(data)
        if self._waiting_size >= _LOT:
            await self.settle()
            lot, self._waiting, self._waiting_size = self._waiting, [], 0
            self._feeding = asyncio.create_task(in_thread(self._feed, lot))

    async def open(self) -> None:
        """Make the blob before its bytes are there. Raises ServiceError where it is refused."""
        await in_thread(self._feed, [])

    async def settle(self) -> None:
        """Wait for the thread that is at work. Raises ServiceError: what it found."""
        task = self._feeding
        if task:
            await task  # more than one may wait: the next lot, and who gives up
            if self._feeding is task:
                self._feeding = None

    def draft(self) -> Draft:
        """The whole body, checked, as a blob that is kept or closed. Call it in a thread.

        Raises ServiceError BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, and more.
        """
        self._finish()
        assert self._draft is not None
        return self._draft

    def document(self) -> bytes:
        """The whole body, checked, of a request that is not about an object's bytes."""
        self._finish()
        return bytes(self._memory)

    def close(self) -> None:
        """Give the blob up unless it is kept. Call it when nothing feeds any more."""
        if self._draft is not None:
            self._draft.close()

    def checksum(self, algorithm: str) -> str:
        """The checksum of the body in base64, as calculated."""
        return base64.b64encode(self._digest(algorithm)).decode()

    def _announced(self) -> int:
        coded = self._signed.payload in CHUNKED
        name = "x-amz-decoded-content-length" if coded else "Content-Length"
        text = self._request.headers(name)
        if not text and self._open_draft is None:
            text = "0"
        if not text.isdecimal():
            message = f"You must provide the {name} HTTP header."
            raise ServiceError("MissingContentLength", message, 411)
        return int(text)

    def _feed(self, lot: list[bytes]) -> None:
        if self._open_draft and self._draft is None:
            self._draft = self._open_draft(self)
        if not self._decoder:
            self._write(*lot)
            return
        for data in lot:
            self._decoder.feed(data)

    def _write(self, *pieces: Bytes) -> None:
        if self._draft is not None:
            if self._draft.size + sum(len(piece) for piece in pieces) > self.size:
                raise _incomplete()
            self._draft.write(*pieces)
            return
        for piece in pieces:
            self._memory += piece
        if len(self._memory) > _DOCUMENT:
            raise ServiceError("MaxMessageLengthExceeded", "Your request was too big.")

    def _finish(self) -> None:
        if self._finished:
            return
        self._feed(self._waiting)
        self._waiting = []
        if self._decoder:
            self._decoder.finish()
            self._take_trailers(self._decoder)
        size = self._draft.size if self._draft is not None else len(self._memory)
        if size != self.size and (self._open_draft or self._decoder):
            raise _incomplete()
        payload = self._signed.payload
        if payload != UNSIGNED and payload not in CHUNKED:
            if self._digest("SHA256").hex() != payload:
                message = (
                    "The provided 'x-amz-content-sha256' header does not match what was computed."
                )
                raise ServiceError("XAmzContentSHA256Mismatch", message)
        self._check_md5()
        for algorithm, given in self.checksums.items():
            if self.checksum(algorithm) != given:
                message = f"The {algorithm} you specified did not match the calculated checksum."
                raise ServiceError("BadDigest", message)
        self._finished = True

    def _check_md5(self) -> None:
        given = self._request.headers("Content-MD5")
        if not given:
            return
        right = self.checksum("MD5")
        if len(given) != len(right) or not _is_base64(given):
            raise ServiceError("InvalidDigest", "The Content-MD5 you specified was invalid.")
        if given != right:
            message = "The Content-MD5 you specified did not match what we received."
            more = {"ExpectedDigest": given, "CalculatedDigest": right}
            raise ServiceError("BadDigest", message, members=more)

    def _take_trailers(self, decoder: Decoder) -> None:
        for algorithm in self._trailing:
            given = decoder.trailers.get(_CHECKSUM + algorithm.lower())
            if given is None:
                message = f"The trailer {_CHECKSUM}{algorithm.lower()} was announced and not sent."
                raise ServiceError("MalformedTrailerError", message)
            self.checksums[algorithm] = _checked(algorithm, given)

    def _digest(self, algorithm: str) -> bytes:
        if self._draft is not None:
            return self._draft.digest(algorithm)
        digest = DIGESTS[algorithm]()
        digest.update(self._memory)
        return digest.digest()

    def digests(self, *, part: bool) -> set[str]:
        """What a blob has to be hashed by, for its ETag and the checks that its body asks for.

        An object put whole has its MD5 for an ETag. A multipart upload's "is not an MD5 digest"
        (docs of Object): a `part` is spared it, the slowest of all, where its SHA-256 is there.
        """
        payload = self._signed.payload
        found = set(self.algorithms)
        if payload != UNSIGNED and payload not in CHUNKED:
            found.add("SHA256")
        if not part or "SHA256" not in found or self._request.headers("Content-MD5"):
            found.add("MD5")
        return found


def _given(request: Incoming) -> dict[str, str]:
    """The checksum in the headers, by AWS's name of its algorithm."""
    found = {}
    for name in request.header_names:
        ending = name.removeprefix(_CHECKSUM)
        if ending == name or ending in ("mode", "algorithm", "type"):
            continue
        algorithm = _known(ending)
        found[algorithm] = _checked(algorithm, request.headers(name))
    if len(found) > 1:
        message = (
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
        raise ServiceError("InvalidRequest", message)
    return found


def _trailing(request: Incoming) -> set[str]:
    names = [name.strip().lower() for name in request.headers("x-amz-trailer").split(",")]
    return {_known(name.removeprefix(_CHECKSUM)) for name in names if name.startswith(_CHECKSUM)}


def _known(ending: str) -> str:
    algorithm = ending.upper()
    if algorithm in DIGESTS:
        return algorithm
    known = ", ".join(sorted(DIGESTS))
    why = (
        f"The local engine does not calculate {algorithm}; it knows {known}."
        if ending in _UNKNOWN
        else f"The algorithm type you specified in x-amz-checksum- header is invalid: {ending[:64]}"
    )
    raise ServiceError("InvalidRequest", why)


def _checked(algorithm: str, given: str) -> str:
    if not _is_base64(given) or len(base64.b64decode(given)) != len(DIGESTS[algorithm]().digest()):
        message = f"Value for {_CHECKSUM}{algorithm.lower()} header is invalid."
        raise ServiceError("InvalidRequest", message)
    return given


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


def _incomplete() -> ServiceError:
    message = "You did not provide the number of bytes specified by the Content-Length HTTP header"
    return ServiceError("IncompleteBody", message)
