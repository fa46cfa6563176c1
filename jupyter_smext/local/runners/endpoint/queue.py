"""Asynchronous invocations: kept in the store until they are done, their results put to S3."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
import uuid
from collections import deque
from typing import TYPE_CHECKING, Any

from ...contract import ServiceError
from ...object_store.objects import Objects
from ..supervision import machine
from .capture import put
from .invocation import invoke

if TYPE_CHECKING:
    from ...engine import Engine
    from .runner import Live

#: The private noun of what waits; it has no ARN and no API.
_NOUN = "_AsyncInvocation"

#: Defaults of InvokeEndpointAsync: RequestTTLSeconds and InvocationTimeoutSeconds.
_TTL_SECONDS = 6 * 3600
_TIMEOUT_SECONDS = 900
#: "Asynchronous inference": payloads up to 1 GB.
_LARGEST = 1_000_000_000

Detail = dict[str, Any]

_log = logging.getLogger(__name__)


class Queue:
    """The asynchronous invocations of one endpoint, first come first served."""

    def __init__(self, engine: Engine, live: Live) -> None:
        self._engine = engine
        self._live = live
        self._waiting: deque[str] = deque()
        self._comes = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []
        self._started = False

    def start(self) -> None:
        """Take up what a run before has left, once; then as many workers as the config allows."""
        deployment = self._live.deployment
        assert deployment is not None
        if deployment.asynchronous is None:
            return
        if not self._started:
            self._started = True
            left = [
                (detail["accepted"], key)
                for _, key, detail in self._engine.store.all(_NOUN, self._live.region)
                if detail["endpoint"] == self._live.arn
            ]
            self._waiting.extend(key for _, key in sorted(left))
            if self._waiting:
                self._comes.set()
        given = deployment.asynchronous.get("ClientConfig", {})
        each = given.get("MaxConcurrentInvocationsPerInstance", machine().cpus)
        wanted = each * sum(one.settings.count for one in deployment.variants.values())
        while len(self._workers) < wanted:
            self._workers.append(asyncio.ensure_future(self._work()))
        for surplus in self._workers[wanted:]:
            surplus.cancel()
        del self._workers[wanted:]

    def accept(self, given: Detail) -> Detail:
        """Keep an invocation (members of InvokeEndpointAsync): where its result will be.

        Raises ServiceError.
        """
        deployment = self._live.deployment
        if deployment is None or deployment.asynchronous is None:
            raise ServiceError(
                "ValidationError",
                f"Endpoint {self._live.name} of account {self._engine.account} is not an "
                "asynchronous endpoint: its configuration has no AsyncInferenceConfig.",
            )
        body = given.get("Body") or b""
        if bool(body) == ("InputLocation" in given):
            raise ServiceError("ValidationError", "Give either an InputLocation or a Body.")
        if not body:
            _check_uri("InputLocation", given["InputLocation"])
        output = deployment.asynchronous["OutputConfig"]
        name = str(uuid.uuid4())
        inference = given.get("InferenceId") or str(uuid.uuid4())
        target = output.get("S3OutputPath", "")
        _check_uri("S3OutputPath", target)
        extension = given.get("S3OutputPathExtension", "").strip("/")
        parts = [target.rstrip("/"), extension, given.get("Filename") or f"{name}.out"]
        answer = {
            "InferenceId": inference,
            "OutputLocation": "/".join(part for part in parts if part),
        }
        if output.get("S3FailurePath"):
            answer["FailureLocation"] = f"{output['S3FailurePath'].rstrip('/')}/{name}-error.out"
        now = time.time()
        detail = {
            "endpoint": self._live.arn,
            "accepted": now,
            "expires": now + given.get("RequestTTLSeconds", _TTL_SECONDS),
            "seconds": given.get("InvocationTimeoutSeconds", _TIMEOUT_SECONDS),
            "body": base64.b64encode(body).decode(),
            "given": {
                member: given[member]
                for member in ("ContentType", "Accept", "CustomAttributes", "InputLocation")
                if member in given
            },
            "_arn": None,
            **answer,
        }
        self._engine.store.put(self._live.region, _NOUN, name, detail)
        self._waiting.append(name)
        self._comes.set()
        return answer

    async def close(self) -> None:
        """Stop the workers; what waits stays in the store."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    @staticmethod
    def forget(engine: Engine, region: str, arn: str) -> None:
        """Drop what waits for an endpoint that is deleted, as AWS does. Blocking."""
        for _, key, detail in engine.store.all(_NOUN, region):
            if detail["endpoint"] == arn:
                engine.store.delete(region, _NOUN, key)

    async def _work(self) -> None:
        while True:
            while not self._waiting:
                self._comes.clear()
                await self._comes.wait()
            name = self._waiting.popleft()
            try:
                await self._one(name)
            except asyncio.CancelledError:
                self._waiting.appendleft(name)
                raise
            except Exception:
                _log.exception("An asynchronous invocation of %s", self._live.arn)

    async def _one(self, name: str) -> None:
        region = self._live.region
        detail = self._engine.store.get(region, _NOUN, name)
        if detail is None:
            return
        try:
            body = await asyncio.to_thread(self._input, detail)
            given = {**detail["given"], "Body": body, "InferenceId": detail["InferenceId"]}
            reply = await invoke(self._engine, self._live, given, seconds=detail["seconds"])
            where, data, kind = detail["OutputLocation"], reply.body, reply.content_type
        except ServiceError as error:
            where, kind = detail.get("FailureLocation", ""), "text/plain"
            data = error.message.encode()
        if where:
            try:
                await asyncio.to_thread(put, self._engine, where, "", data, kind)
            except ServiceError as error:
                _log.warning("The result of %s could not be put to %s: %s", name, where, error)
        self._engine.store.delete(region, _NOUN, name)

    def _input(self, detail: Detail) -> bytes:
        """The request's body. Blocking. Raises ServiceError."""
        if time.time() > detail["expires"]:
            raise ServiceError(
                "ValidationError", "The request is older than its RequestTTLSeconds."
            )
        if detail["body"]:
            return base64.b64decode(detail["body"])
        bucket, key = self._engine.objects.split_uri(detail["given"]["InputLocation"])
        size = self._engine.objects.find(bucket, key).size
        if size > _LARGEST:
            raise ServiceError(
                "ValidationError", f"The input has {size} bytes; {_LARGEST} are the most."
            )
        with self._engine.objects.open(bucket, key) as file:
            return file.read()


def _check_uri(member: str, uri: str) -> None:
    try:
        Objects.split_uri(uri)
    except ServiceError as error:
        raise ServiceError("ValidationError", f"{member}: {error.message}") from None
