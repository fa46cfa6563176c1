"""Where resources write to CloudWatch Logs: groups and streams, by their identity."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LogSource:
    """Streams of a log group, both named with members of the resource's identity in braces.

    `stream` is what their names begin with. `groups`: the group's own name goes on behind `group`.
    AWS's "Log Groups and Streams that Amazon SageMaker AI Sends to Amazon CloudWatch Logs":
    https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
    """

    group: str
    stream: str = ""
    groups: bool = False


@dataclass(frozen=True)
class LogsOf:
    """The resources that a resource starts, whose logs are its own.

    `operation` lists them by the identity of the one, given as the `parameter` of that name;
    `arns` is a JMESPath to their ARNs in its answer, and `reasons` one to the name of each that
    failed and why: `[[name, reason], …]`.
    """

    operation: str
    parameter: str
    arns: str
    reasons: str


Logs = tuple[LogSource | LogsOf, ...]


def job(noun: str, identity: str = "") -> LogSource:
    """A group for all jobs of a kind, with streams `JOB/…` for each."""
    return LogSource(f"/aws/sagemaker/{noun}s", f"{{{identity or noun}Name}}/")
