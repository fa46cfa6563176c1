"""Calls as commands of the AWS CLI, for bash."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from ..protocol import AwsCall

_TO_A_FILE = ("InvokeEndpoint",)


def cli_script(calls: Iterable[AwsCall], region: str) -> str:
    """The calls one after the other; it ends at the first that fails."""
    lines = ["set -e"]
    for call in calls:
        lines += ["", cli_call(call, region)]
    return "\n".join((*lines, ""))


def cli_call(call: AwsCall, region: str) -> str:
    from botocore import xform_name

    command = f"aws {call.service} {xform_name(call.operation, '-')} --region {shlex.quote(region)}"
    if call.parameters:
        parameters = json.dumps(call.parameters, indent=2)
        command = f"{command} --cli-input-json {shlex.quote(parameters)}"
    # What answers with a body of its own has it written to a file.
    if call.operation in _TO_A_FILE:
        command = f"{command} --cli-binary-format raw-in-base64-out /dev/stdout"
    return command


def cli_wait(waiter: str, waits_for: Mapping[str, Any], region: str) -> str:
    """Wait by botocore's `waiter` of SageMaker."""
    from botocore import xform_name

    name = xform_name(waiter, "-").replace("_", "-")
    options = (
        f"--{xform_name(each, '-')} {shlex.quote(str(value))}" for each, value in waits_for.items()
    )
    return f"aws sagemaker wait {name} --region {shlex.quote(region)} {' '.join(options)}"
