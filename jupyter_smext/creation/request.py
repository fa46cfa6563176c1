"""What a request asks for: its plan, or all that is wrong with it."""

from __future__ import annotations

from ..aws.call_check import errors_of
from ..aws.errors import ProblemError, problem
from ..kinds.model import words
from ..protocol import CreationCheck, CreationRequest
from . import operation
from .layout import Place, Wrong
from .layouts import layout
from .steps import CreationPlan


def plan_of(request: CreationRequest, place: Place) -> CreationPlan:
    """Blocking. Raises Wrong, and ProblemError."""
    if request.operation is not None and request.layout is None:
        return operation.plan(request.operation, request.parameters)
    if request.layout is None or request.operation is not None:
        raise ProblemError(
            problem("invalid", "Give an operation or a layout", "One of the two says what is made.")
        )
    of = layout(request.layout)
    plan = of.plan(place, of.read(request.parameters))
    for call in plan.calls:
        for error in errors_of(call):
            where = ".".join(map(str, error.path))
            raise ProblemError(
                problem(
                    "invalid",
                    f"{' '.join(words(call.operation))} does not take these values",
                    f"{where}: {error.message}",
                    "Change them.",
                )
            )
    return plan


def check(request: CreationRequest, place: Place) -> CreationCheck:
    """What a request would do; nothing is done. Blocking."""
    try:
        plan = plan_of(request, place)
    except Wrong as wrong:
        return CreationCheck(wrong.errors, (), (), (), (), None)
    except ProblemError as error:
        if error.problem.cause not in ("invalid", "not_found", "limit"):
            raise
        return CreationCheck((), (error.problem,), (), (), (), None)
    parameters = plan.parameters
    if parameters is None and request.operation is not None:
        parameters = dict(plan.calls[0].parameters)
    steps = tuple(step.title for step in plan.steps)
    return CreationCheck((), (), plan.notes, steps, plan.calls, parameters)
