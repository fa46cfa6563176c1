"""What can be created, from which parameters, and the code that does the same."""

from __future__ import annotations

from typing import Any

import msgspec

from .creation import AwsCall
from .resources import Group


class Creatable(msgspec.Struct, frozen=True):
    """A Create operation of AWS, or a layout: `layout` is its id, `operation` is what it ends in.

    `kind` and `group` are None where the panel does not list what it creates. What answers a
    `presigned` URL creates nothing.
    """

    operation: str
    title: str
    about: str
    kind: str | None
    group: Group | None
    layout: str | None = None
    presigned: bool = False


class CreateParameters(msgspec.Struct, frozen=True):
    """What would create a resource again, as far as AWS tells.

    `unknown` are members that AWS does not tell, the required ones first; `notes` say what could
    not be read.
    """

    operation: str
    parameters: dict[str, Any]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]


class CallCodeRequest(msgspec.Struct, frozen=True):
    """Calls to write as code."""

    region: str
    calls: tuple[AwsCall, ...]


class CallCode(msgspec.Struct, frozen=True):
    """The same calls by boto3 and by the AWS CLI."""

    boto3: str
    cli: str


class CodeSample(msgspec.Struct, frozen=True):
    """Code for one thing that can be done with a resource; `title` says what."""

    title: str
    boto3: str
    cli: str
