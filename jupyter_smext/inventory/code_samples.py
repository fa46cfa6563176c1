"""What can be done with a resource, as code: see it, wait for it, use it, make it again, end it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from ..call_code import boto3_call, boto3_clients, boto3_wait, cli_call, cli_wait
from ..kinds import Kind
from ..kinds.model import loader
from ..protocol import AwsCall, CodeSample
from .clone import parameters_of_answer
from .resources import described, named

if TYPE_CHECKING:
    from .client import Client

_SETTLED = re.compile(r"(InService|CompletedOrStopped|Created)$")


def code_of(kind: Kind, id: str, client: Client, region: str) -> tuple[CodeSample, ...]:
    """Code of a resource. Blocks. Raises ProblemError."""
    resource = described(kind, id, client, None)
    return tuple(_samples(kind, id, resource.definition, region))


def _samples(kind: Kind, id: str, answer: dict[str, Any], region: str) -> Iterator[CodeSample]:
    assert kind.describe_operation is not None
    name = kind.label.lower()
    identity: dict[str, Any] = dict(named(kind, id))
    yield _sample(f"Describe the {name}", AwsCall(kind.describe_operation, identity), region)
    if (waiter := _waiters().get(kind.describe_operation)) is not None:
        yield _waited(f"Wait for the {name}", waiter, identity, region)
    for call in kind.uses:
        yield _sample(
            f"Use the {name}",
            msgspec.structs.replace(call, parameters={**identity, **call.parameters}),
            region,
        )
    if kind.create_operation is not None:
        plain = msgspec.to_builtins(parameters_of_answer(kind, answer))
        yield _sample(f"Create the same {name}", AwsCall(kind.create_operation, plain), region)
    for verb in kind.verbs:
        if not verb.form and verb.on is None:
            parameters: dict[str, Any] = dict(named(kind, id, verb.operation))
            call = AwsCall(verb.operation, parameters)
            yield _sample(f"{verb.label} the {name}", call, region)


def _sample(title: str, call: AwsCall, region: str) -> CodeSample:
    changes = not call.operation.startswith("Describe")
    lines = ["import boto3", "", *boto3_clients((call.service,), region)]
    is_read = call.operation.startswith(("Describe", "Invoke"))
    lines.append(boto3_call(call, "answer" if is_read else ""))
    if call.operation.startswith("Invoke"):
        lines.append("print(answer['Body'].read().decode())")
    elif not changes:
        lines.append("print(answer)")
    return CodeSample(title, "\n".join((*lines, "")), cli_call(call, region) + "\n")


def _waited(title: str, waiter: str, identity: dict[str, Any], region: str) -> CodeSample:
    lines = ["import boto3", "", *boto3_clients(("sagemaker",), region)]
    lines.append(boto3_wait(waiter, identity))
    return CodeSample(title, "\n".join((*lines, "")), cli_wait(waiter, identity, region) + "\n")


@functools.cache
def _waiters() -> dict[str, str]:
    """botocore's waiter, as its clients call it, by the describe operation that it asks."""
    from botocore import xform_name

    found = loader().load_service_model("sagemaker", "waiters-2")["waiters"]
    return {
        str(each["operation"]): xform_name(name)
        for name, each in found.items()
        if _SETTLED.search(name)
    }
