"""The plan of one operation of AWS, for any Create that SageMaker has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..aws.call_check import errors_of
from ..aws.errors import ProblemError, problem
from ..kinds import Kind, kinds
from ..kinds.model import operation_names, words
from ..protocol import AwsCall
from .calls import making, of_parameters
from .layout import Wrong
from .steps import CreationPlan, Make, Ready, Step


def plan(operation: str, parameters: Mapping[str, Any]) -> CreationPlan:
    """Create, then wait until it is made no more. Raises Wrong, and a 404 ProblemError."""
    of = kind_of(operation)
    call = AwsCall(operation, _given(of, parameters))
    if errors := errors_of(call):
        raise Wrong(*errors)
    target = of_parameters(of, call.parameters) if of is not None else None
    what = of.label.lower() if of is not None else _noun(operation)
    name = target.name if target is not None else ""
    steps: list[Step] = [Make("create", f"Create the {what}", call, target, undo_of(of))]
    if of is not None and waits_for(of):
        steps.append(Ready("ready", "Wait until it is ready", "create"))
    return CreationPlan(f"{what[:1].upper()}{what[1:]} {name}".strip(), tuple(steps), target)


def kind_of(operation: str) -> Kind | None:
    """The kind that it creates; None for those that have none. Raises a 404 ProblemError."""
    found = next((of for of in kinds().values() if of.create_operation == operation), None)
    if "Presigned" in operation:
        raise ProblemError(
            problem(
                "invalid",
                f"{operation[:80]} creates nothing",
                "It answers a URL that signs in whoever has it, which is kept nowhere here.",
                "Open what it is for in the panel.",
            )
        )
    if found is None and not (operation in operation_names() and operation.startswith("Create")):
        raise ProblemError(
            problem(
                "not_found",
                "There is no such creation",
                f"{operation[:80]!r} is no operation of SageMaker that creates a resource.",
            )
        )
    return found


def undo_of(of: Kind | None) -> Any:
    """What a cancel does to what was made: jobs cannot be taken back, only stopped."""
    if of is None or of.describe_operation is None:
        return "keep"
    if of.operation("Stop") and of.noun.endswith(("Job", "Execution")):
        return "stop"
    return "delete" if of.delete_operation else "keep"


def waits_for(of: Kind) -> bool:
    """Whether there is a time between asked for and there."""
    return of.describe_operation is not None and any(making(state) for state in of.states)


def _given(of: Kind | None, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """As AWS takes them: a kind's form may have fields of its own for members deep inside."""
    if of is not None and (fields := of.fields.get("Create")):
        from ..kinds.fields import in_place

        return dict(in_place(fields, parameters, {}))
    return dict(parameters)


def _noun(operation: str) -> str:
    _, *rest = words(operation)
    return " ".join(word if word.isupper() else word.lower() for word in rest)
