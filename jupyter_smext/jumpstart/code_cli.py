"""A launch as a shell script of the AWS CLI."""

from __future__ import annotations

import shlex

from ..call_code import cli_call, cli_wait
from .code_upload import shell_upload
from .model_container import Packing
from .program import Program


def cli(program: Program) -> str:
    """For bash; it ends at the first command that fails."""
    region = program.region
    lines = ["set -e"]
    if program.packing is not None:
        lines += ["", *_packing(program.packing, program.is_public)]
    if program.upload is not None:
        lines += ["", *shell_upload(program.upload)]
    for call in program.calls:
        lines += ["", cli_call(call, region)]
    lines += ["", cli_wait(program.waiter, program.waits_for, region)]
    for call in program.behind:
        lines += ["", cli_call(call, region)]
    return "\n".join((*lines, ""))


def _packing(packing: Packing, is_public: bool) -> list[str]:
    unsigned = " --no-sign-request"
    return [
        "# The model comes without its script: put both into one archive.",
        "folder=$(mktemp -d)",
        'mkdir -p "$folder/model/code"',
        f"aws s3 cp{unsigned if is_public else ''} {shlex.quote(packing.model)} "
        '"$folder/in.tar.gz"',
        f'aws s3 cp{unsigned} {shlex.quote(packing.script)} "$folder/code.tar.gz"',
        'tar -xzf "$folder/in.tar.gz" -C "$folder/model"',
        'tar -xzf "$folder/code.tar.gz" -C "$folder/model/code"',
        'tar -czf "$folder/model.tar.gz" -C "$folder/model" .',
        f'aws s3 cp "$folder/model.tar.gz" {shlex.quote(packing.to)}',
    ]
