"""All routes: what each takes and answers, and who answers; a module for each subject."""

from __future__ import annotations

from typing import Any

from ..docs import UnknownHandler
from ..handler import SmextHandler
from ..route import PREFIX, Route
from . import (
    choices,
    creations,
    docs,
    edits,
    endpoints,
    forms,
    jumpstart,
    jumpstart_notebooks,
    local,
    logs,
    metrics,
    notebooks,
    objects,
    resources,
    solutions,
    timelines,
)

# In a module, a literal path stands before the one with a placeholder that would also match it.
ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    # Before `resources/{kind}/{id}/{verb}`.
    *edits.ROUTES,
    *logs.ROUTES,
    *forms.ROUTES,
    *creations.ROUTES,
    *choices.ROUTES,
    *metrics.ROUTES,
    *timelines.ROUTES,
    *objects.ROUTES,
    *resources.ROUTES,
    *notebooks.ROUTES,
    *endpoints.ROUTES,
    *jumpstart.ROUTES,
    *jumpstart_notebooks.ROUTES,
    *solutions.ROUTES,
    *local.ROUTES,
    *docs.ROUTES,
)


def handlers() -> list[tuple[str, type[SmextHandler], dict[str, Any]]]:
    """Tornado's handlers, one for each path, without the server's base URL."""
    paths: dict[str, tuple[str, type[SmextHandler], dict[str, Route]]] = {}
    for route, handler in ROUTES:
        paths.setdefault(route.path, (route.pattern, handler, {}))[2][route.method] = route
    known = [(pattern, handler, {"routes": by}) for pattern, handler, by in paths.values()]
    return [*known, (rf"/{PREFIX}(?:/.*)?", UnknownHandler, {"routes": {}})]
