"""Calls of AWS as code that makes them: by boto3, by the AWS CLI."""

from __future__ import annotations

from .as_boto3 import boto3_call, boto3_clients, boto3_script, boto3_wait
from .as_cli import cli_call, cli_script, cli_wait

__all__ = [
    "boto3_call",
    "boto3_clients",
    "boto3_script",
    "boto3_wait",
    "cli_call",
    "cli_script",
    "cli_wait",
]
