"""Data capture: a sample of an endpoint's requests and answers, as JSON lines in S3."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import random
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...contract import ServiceError
from ...object_store.objects import Facts

if TYPE_CHECKING:
    from ...engine import Engine

#: How long lines wait for others before they become an object.
_SECONDS = 3.0
_BYTES = 4 << 20

Detail = dict[str, Any]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Exchange:
    """One invocation: bodies as they were, and what was said of their types."""

    variant: str
    request: bytes
    content_type: str
    answer: bytes
    answer_type: str
    inference_id: str = ""
    custom_attributes: str = ""
    when: float = field(default_factory=time.time)


class Capture:
    """Collects lines and writes them in the layout of "Capture data from real-time endpoint".

    PREFIX/ENDPOINT/VARIANT/yyyy/mm/dd/hh/mm-ss-sss-UUID.jsonl, hours in UTC.
    """

    def __init__(self, engine: Engine, region: str, endpoint: str) -> None:
        self._engine = engine
        self._region = region
        self._endpoint = endpoint
        self._lines: dict[tuple[str, str], list[str]] = {}
        self._size = 0
        self._task: asyncio.Task[None] | None = None

    def wants(self, config: Mapping[str, Any] | None) -> bool:
        """Whether this invocation is one of the sample."""
        if not config or not config.get("EnableCapture", True):
            return False
        return random.random() * 100 < float(config["InitialSamplingPercentage"])

    def add(self, config: Mapping[str, Any], exchange: Exchange) -> None:
        """Take one invocation."""
        line = json.dumps(_line(config, exchange), separators=(",", ":"))
        where = (str(config["DestinationS3Uri"]), exchange.variant)
        self._lines.setdefault(where, []).append(line)
        self._size += len(line)
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._later())

    async def close(self) -> None:
        """Write what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._write()

    async def _later(self) -> None:
        for _ in range(int(_SECONDS * 10)):
            await asyncio.sleep(0.1)
            if self._size > _BYTES:
                break
        await self._write()

    async def _write(self) -> None:
        lines, self._lines, self._size = self._lines, {}, 0
        for (uri, variant), texts in lines.items():
            now = time.time()
            stamp = time.strftime("%Y/%m/%d/%H/%M-%S", time.gmtime(now))
            name = f"{stamp}-{int(now * 1000) % 1000:03}-{uuid.uuid4()}.jsonl"
            key = f"{self._endpoint}/{variant}/{name}"
            data = "".join(f"{text}\n" for text in texts).encode()
            try:
                await asyncio.to_thread(put, self._engine, uri, key, data, "application/json")
            except ServiceError as error:
                # AWS drops them as well, and an invocation does not fail for it.
                _log.warning("%d captured lines of %s are lost: %s", len(texts), key, error)


def put(engine: Engine, uri: str, below: str, data: bytes, content_type: str) -> None:
    """Write an object below an S3 URI. Blocking. Raises ServiceError."""
    bucket, prefix = engine.objects.split_uri(uri)
    key = f"{prefix.rstrip('/')}/{below}" if prefix and below else prefix or below
    engine.objects.bucket(bucket)
    with engine.objects.blobs.draft() as draft:
        engine.disk.require(len(data))
        draft.write(data)
        engine.objects.put(bucket, key, draft, Facts(headers={"content-type": content_type}))


def _line(config: Mapping[str, Any], exchange: Exchange) -> Detail:
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    both = "InputAndOutput" in modes
    captured: Detail = {}
    if both or "Input" in modes:
        side = _side(config, exchange.request, exchange.content_type)
        captured["endpointInput"] = {**side, "mode": "INPUT"}
    if both or "Output" in modes:
        side = _side(config, exchange.answer, exchange.answer_type)
        captured["endpointOutput"] = {**side, "mode": "OUTPUT"}
    event: Detail = {
        "eventId": str(uuid.uuid4()),
        "inferenceTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(exchange.when)),
    }
    if exchange.inference_id:
        event["inferenceId"] = exchange.inference_id
    if exchange.custom_attributes:
        event["customAttributes"] = [exchange.custom_attributes]
    return {"captureData": captured, "eventMetadata": event, "eventVersion": "0"}


def _side(config: Mapping[str, Any], body: bytes, content_type: str) -> Detail:
    """A body as its type's header was configured: CSV and JSON as text, all else in base64."""
    types = config.get("CaptureContentTypeHeader", {})
    plain = content_type.split(";")[0].strip()
    encoding = "BASE64"
    for member, name in (("CsvContentTypes", "CSV"), ("JsonContentTypes", "JSON")):
        if {plain, content_type} & set(types.get(member, ())):
            encoding = name
    try:
        data = body.decode() if encoding != "BASE64" else base64.b64encode(body).decode()
    except UnicodeDecodeError:
        encoding, data = "BASE64", base64.b64encode(body).decode()
    return {"observedContentType": content_type, "data": data, "encoding": encoding}
