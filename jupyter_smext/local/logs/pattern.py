"""CloudWatch's filter patterns: which log messages a search wants.

Run are words, "quoted phrases", ?either, -not, and `{ $.field = ... }` on messages that are JSON
("Filter pattern syntax", Amazon CloudWatch Logs User Guide). Regular expressions (%...%) and
space-delimited patterns ([a, b]) are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from ..contract import ServiceError
from .pattern_json import fits_json

Fits = Callable[[str], bool]

_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)')


def refused(why: str) -> ServiceError:
    """The error for a pattern that is wrong, or that the engine does not run."""
    return ServiceError("InvalidParameterException", f"Invalid filter pattern: {why}")


def matcher(pattern: str) -> Fits:
    """What tells whether a message fits a pattern; "" fits all.

    Raises ServiceError InvalidParameterException for a pattern that is wrong or not run here.
    """
    pattern = pattern.strip()
    if not pattern:
        return lambda message: True
    if pattern.startswith("{"):
        return _json(pattern)
    if pattern.startswith("["):
        raise refused("the local engine does not run space-delimited patterns ([a, b]).")
    return _terms(pattern)


def _terms(pattern: str) -> Fits:
    needed: list[str] = []
    either: list[str] = []
    without: list[str] = []
    end = 0
    while end < len(pattern):
        found = _TERM.match(pattern, end)
        if found is None:
            raise refused(f"not understood from {pattern[end:].strip()[:80]!r} on.")
        end = found.end()
        sign, quoted, word = found.groups()
        if quoted is None:
            _check_word(word)
        term = word if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        if not term:
            raise refused("an empty term.")
        {"": needed, "?": either, "-": without}[sign].append(term)
    if either and (needed or without):
        # AWS's guide says that it ignores ?terms beside others: nobody means that.
        raise refused("?terms cannot be combined with other terms.")
    return _all_of(needed, either, without)


def _all_of(needed: Sequence[str], either: Sequence[str], without: Sequence[str]) -> Fits:
    def fits(message: str) -> bool:
        return (
            all(term in message for term in needed)
            and (not either or any(term in message for term in either))
            and not any(term in message for term in without)
        )

    return fits


def _check_word(word: str) -> None:
    if word.startswith("%"):
        raise refused("the local engine does not run regular expressions (%...%).")
    if not re.fullmatch(r"\w+", word):
        raise refused(f"put terms with other than letters, digits and _ in quotes: {word[:80]!r}")


def _json(pattern: str) -> Fits:
    test = fits_json(pattern)

    def fits(message: str) -> bool:
        if not message.lstrip().startswith("{"):
            return False
        try:
            value = json.loads(message)
        except (ValueError, RecursionError):
            return False
        return test(value)

    return fits
