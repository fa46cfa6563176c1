"""What running resources run on, where the list does not say: `Search` once, else describe each."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import wait
from typing import Any

import msgspec

from ..aws.errors import ProblemError
from ..kinds import BadId, Kind, groups_of, parameters_of, row_id, written
from ..protocol import InstanceGroup, Row
from .workers import Workers

_log = logging.getLogger(__name__)

AT_ONCE = 8
"""Describe calls side by side: AWS throttles them before anything else."""

MOST = 400
"""Rows of one kind that are looked up after one sweep; the others come after the next."""

DESCRIBED = ("describe", "both")

Call = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""`call(operation, parameters)` → AWS's answer; raises ProblemError."""

Stamp = tuple[str, str, float | None, str]
"""What an instance is known for: a kind, a row, and the state it was seen in."""


def _stamp(kind: Kind, row: Row) -> Stamp:
    return kind.id, row.id, row.modified or row.created, row.status


class Instances:
    """Instance facts by row and state; nothing is asked twice that cannot have changed."""

    def __init__(self, workers: Workers, created: Callable[[str, str], float | None]) -> None:
        """`created(kind id, row id)` is when a listed resource was made; None when unknown."""
        self._workers = workers
        self._created = created
        self._known: dict[Stamp, tuple[InstanceGroup, ...]] = {}
        self._further: dict[tuple[str, str, float | None], Mapping[str, Any]] = {}

    def filled(self, kind: Kind, rows: Iterable[Row]) -> tuple[Row, ...]:
        """The rows with what is known."""
        if kind.instance_source not in DESCRIBED:
            return tuple(rows)
        return tuple(self._filled(kind, row) for row in rows)

    def _filled(self, kind: Kind, row: Row) -> Row:
        found = self._known.get(_stamp(kind, row)) if row.running else None
        if not found:
            return row
        return msgspec.structs.replace(row, instance=written(found), groups=found)

    def missing(self, kind: Kind, rows: Iterable[Row]) -> list[Row]:
        """Running rows that nothing is known of yet."""
        if kind.instance_source not in DESCRIBED:
            return []
        return [row for row in rows if row.running and _stamp(kind, row) not in self._known][:MOST]

    def read(self, kind: Kind, rows: Sequence[Row], call: Call) -> None:
        """Find them out. Blocks; what fails is logged, and tried again after the next sweep."""
        left = {row.id: row for row in rows}
        found: dict[str, Mapping[str, Any]] = {}
        if kind.search and len(rows) > 1:
            try:
                found = self._search(kind, call)
            except ProblemError as error:
                _log.debug("Search for %s: %s", kind.id, error.problem.code or error)
        queue = deque(left.values())

        def work() -> None:
            while queue:
                try:
                    row = queue.popleft()
                except IndexError:
                    return
                try:
                    answer = found.get(row.id) or self._describe(kind, row.id, call)
                    groups = groups_of(kind, answer, self._describer(call))
                except (ProblemError, BadId) as error:
                    _log.debug("%s of %s: %s", kind.describe_operation, row.id, error)
                    continue
                self._known[_stamp(kind, row)] = groups

        wait(
            [
                self._workers.submit(f"{kind.describe_operation}", work)
                for _ in range(min(AT_ONCE, len(rows)))
            ]
        )

    def keep(self, rows: Iterable[tuple[Kind, Row]]) -> None:
        """Forget all but these."""
        alive = {_stamp(kind, row) for kind, row in rows if row.running}
        self._known = {stamp: known for stamp, known in self._known.items() if stamp in alive}

    def clear(self) -> None:
        """Forget all: it was another account's."""
        self._known.clear()
        self._further.clear()

    def _search(self, kind: Kind, call: Call) -> dict[str, Mapping[str, Any]]:
        """The full records of what runs, by row id."""
        filters = [
            {"Name": kind.status_member, "Operator": "Equals", "Value": state}
            for state in kind.running
        ]
        asked: dict[str, Any] = {
            "Resource": kind.search,
            "MaxResults": 100,
            "SearchExpression": {"Filters": filters, "Operator": "Or"},
        }
        found: dict[str, Mapping[str, Any]] = {}
        seen: set[str] = set()
        while True:
            answer = call("Search", asked)
            for result in answer.get("Results", ()):
                record = result.get(kind.noun)
                if record:
                    found[row_id(kind, record)] = record
            token = answer.get("NextToken")
            if not token or token in seen:
                return found
            seen.add(token)
            asked["NextToken"] = token

    def _describe(self, kind: Kind, id: str, call: Call) -> Mapping[str, Any]:
        assert kind.describe_operation is not None
        return call(kind.describe_operation, parameters_of(kind, id))

    def _describer(self, call: Call) -> Callable[[str, str], Mapping[str, Any]]:
        """For kinds whose instance stands in another resource, such as an endpoint's config."""
        from ..kinds import kind as kind_of

        def describe(id: str, name: str) -> Mapping[str, Any]:
            other = kind_of(id)
            row = row_id(other, {other.identity[-1]: name})
            # A config cannot be updated, but one of the same name can take its place.
            key = (id, row, self._created(id, row))
            answer = self._further.get(key)
            if answer is None:
                answer = self._further[key] = self._describe(other, row, call)
            return answer

        return describe
