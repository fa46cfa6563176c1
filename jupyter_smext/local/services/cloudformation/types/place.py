"""What a resource of a stack is made with: the engine's own operations, a name, tags, patience."""

from __future__ import annotations

import abc
import asyncio
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from ....contract import ServiceError, operation_model, parse
from ....faults import as_error
from ...sagemaker import Answer, Call
from ..parameters import text_of

if TYPE_CHECKING:
    from ....engine import Engine

Detail = dict[str, Any]

#: Seconds between two looks at a resource that is under way.
_PAUSE = 0.1
#: How errors name the services.
_SERVICES = {"iam": "Iam", "s3": "S3", "sagemaker": "SageMaker", "cloudformation": "CloudFormation"}


class Failed(Exception):
    """A resource could not be made or deleted; the message is its ResourceStatusReason."""


class Stopped(Exception):
    """Nobody waits for the resource any more."""


@dataclass(frozen=True)
class Made:
    """A resource that was asked for: what Ref gives, what finds it again, what Fn::GetAtt gives."""

    ref: str
    identity: Mapping[str, Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)


class ResourceType(abc.ABC):
    """How resources of one type come and go. Failed and ServiceError are a resource's failure."""

    attributes: ClassVar[tuple[str, ...]] = ()

    def has(self, attribute: str) -> bool:
        """Whether Fn::GetAtt may ask for it."""
        return attribute in self.attributes

    def capability(self, properties: Mapping[str, Any]) -> str | None:
        """The capability that a template with such a resource needs."""
        return None

    async def find(self, place: Place, properties: Detail) -> Made | None:
        """The resource that an engine asked for and died before it could note what came of it.

        None also where to ask again is the same.
        """
        return None

    @abc.abstractmethod
    async def create(self, place: Place, properties: Detail) -> Made:
        """Ask for it; what must wait is for `settle`."""

    async def settle(self, place: Place, made: Made, properties: Detail) -> Made:
        """The resource when it is in service. Raises Stopped as Place.pause does."""
        return made

    @abc.abstractmethod
    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        """Return when nothing is left of it; that it is gone already is no error."""


@dataclass(frozen=True)
class Place:
    """One resource of one stack. `stack` is the stack's record; `stopped` ends all waiting."""

    engine: Engine
    region: str
    stack: Detail
    name: str
    stopped: asyncio.Event

    async def ask(self, service: str, operation: str, **parameters: Any) -> Answer:
        """Have the engine answer an operation as it answers a client. Raises Failed."""
        from ... import SERVICES  # here: the services have this one among them

        model = operation_model(service, operation)
        if model.input_shape is not None:
            for name, shape in model.input_shape.members.items():
                if shape.metadata.get("idempotencyToken"):
                    parameters.setdefault(name, str(uuid.uuid4()))
        try:
            await self._faults(service, operation, parameters)
            given = parse(model.input_shape, parameters)
            return await SERVICES[service](Call(operation, self.region, given, self.engine))
        except ServiceError as error:
            raise Failed(
                f"{error.message} (Service: {_SERVICES.get(service, service)}; "
                f"Status Code: {error.status}; Error Code: {error.code})"
            ) from error

    async def _faults(self, service: str, operation: str, given: Mapping[str, Any]) -> None:
        """Show the faults of an operation that are answers, as a client would meet them."""
        for fault in self.engine.faults.take(operation) if self.engine.faults else ():
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            where = (self.engine.account, self.region, given)
            problem = as_error(fault.kind, service, operation, *where)
            if problem:
                raise problem

    async def pause(self) -> None:
        """Wait a moment. Raises Stopped when the stack needs this resource no longer."""
        if self.stopped.is_set():
            raise Stopped
        try:
            await asyncio.wait_for(self.stopped.wait(), _PAUSE)
        except asyncio.TimeoutError:
            return
        raise Stopped

    def physical_name(self, most: int = 128) -> str:
        """The name that the stack gives: its own, the logical one, and letters of this stack.

        The same each time, so that an engine that died finds what it asked for.
        """
        words = f"{self.stack['StackId']}/{self.name}".encode()
        letters = hashlib.sha256(words).hexdigest()[:12].upper()
        room = most - len(letters) - 2
        stack, name = self.stack["StackName"], self.name
        if len(stack) + len(name) > room:
            stack = stack[: max(room // 2, room - len(name))]
            name = name[: room - len(stack)]
        return f"{stack}-{name}-{letters}"

    def tags(self, own: Sequence[Mapping[str, str]] = ()) -> list[dict[str, str]]:
        """Tags as [{Key, Value}]: the stack's, the resource's own, CloudFormation's.

        Raises Failed for what is none.
        """
        if not isinstance(own, list | tuple) or not all(
            isinstance(tag, dict)
            and {"Key", "Value"} == tag.keys()
            and all(isinstance(one, str | int | float) for one in tag.values())
            for tag in own
        ):
            raise Failed("#/Tags: each tag must have a Key and a Value, and no more.")
        tags = {
            **{tag["Key"]: tag["Value"] for tag in self.stack.get("Tags", ())},
            **{text_of(tag["Key"]): text_of(tag["Value"]) for tag in own},
            **self.marks(),
        }
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    def marks(self) -> dict[str, str]:
        """The tags by which CloudFormation knows what is its own ("Resource tag")."""
        return {
            "aws:cloudformation:stack-name": self.stack["StackName"],
            "aws:cloudformation:stack-id": self.stack["StackId"],
            "aws:cloudformation:logical-id": self.name,
        }
