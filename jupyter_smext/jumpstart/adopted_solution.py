"""A solution's stack that another Jupyter server launched, or this one forgot: taken over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from ..aws.errors import ProblemError, problem
from ..protocol import SolutionLaunch, SolutionLaunchRequest
from ..server_process import this_server
from .calls import LAUNCH_TAG, SOLUTION_TAG
from .solution_journal import Record
from .solution_pages import SolutionPages
from .stack_follower import CLOCKS, GONE, MOST_EVENTS
from .stacks import Stacks, outputs, tags

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_ID = re.compile("solution-[0-9a-f]{16}")


def launch_of(stack: Mapping[str, Any]) -> str | None:
    """The id of the solution's launch that made a described stack; None: none did."""
    id = tags(stack).get(LAUNCH_TAG, "")
    return id if _ID.fullmatch(id) and "ParentId" not in stack else None


def adopted(sessions: Sessions, connection: str, region: str, id: str) -> Record:
    """The launch as far as its stack tells of it. Blocking.

    Raises ProblemError: 404, there is no such stack; 409, no launch made it, or it is being
    deleted; and what AWS says.
    """
    stacks = Stacks(sessions, connection, region)
    stack = stacks.look(id)
    if stack is None:
        raise ProblemError(problem("not_found", "There is no such stack", next="Read the list."))
    launch, status = launch_of(stack), str(stack["StackStatus"])
    if launch is None or status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
        raise ProblemError(
            problem(
                "conflict",
                f"{stack['StackName']} is no stack that can be taken over",
                f"It is {status}."
                if launch is not None
                else f"It has no tag {LAUNCH_TAG} of a solution's launch.",
                "It is in AWS's CloudFormation console.",
            )
        )
    id, solution = str(stack["StackId"]), tags(stack).get(SOLUTION_TAG, "")
    title, notebook = solution, None
    try:
        found, entry = SolutionPages(sessions).find(connection, region, solution)
        title, notebook = found.title, entry.notebook if entry else None
    except ProblemError:
        # Its page says that it is known no more; the stack can be deleted without.
        pass
    events, resources = stacks.events(id), stacks.resources(id)
    started = stack["CreationTime"].timestamp()
    rows = stacks.rows((one for one in resources if one.status not in GONE), started - CLOCKS)
    return Record(
        SolutionLaunch(
            id=launch,
            rev=1,
            request=SolutionLaunchRequest(
                connection=connection,
                region=region,
                solution=solution,
                stack=str(stack["StackName"]),
                parameters={
                    one["ParameterKey"]: one.get("ParameterValue", "")
                    for one in stack.get("Parameters", ())
                },
                capabilities=tuple(stack.get("Capabilities", ())),
                role=stack.get("RoleARN"),
                # What becomes of it is for whoever deletes it to say.
                keep_failed=True,
            ),
            title=title,
            notebook=notebook,
            state=_state(status),
            stack_id=id,
            status=status,
            events=tuple(events[-MOST_EVENTS:]),
            resources=tuple(replace(each, row=rows.get(each.name)) for each in resources),
            outputs=outputs(stack),
            note="",
            started=started,
            ended=None if status == "CREATE_IN_PROGRESS" or not events else events[-1].at,
            problem=None,
            deletion=None,
            keeps=tuple(sorted(stacks.retained(id))),
        ),
        this_server(),
        {},
    )


def _state(status: str) -> Literal["creating", "created", "failed", "not deleted"]:
    if status == "CREATE_IN_PROGRESS":
        return "creating"
    if status == "DELETE_FAILED":
        return "not deleted"
    return "failed" if status.startswith(("CREATE_FAILED", "ROLLBACK_")) else "created"
