"""What is known of every kind: pages that carry the revision of their last change."""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec

from ..protocol import Page, Problem, Row
from .rows import changed

Key = tuple[str, str | None]
"""A kind's id, and the parent's row id for a page of one parent."""

_replace = msgspec.structs.replace


class Pages:
    """Pages by key, all of one connection and region. Belongs to the server's loop thread.

    Every change answers the ids of the rows that changed, or None when nothing did that anyone
    could see: then the page keeps its revision. Revisions go on over restarts of the server, as
    they begin with the time of its start in milliseconds.
    """

    def __init__(self) -> None:
        self.rev = int(time.time() * 1000)
        self._pages: dict[Key, Page] = {}

    def get(self, key: Key) -> Page:
        """The page; one that was never read has no `read_at`."""
        return self._pages.get(key) or Page(key[0], 0, None, False, None, ())

    def since(self, rev: int) -> tuple[Page, ...]:
        """The whole kinds' pages that changed after a revision; from the future, it is not ours."""
        if rev > self.rev:
            rev = 0
        return tuple(
            page for (_, parent), page in self._pages.items() if parent is None and page.rev > rev
        )

    def whole(self) -> list[Page]:
        """Every page that is not of one parent."""
        return [page for (_, parent), page in self._pages.items() if parent is None]

    def read(self, key: Key, rows: tuple[Row, ...], read_at: float) -> list[str] | None:
        """The rows were read."""
        old = self.get(key)
        ids = changed(old.rows, rows)
        same = not ids and old.read_at is not None and not old.stale and old.problem is None
        if same:
            # The old rows again: a page that did not change is the same object part for part.
            self._pages[key] = _replace(old, read_at=read_at)
            return None
        return self._put(key, Page(key[0], 0, read_at, False, None, rows), ids)

    def failed(self, key: Key, problem: Problem) -> list[str] | None:
        """They could not be read: the last good ones stay, marked stale."""
        old = self.get(key)
        page = _replace(old, problem=problem, stale=old.read_at is not None)
        if old.stale == page.stale and _said(old.problem) == _said(problem):
            self._pages[key] = page
            return None
        return self._put(key, page, [])

    def paint(self, pages: Iterable[Page]) -> list[Key]:
        """Pages of an earlier server, where none was read yet. Answers which were taken."""
        painted: list[Key] = []
        for page in pages:
            key = (page.kind, None)
            old = self.get(key)
            if old.read_at is None:
                self._put(key, _replace(page, stale=True, problem=old.problem), [])
                painted.append(key)
        return painted

    def forget(self, keys: Iterable[Key]) -> list[Key]:
        """Drop what is known; the pages count as not read. Answers those that held anything."""
        held = [key for key in keys if key in self._pages and self._pages[key].read_at is not None]
        for key in held:
            self._put(key, Page(key[0], 0, None, False, None, ()), [])
        return held

    def drop(self, key: Key) -> None:
        """Nobody looks at a parent's page any more."""
        self._pages.pop(key, None)

    def keys(self) -> list[Key]:
        return list(self._pages)

    def _put(self, key: Key, page: Page, ids: list[str]) -> list[str]:
        self.rev += 1
        self._pages[key] = _replace(page, rev=self.rev)
        return ids


def _said(problem: Problem | None) -> Problem | None:
    """A problem without what differs each time it is met."""
    return problem and _replace(problem, request_id=None, retry_at=None)
