"""One dialect per protocol: finds a request's operation, reads it, words answers and errors."""

from __future__ import annotations

from typing import Any, Protocol

from botocore.model import OperationModel

from ..contract import ServiceError, service_model
from . import cbor, json_rpc, query, rest
from .incoming import Answered, Incoming, Response


class Dialect(Protocol):
    """What a protocol provides. ServiceError is raised for what is not understood."""

    def operation(self, service: str, request: Incoming) -> str:
        """The name of the operation that a request is for."""

    def parameters(self, model: OperationModel, request: Incoming) -> dict[str, Any]:
        """A request's parameters, checked against the model."""

    def answer(
        self, model: OperationModel, value: dict[str, Any], response: Response, request_id: str
    ) -> Answered:
        """The answer in this protocol."""

    def error(self, problem: ServiceError, request_id: str) -> Answered:
        """The error in this protocol."""


def dialect_of(service: str, request: Incoming) -> Dialect:
    """The dialect a request is in: its service's, or for a service with several its own form.

    `service` is "" for one that the engine does not run: the request's form is all there is then.
    """
    if cbor.speaks(request):
        return cbor
    if request.headers("X-Amz-Target"):
        return json_rpc
    form = request.headers("Content-Type").startswith("application/x-www-form-urlencoded")
    protocol = _protocol(service)
    if protocol.startswith("rest-"):
        return rest.XML if protocol == "rest-xml" else rest.JSON
    return query if form or protocol == "query" else json_rpc


def _protocol(service: str) -> str:
    return str(service_model(service).metadata["protocol"]) if service else "json"
