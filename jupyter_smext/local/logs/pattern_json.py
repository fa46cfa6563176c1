"""Filter patterns for JSON log events: `{ ($.a.b[0] = "x*") && ($.c > 4 || $.d IS NULL) }`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..contract import ServiceError

Test = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<path>\$(?:\.[\w-]+|\[\d+\]|\[\*\]|\[\s*"(?:[^"\\]|\\.)*"\s*\])+)
      | (?P<mark>&&|\|\||!=|>=|<=|[=<>(){}])
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<word>[^\s"&|=<>(){}!]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r'\.([\w-]+)|\[(\d+)\]|\[(\*)\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]')
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_DEEPEST = 20


def fits_json(pattern: str) -> Test:
    """The test that a pattern in braces makes of a JSON object.

    Raises ServiceError InvalidParameterException for what is not of that syntax.
    """
    reader = _Reader(pattern)
    reader.take("{")
    test = reader.either(0)
    reader.take("}")
    if reader.kind:
        raise reader.wrong()
    return test


class _Reader:
    """A pattern's tokens, read one ahead, by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern.rstrip()
        self._next = 0
        self._step()

    def _step(self) -> None:
        self.start = self._next
        found = _TOKEN.match(self._pattern, self._next)
        if found is None:
            if self._next < len(self._pattern):
                raise self.wrong()
            self.kind, self.text = "", ""
            return
        self._next = found.end()
        self.kind = str(found.lastgroup)
        self.text = found[self.kind]

    def wrong(self) -> ServiceError:
        rest = self._pattern[self.start :].strip()[:80]
        why = f"not understood from {rest!r} on." if rest else "it ends too early."
        return ServiceError("InvalidParameterException", f"Invalid filter pattern: {why}")

    def take(self, mark: str) -> None:
        if (self.kind, self.text) != ("mark", mark):
            raise self.wrong()
        self._step()

    def _is(self, mark: str) -> bool:
        if (self.kind, self.text) != ("mark", mark):
            return False
        self._step()
        return True

    def _word(self, word: str) -> bool:
        if self.kind != "word" or self.text.upper() != word:
            return False
        self._step()
        return True

    def either(self, depth: int) -> Test:
        tests = [self._both(depth)]
        while self._is("||"):
            tests.append(self._both(depth))
        return lambda value: any(test(value) for test in tests)

    def _both(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._is("&&"):
            tests.append(self._one(depth))
        return lambda value: all(test(value) for test in tests)

    def _one(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise self.wrong()
        if self._is("("):
            test = self.either(depth + 1)
            self.take(")")
            return test
        if self.kind != "path":
            raise self.wrong()
        path = _steps(self.text)
        self._step()
        if self._word("IS"):
            for word, wanted in (("TRUE", True), ("FALSE", False), ("NULL", None)):
                if self._word(word):
                    return lambda value: any(found is wanted for found in _at(value, path))
            raise self.wrong()
        if self._word("NOT"):
            if not self._word("EXISTS"):
                raise self.wrong()
            return lambda value: not _at(value, path)
        return self._comparison(path)

    def _comparison(self, path: list[Any]) -> Test:
        sign = self.text
        if self.kind != "mark" or sign not in _COMPARE:
            raise self.wrong()
        self._step()
        if self.kind not in ("quoted", "word") or self.text.startswith("%"):
            raise self.wrong()
        quoted, text = self.kind == "quoted", self.text
        if not quoted and _NUMBER.fullmatch(text):
            number, compare = float(text), _COMPARE[sign]
            self._step()
            return lambda value: any(
                _is_number(found) and compare(found, number) for found in _at(value, path)
            )
        if sign not in ("=", "!="):
            raise self.wrong()
        self._step()
        fits = _wildcard(re.sub(r"\\(.)", r"\1", text) if quoted else text)
        return lambda value: any(
            isinstance(found, str) and fits(found) == (sign == "=") for found in _at(value, path)
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wildcard(text: str) -> Callable[[str], bool]:
    """Whether a string is `text`, in which * stands for any characters."""
    first, *middle = text.split("*")
    if not middle:
        return lambda found: found == text
    last = middle.pop()

    def fits(found: str) -> bool:
        if len(found) < len(first) + len(last):
            return False
        if not (found.startswith(first) and found.endswith(last)):
            return False
        # Each part where it first fits leaves the most room for the next.
        at, end = len(first), len(found) - len(last)
        for part in middle:
            at = found.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return fits


def _steps(path: str) -> list[Any]:
    """["a", 0, None, "b c"] of `$.a[0][*]["b c"]`; None is every member of a list."""
    steps: list[Any] = []
    for name, index, every, quoted in _STEP.findall(path):
        if every:
            steps.append(None)
        else:
            steps.append(int(index) if index else name or re.sub(r"\\(.)", r"\1", quoted))
    return steps


def _at(value: Any, path: list[Any]) -> list[Any]:
    """The values at a path; none when it leads nowhere."""
    found = [value]
    for step in path:
        ahead: list[Any] = []
        for one in found:
            if isinstance(step, str):
                if isinstance(one, dict) and step in one:
                    ahead.append(one[step])
            elif isinstance(one, list):
                ahead += one if step is None else one[step : step + 1]
        found = ahead
    return found
