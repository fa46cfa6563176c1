"""Routes of JumpStart's solutions."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..route import PLACE, Route
from ..solutions import (
    SolutionAdoptHandler,
    SolutionDeleteHandler,
    SolutionFilesHandler,
    SolutionHandler,
    SolutionLaunchesHandler,
    SolutionLaunchHandler,
    SolutionsHandler,
)

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "jumpstart/solutions",
            "JumpStart's solutions, those that run through the connection first",
            PLACE,
            answer=protocol.Solutions,
        ),
        SolutionsHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/solutions/{id}",
            "A solution: what its template makes, asks for and tells",
            PLACE,
            answer=protocol.SolutionPage,
        ),
        SolutionHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/solution-launches",
            "The latest launched solutions, newest first",
            answer=list[protocol.SolutionLaunch],
        ),
        SolutionLaunchesHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/solution-launches",
            "Make the stack of a solution; a failure deletes what it made, unless asked otherwise",
            body=protocol.SolutionLaunchRequest,
            answer=protocol.SolutionLaunch,
            status=201,
        ),
        SolutionLaunchesHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/solution-launches/adopt",
            "Follow a solution's stack that another Jupyter server launched",
            body=protocol.SolutionAdoptRequest,
            answer=protocol.SolutionLaunch,
        ),
        SolutionAdoptHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/solution-launches/{id}",
            "A launched solution: its stack's events, resources and outputs, as they are now",
            answer=protocol.SolutionLaunch,
        ),
        SolutionLaunchHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/solution-launches/{id}/delete",
            "Delete all of a launched solution, also while it is being made",
            body=protocol.SolutionDeleteRequest,
            answer=protocol.SolutionLaunch,
        ),
        SolutionDeleteHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/solution-files",
            "Copy a solution's notebook and files into a folder; what is there already stays",
            body=protocol.SolutionFilesRequest,
            answer=protocol.SolutionFiles,
        ),
        SolutionFilesHandler,
    ),
)
