"""Calls as Python that makes them by boto3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..protocol import AwsCall
from .python_source import called, literal


def boto3_script(calls: Iterable[AwsCall], region: str) -> str:
    """The calls one after the other, with what they need before."""
    made = tuple(calls)
    lines = ["import boto3", "", *boto3_clients((call.service for call in made), region)]
    for call in made:
        lines += ["", boto3_call(call)]
    return "\n".join((*lines, ""))


def boto3_clients(services: Iterable[str], region: str) -> list[str]:
    """A client of each service, in a variable of its name."""
    place = f"region_name={literal(region)}"
    return [
        f"{_variable(each)} = boto3.client({literal(each)}, {place})"
        for each in dict.fromkeys(services)
    ]


def boto3_call(call: AwsCall, answer: str = "") -> str:
    """One call; `answer` is the variable that takes what it answers."""
    from botocore import xform_name

    source = called(f"{_variable(call.service)}.{xform_name(call.operation)}", call.parameters)
    return f"{answer} = {source}" if answer else str(source)


def boto3_wait(waiter: str, waits_for: Mapping[str, Any]) -> str:
    """Wait by botocore's `waiter` of SageMaker."""
    return str(called(f"sagemaker.get_waiter({literal(waiter)}).wait", waits_for))


def _variable(service: str) -> str:
    return service.replace("-", "_")
