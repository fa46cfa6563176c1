"""Connections that nothing is changed through."""

from __future__ import annotations

from collections.abc import Iterable

from ..aws.errors import ProblemError
from ..protocol import Problem


class ReadOnly:
    """The connections named in `SmextApp.read_only`; `*` names all."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)

    def __contains__(self, connection: object) -> bool:
        return "*" in self._names or connection in self._names

    def refuse(self, connection: str) -> None:
        """Raises a 403 ProblemError when `connection` is read-only."""
        if connection in self:
            raise ProblemError(
                Problem(
                    status=403,
                    cause="denied",
                    title="This connection is read-only",
                    detail=f"Nothing was changed: SmextApp.read_only names {connection}.",
                    next="Choose another connection, or take it out of SmextApp.read_only.",
                )
            )
