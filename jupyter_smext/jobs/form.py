"""What can be chosen to run a notebook as a job, and what of it is not known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..aws.default_bucket import default_bucket
from ..aws.errors import ProblemError, problem
from ..inventory.forms import roles_of
from ..protocol import NotebookJobForm, NotebookParameter, Problem
from . import images
from .parameters import parameters
from .source import survey

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


def form(
    sessions: Sessions, connection: str, region: str, path: str, file: Path
) -> NotebookJobForm:
    """The form for the notebook `file`, which Jupyter names `path`. Blocking.

    Raises ProblemError when the folder cannot be sent; what AWS does not tell is in `problems`.
    """
    problems: list[Problem] = []
    packed = survey(file)
    found: tuple[NotebookParameter, ...] = ()
    try:
        found = parameters(file)
    except ProblemError as error:
        problems.append(error.problem)
    roles, why_not = roles_of(sessions, connection, region)
    if why_not:
        problems.append(problem("denied", "Your roles could not be listed", why_not))
    identity = sessions.identity(connection, region)
    if identity.problem is not None:
        problems.append(identity.problem)
    account = identity.account
    return NotebookJobForm(
        path=path,
        parameters=found,
        files=len(packed.files),
        bytes=packed.bytes,
        without=packed.left_out.shown(),
        requirements=packed.requirements,
        images=images.images(region),
        image=images.default(region),
        role=roles[0] if roles else None,
        roles=tuple(roles),
        s3_uri=f"s3://{default_bucket(account, region)}/notebook-jobs" if account else None,
        problems=tuple(problems),
    )
