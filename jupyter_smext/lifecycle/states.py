"""What the states of a plan's steps mean: begun, interrupted, ended, gone wrong."""

from __future__ import annotations

import time

from msgspec.structs import replace

from ..protocol import Plan, Problem, Resource, Step

# A busy resource in such a state is on its way to where a shut-down wants it.
ENDING = ("delet", "stopping", "terminat", "shutting")


def interrupted(plan: Plan) -> Plan:
    """A plan whose server ended while it ran: stopped, to be resumed by retry."""
    plan = put_back(plan, "The Jupyter server ended during this step")
    return replace(plan, state="stopped", ended=plan.ended or time.time(), rev=plan.rev + 1)


def put_back(plan: Plan, note: str) -> Plan:
    """The plan with what was being done as still to do: a retry looks before it acts."""
    steps = tuple(
        replace(step, state="todo", note=note) if step.state in ("now", "waiting") else step
        for step in plan.steps
    )
    return replace(plan, steps=steps)


def begun(plan: Plan) -> Plan:
    """Ready to run: what failed, or was found left over, is to do again."""
    over = {(target.kind, target.id) for target in plan.left_over}
    steps = tuple(
        replace(step, state="todo", note="", problem=None, ended=None)
        if step.state != "done" or (step.kind, step.id) in over
        else step
        for step in plan.steps
    )
    return replace(
        plan,
        rev=plan.rev + 1,
        state="running",
        steps=steps,
        started=plan.started or time.time(),
        ended=None,
        checked_at=None,
        left_over=(),
    )


def deletes(step: Step) -> bool:
    return step.operation.startswith("Delete")


def nothing_to_do(step: Step, resource: Resource) -> str:
    """Why the step needs no act, or an empty string."""
    return f"Was {resource.row.status} already" if ended(step, resource) else ""


def ended(step: Step, resource: Resource) -> bool:
    """Deleted apps stay visible for a day with their last status, so a delete can end in a row."""
    row = resource.row
    if deletes(step):
        return row.status == "Deleted"
    return not row.running and row.tone != "busy"


def went_wrong(step: Step, resource: Resource) -> Problem:
    reason = resource.definition.get("FailureReason")
    return Problem(
        status=409,
        cause="conflict",
        title=f"{step.name} went to {resource.row.status}",
        detail=str(reason) if reason else "",
        next="Open it to see why, then retry.",
    )


def too_long(step: Step, status: str, minutes: int) -> Problem:
    return Problem(
        status=504,
        cause="broken",
        title=f"{step.name} is still {status} after {minutes} minutes",
        detail=f"AWS accepted {step.operation}, and has not finished it.",
        next="Retry looks again; nothing is done twice.",
    )
