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


class _OlderCodes:
    """A dialect whose errors also carry the code that the query protocol has for them.

    For the clients of a service that spoke it before ("AWS query compatibility", Smithy): they ask
    for it, and go by that code.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.operation = dialect.operation
        self.parameters = dialect.parameters
        self.answer = dialect.answer

    def error(self, problem: ServiceError, request_id: str) -> Answered:
        """The error, and its older code in a header."""
        told = self._dialect.error(problem, request_id)
        fault = "Sender" if problem.status < 500 else "Receiver"
        code = f"{query.CODES.get(problem.code, problem.code)};{fault}"
        return Answered(told.status, {**told.headers, "x-amzn-query-error": code}, told.body)


def dialect_of(service: str, request: Incoming) -> Dialect:
    """The dialect a request is in: its service's, or for a service with several its own form.

    `service` is "" for one that the engine does not run: the request's form is all there is then.
    """
    if cbor.speaks(request) or request.headers("X-Amz-Target"):
        dialect: Dialect = cbor if cbor.speaks(request) else json_rpc
        older = request.headers("x-amzn-query-mode") == "true"
        return _OlderCodes(dialect) if older else dialect
    form = request.headers("Content-Type").startswith("application/x-www-form-urlencoded")
    protocol = _protocol(service)
    if protocol.startswith("rest-"):
        return rest.XML if protocol == "rest-xml" else rest.JSON
    return query if form or protocol == "query" else json_rpc


def _protocol(service: str) -> str:
    return str(service_model(service).metadata["protocol"]) if service else "json"
