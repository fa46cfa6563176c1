"""What a request to make a stack is checked for, and the record that it becomes."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ... import errors
from ...contract import ServiceError
from ...patterns import matches
from . import parameters, references
from .capabilities import needed
from .functions import Scope
from .parameters import Value
from .stacks import MASKED, STACK, Stack, living
from .template import Template, parse
from .template_text import refuse

if TYPE_CHECKING:
    from ...engine import Engine

Detail = dict[str, Any]

#: "AWS CloudFormation quotas": bytes of a template in a request, and in S3.
_MOST_BODY, _MOST_OBJECT = 51_200, 1 << 20
_NAME = "[a-zA-Z][-a-zA-Z0-9]*"
#: bucket.s3.region.amazonaws.com, bucket.s3.localhost; what is before is the bucket.
_BUCKET_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?s3[.-](?:[\w-]+\.)*(?:amazonaws\.com(\.cn)?)")
#: Members that only make sense where AWS acts on them.
_NEED_AWS = ("NotificationARNs", "ResourceTypes", "StackPolicyBody", "StackPolicyURL")
#: What of a request the record keeps as DescribeStacks tells it.
_KEPT = (
    *("Capabilities", "DisableRollback", "EnableTerminationProtection", "RetainExceptOnCreate"),
    *("RoleARN", "Tags", "TimeoutInMinutes"),
)


@dataclass(frozen=True)
class Checked:
    """A template that may be made a stack of, with the texts of its parameters."""

    text: str
    template: Template
    values: Mapping[str, str]


def template_text(engine: Engine, given: Mapping[str, Any]) -> str:
    """A request's TemplateBody, or what its TemplateURL leads to. Raises ServiceError. Blocking."""
    body, url = given.get("TemplateBody"), given.get("TemplateURL")
    if (body is None) is (url is None):
        raise refuse("Either Template URL or Template Body must be specified.")
    if body is not None:
        if len(body.encode()) > _MOST_BODY:
            raise refuse(
                "1 validation error detected: Value at 'templateBody' failed to satisfy "
                f"constraint: Member must have length less than or equal to {_MOST_BODY}"
            )
        return str(body)
    bucket, key = _place(engine, str(url))
    try:
        with engine.objects.open(bucket, key) as file:
            data = file.read(_MOST_OBJECT + 1)
    except ServiceError as error:
        raise refuse(f"S3 error: {error.message}") from None
    if len(data) > _MOST_OBJECT:
        raise refuse(f"Template file referenced by {url} is greater than {_MOST_OBJECT} bytes.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise refuse(f"Template file referenced by {url} is not valid UTF-8.") from None


def _place(engine: Engine, url: str) -> tuple[str, str]:
    """(bucket, key) of an address of S3's: of AWS, which this engine stands for, or its own."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    path = unquote(parts.path.lstrip("/"))
    found = _BUCKET_HOST.fullmatch(host)
    own = host in ("127.0.0.1", "localhost") and port == engine.port
    if parts.scheme in ("https", "http") and (found or own):
        bucket = (found and found["bucket"]) or ""
        bucket, key = (bucket, path) if bucket else path.partition("/")[::2]
        if bucket and key:
            return bucket, key
    raise refuse("TemplateURL must be a supported URL.")


def check(engine: Engine, region: str, name: str, given: Mapping[str, Any]) -> Checked:
    """What a request would make. Raises ServiceError, and then nothing was made. Blocking."""
    if not matches(_NAME, name) or len(name) > 128:
        raise refuse(
            f"1 validation error detected: Value '{name[:256]}' at 'stackName' failed to satisfy "
            f"constraint: Member must satisfy regular expression pattern: {_NAME}"
        )
    for member in _NEED_AWS:
        if given.get(member):
            raise errors.needs_aws(f"A stack with {member}")
    if given.get("RollbackConfiguration", {}).get("RollbackTriggers"):
        raise errors.needs_aws("A stack with RollbackTriggers")
    if "OnFailure" in given and "DisableRollback" in given:
        raise refuse("You can specify OnFailure or DisableRollback, but not both.")
    text = template_text(engine, given)
    template = parse(text)
    references.check(template)
    lacking = sorted(needed(template)[0] - _granted(given))
    if lacking:
        message = f"Requires capabilities : [{', '.join(lacking)}]"
        raise ServiceError("InsufficientCapabilitiesException", message)
    values = parameters.resolved(template.parameters, given.get("Parameters", ()))
    stack_id = _stack_id(engine, region, name)
    references.present(template, scope(engine, region, template, values, name, stack_id))
    return Checked(text, template, values)


def _granted(given: Mapping[str, Any]) -> set[str]:
    granted = set(given.get("Capabilities", ()))
    return granted | ({"CAPABILITY_IAM"} if "CAPABILITY_NAMED_IAM" in granted else set())


def scope(
    engine: Engine,
    region: str,
    template: Template,
    values: Mapping[str, str],
    name: str,
    stack_id: str,
    *,
    masked: bool = False,
) -> Scope:
    """What the functions of a stack's template look at, but for its resources.

    `masked` hides the parameters that must not be seen.
    """
    known: dict[str, Value] = {
        "AWS::AccountId": engine.account,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": region,
        "AWS::StackId": stack_id,
        "AWS::StackName": name,
        "AWS::URLSuffix": "amazonaws.com",
    }
    for key, one in template.parameters.items():
        known[key] = MASKED if masked and one.no_echo else one.value(values[key])
    return Scope(known, template.mappings, template.conditions)


def _stack_id(engine: Engine, region: str, name: str) -> str:
    number = uuid.uuid4()
    return f"arn:aws:cloudformation:{region}:{engine.account}:stack/{name}/{number}"


def refuse_taken(engine: Engine, region: str, name: str) -> None:
    """Raises ServiceError AlreadyExistsException while a stack has the name."""
    if living(engine, region, name) is not None:
        raise ServiceError("AlreadyExistsException", f"Stack [{name}] already exists")


def put(engine: Engine, region: str, name: str, status: str, **more: Any) -> Stack:
    """A new stack's record, with nothing known of its template yet."""
    stack_id = _stack_id(engine, region, name)
    key = stack_id.rpartition("/")[2]
    detail: Detail = {
        "StackId": stack_id,
        "StackName": name,
        "CreationTime": time.time(),
        "StackStatus": status,
        "_arn": stack_id,
        "_parameters": {},
        "_no_echo": [],
        "_template": None,
        "_imports": [],
        **more,
    }
    engine.store.put(region, STACK, key, detail)
    return Stack(engine, region, key)


def facts(checked: Checked, given: Mapping[str, Any]) -> Detail:
    """What a record knows of its stack from the request."""
    return {
        **{member: given[member] for member in _KEPT if member in given},
        "Description": checked.template.description or None,
        "_template": checked.text,
        "_parameters": dict(checked.values),
        "_no_echo": [name for name, one in checked.template.parameters.items() if one.no_echo],
        "_on_failure": given.get("OnFailure", "ROLLBACK"),
        "_token": given.get("ClientRequestToken"),
    }
