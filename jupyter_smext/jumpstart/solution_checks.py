"""What a request to launch a solution is checked for before anything is asked of AWS."""

from __future__ import annotations

import re

from ..aws.errors import ProblemError, problem
from ..protocol import SolutionLaunchRequest, TemplateParameter
from .stack_template import StackTemplate

_STACK = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_MOST_TAGS = 49
"""CloudFormation takes 50; one is ours."""


def check(
    request: SolutionLaunchRequest, template: StackTemplate, capabilities: tuple[str, ...]
) -> None:
    """Raises a 400 ProblemError: the first that forbids it."""
    if not _STACK.fullmatch(request.stack):
        raise _wrong(
            "This cannot be the name of a stack",
            "Letters, digits and hyphens, at most 128, with a letter first.",
        )
    if request.role is not None and not _ROLE.fullmatch(request.role):
        raise _wrong("This is not the ARN of a role", request.role[:200])
    if len(request.tags) > _MOST_TAGS or any(key.startswith("aws:") for key in request.tags):
        raise _wrong("These tags are not taken", f"At most {_MOST_TAGS}, none begins with aws:.")
    if lacking := [each for each in capabilities if not _granted(each, request.capabilities)]:
        raise _wrong(
            "What the template may do must be acknowledged",
            f"It makes resources that can change permissions: {', '.join(lacking)}.",
        )
    declared = {each.name: each for each in template.parameters}
    if unknown := sorted(request.parameters.keys() - declared.keys()):
        raise _wrong("The template has no such parameter", unknown[0][:200])
    for each in template.parameters:
        value = request.parameters.get(each.name, each.default)
        if value is None:
            raise _wrong(f"{each.label} is missing", each.description)
        if said := why_not(each, value):
            shown = "what you gave" if each.hidden else repr(value[:80])
            raise _wrong(f"{each.label} cannot be {shown}", f"{each.constraint} {said}".strip())


def why_not(of: TemplateParameter, value: str) -> str:
    """Why a value is none for a parameter; empty: nothing is known against it."""
    if of.allowed and value not in of.allowed:
        return f"It is one of {', '.join(of.allowed)}."
    if of.type == "Number":
        return _why_no_number(of, value)
    if of.min_length is not None and len(value) < of.min_length:
        return f"It has at least {of.min_length} characters."
    if of.max_length is not None and len(value) > of.max_length:
        return f"It has at most {of.max_length} characters."
    if of.pattern is not None and of.type == "String" and not _matches(of.pattern, value):
        return f"It must match {of.pattern}."
    return ""


def _why_no_number(of: TemplateParameter, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "It is a number."
    if of.min_value is not None and not number >= of.min_value:
        return f"It is at least {of.min_value:g}."
    if of.max_value is not None and not number <= of.max_value:
        return f"It is at most {of.max_value:g}."
    return ""


def _matches(pattern: str, value: str) -> bool:
    # A pattern of a template may take for ever on what is long: AWS tells then.
    if len(value) > 256 or len(pattern) > 256:
        return True
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True


def _granted(capability: str, given: tuple[str, ...]) -> bool:
    more = capability == "CAPABILITY_IAM" and "CAPABILITY_NAMED_IAM" in given
    return more or capability in given


def _wrong(title: str, detail: str) -> ProblemError:
    return ProblemError(problem("invalid", title, detail, "Change the form."))
