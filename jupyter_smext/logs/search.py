"""Finding lines of a spooled log: by a text, or by a regular expression that may not run on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from ..aws.errors import ProblemError, problem
from ..protocol import LogMatches
from .spool import Spool

#: Line numbers of one answer, and the seconds that one search takes: it goes on from its end.
MOST = 50_000
SECONDS = 5.0
#: Seconds that an expression may take on a chunk of lines.
PATIENCE = 2.0

Finder = Callable[[bytes], Iterator[int]]
"""The numbers, within a chunk of lines, of those that match; ascending."""


def search(
    spool: Spool, wanted: str, *, regex: bool = False, case: bool = False, start: int = 0
) -> LogMatches:
    """The lines from the number `start` on that hold `wanted`, or match it as an expression.

    A search that has found or looked through enough ends before the last line: `scanned` says
    where. Blocking. Raises a 400 ProblemError for an expression that is none, or takes too long.
    """
    find = _expression(wanted, case) if regex else _text(wanted, case)
    found: list[int] = []
    until = time.monotonic() + SECONDS
    scanned = start
    for first, count, chunk in spool.chunks(start):
        for number in find(chunk):
            found.append(first + number)
            if len(found) >= MOST:
                return LogMatches(len(found), True, tuple(found), first + number + 1)
        scanned = first + count
        if time.monotonic() > until:
            break
    return LogMatches(len(found), False, tuple(found), scanned)


def _text(wanted: str, case: bool) -> Finder:
    def find(chunk: bytes) -> Iterator[int]:
        if case:
            return _lines(chunk, wanted.encode(errors="replace"), b"\n")
        # Lower case may be longer than upper case: only newlines are counted.
        return _lines(chunk.decode(errors="replace").lower(), wanted.lower(), "\n")

    return find


def _lines(chunk: Any, wanted: Any, newline: Any) -> Iterator[int]:
    number = at = 0
    while (hit := chunk.find(wanted, at)) >= 0:
        number += chunk.count(newline, at, hit)
        yield number
        number += 1
        at = chunk.find(newline, hit) + 1
        if not at:
            return


def _expression(wanted: str, case: bool) -> Finder:
    import regex

    try:
        pattern = regex.compile(wanted, regex.MULTILINE | (0 if case else regex.IGNORECASE))
    except (regex.error, OverflowError, RecursionError) as error:
        raise ProblemError(
            problem(
                "invalid",
                "This is no regular expression",
                f"{error}.",
                "Change it, or search for it as text.",
            )
        ) from error

    def find(chunk: bytes) -> Iterator[int]:
        text = chunk.decode(errors="replace")
        number = at = 0
        until = time.monotonic() + PATIENCE
        while at < len(text):
            try:
                hit = pattern.search(
                    text, at, timeout=max(0.001, until - time.monotonic()), concurrent=True
                )
            except TimeoutError:
                raise _too_long() from None
            # What matches nothing but the end of the last line is behind all lines.
            if hit is None or hit.start() >= len(text):
                return
            number += text.count("\n", at, hit.start())
            yield number
            number += 1
            at = text.find("\n", hit.start()) + 1
            if not at:
                return

    return find


def _too_long() -> ProblemError:
    return ProblemError(
        problem(
            "invalid",
            "This expression takes too long",
            f"It was given {PATIENCE:g} seconds on a part of the log.",
            "Make it simpler, or search for a text.",
        )
    )
