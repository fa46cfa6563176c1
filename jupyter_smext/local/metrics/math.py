"""Metric math: expressions over the metrics of one GetMetricData call.

Run are + - * / ^, brackets, METRICS(), SUM, AVG, MIN, MAX, ABS, CEIL, FLOOR and PERIOD, as "Using
metric math" in the Amazon CloudWatch User Guide has them; any other function is refused.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ..contract import ServiceError

#: Values by the epoch second at which their period begins.
Series = dict[int, float]
Value = float | Series | list[Series]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?) | (?P<name>[A-Za-z]\w*)
    | "(?P<quoted>[^"]*)" | '(?P<single>[^']*)' | (?P<mark>[-+*/^(),[\]]))""",
    re.VERBOSE,
)
_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
}
_EACH: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
_TOGETHER: dict[str, Callable[[list[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "MAX": max,
    "MIN": min,
    "SUM": sum,
}
_DEEPEST = 30


@dataclass(frozen=True)
class Expression:
    """One expression and the id of its query, which its errors name."""

    id: str
    text: str

    def wrong(self, why: str) -> ServiceError:
        """The error for it."""
        return ServiceError("ValidationError", f"Error in expression '{self.id}': {why}")


@dataclass
class Sums:
    """The metrics and expressions of one call, evaluated on demand."""

    _series: dict[str, Series] = field(default_factory=dict)
    _periods: dict[str, int] = field(default_factory=dict)
    _expressions: dict[str, Expression] = field(default_factory=dict)
    _known: dict[str, Value] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def add_series(self, name: str, series: Series, period: int) -> None:
        """A metric's values, one for each period of that many seconds."""
        self._series[name] = series
        self._periods[name] = period

    def add_expression(self, name: str, expression: Expression) -> None:
        """An expression; those that it names may come later."""
        self._expressions[name] = expression

    def series(self, name: str) -> Series:
        """What a query comes to. Raises ServiceError ValidationError, for a wrong expression."""
        if name in self._series:
            return self._series[name]
        value = self._value(name, self._expressions[name])
        if not isinstance(value, dict):
            several = "several time series" if isinstance(value, list) else "a number"
            raise self._expressions[name].wrong(f"it gives {several}, not one time series.")
        return value

    def value(self, name: str, asking: Expression) -> Value:
        """The value of a name in an expression."""
        if name in self._series:
            return self._series[name]
        if name not in self._expressions:
            raise asking.wrong(f"there is no query with the id {name!r}.")
        return self._value(name, asking)

    def _value(self, name: str, asking: Expression) -> Value:
        if name in self._open or len(self._open) > _DEEPEST:
            raise asking.wrong(f"it needs {name!r}, which needs it, or too many others.")
        if name not in self._known:
            self._open.append(name)
            self._known[name] = _Reader(self._expressions[name], self).read()
            self._open.pop()
        return self._known[name]

    def metrics(self, holding: str) -> list[Series]:
        """METRICS("part"): the metrics whose id has that in it."""
        return [series for name, series in self._series.items() if holding in name]

    def period(self, name: str, asking: Expression) -> float:
        """PERIOD(name), in seconds."""
        if name not in self._periods:
            raise asking.wrong("PERIOD needs the id of a metric.")
        return float(self._periods[name])


class _Reader:
    """Reads an expression and computes it as it goes, by recursive descent."""

    def __init__(self, expression: Expression, sums: Sums) -> None:
        self._of = expression
        self._sums = sums
        self._text = expression.text.rstrip()
        self._next = 0
        self._depth = 0
        self._step()

    def _step(self) -> None:
        found = _TOKEN.match(self._text, self._next)
        if found is None:
            if self._next < len(self._text):
                rest = self._text[self._next :].strip()[:60]
                raise self._of.wrong(f"not understood from {rest!r} on.")
            self._kind = self._word = ""
            return
        self._next = found.end()
        self._kind = str(found.lastgroup)
        self._word = found[self._kind]

    def _is(self, mark: str) -> bool:
        if self._kind != "mark" or self._word != mark:
            return False
        self._step()
        return True

    def _take(self, mark: str) -> None:
        if not self._is(mark):
            what = self._word or "its end"
            raise self._of.wrong(f"{mark!r} is expected before {what!r}.")

    def read(self) -> Value:
        value = self._sum()
        if self._kind:
            raise self._of.wrong(f"{self._word!r} is not expected there.")
        return value

    def _sum(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._of.wrong("it is nested too deeply.")
        value = self._product()
        while self._kind == "mark" and self._word in "+-":
            sign = self._word
            self._step()
            value = self._apply(sign, value, self._product())
        self._depth -= 1
        return value

    def _product(self) -> Value:
        value = self._signed()
        while self._kind == "mark" and self._word in "*/":
            sign = self._word
            self._step()
            value = self._apply(sign, value, self._signed())
        return value

    def _signed(self) -> Value:
        minus = False
        while self._is("-"):
            minus = not minus
        value = self._power()
        return self._apply("*", -1.0, value) if minus else value

    def _power(self) -> Value:
        value = self._one()
        while self._is("^"):
            value = self._apply("^", value, self._one())
        return value

    def _one(self) -> Value:
        kind, word = self._kind, self._word
        if kind == "number":
            self._step()
            return float(word)
        if kind == "name":
            self._step()
            return self._function(word) if self._is("(") else self._sums.value(word, self._of)
        if self._is("("):
            value = self._sum()
            self._take(")")
            return value
        if self._is("["):
            listed = [self._one_series(self._sum())]
            while self._is(","):
                listed.append(self._one_series(self._sum()))
            self._take("]")
            return listed
        raise self._of.wrong(f"{word or 'its end'!r} is not expected there.")

    def _one_series(self, value: Value) -> Series:
        if not isinstance(value, dict):
            raise self._of.wrong("an array holds time series only.")
        return value

    def _function(self, name: str) -> Value:
        if name == "METRICS":
            holding = self._word if self._kind in ("quoted", "single") else ""
            if self._kind in ("quoted", "single"):
                self._step()
            self._take(")")
            return self._sums.metrics(holding)
        if name == "PERIOD":
            metric = self._word
            self._step()
            self._take(")")
            return self._sums.period(metric, self._of)
        if name not in _EACH and name not in _TOGETHER:
            run = ", ".join(sorted([*_EACH, *_TOGETHER, "METRICS", "PERIOD"]))
            raise self._of.wrong(f"the local engine does not run {name[:60]}; it runs {run}.")
        value = self._sum()
        self._take(")")
        if name in _EACH:
            each = _EACH[name]
            return self._mapped(value, lambda one: float(each(one)))
        if isinstance(value, float):
            raise self._of.wrong(f"{name} needs time series.")
        together = _TOGETHER[name]
        if isinstance(value, list):
            times = {when for series in value for when in series}
            return {when: together([s[when] for s in value if when in s]) for when in times}
        # Of nothing there is nothing to say: an empty series makes all that is made of it empty.
        return float(together(list(value.values()))) if value else {}

    def _mapped(self, value: Value, function: Callable[[float], float | None]) -> Value:
        if isinstance(value, list):
            return [_kept((when, function(one)) for when, one in s.items()) for s in value]
        if isinstance(value, dict):
            return _kept((when, function(one)) for when, one in value.items())
        result = function(value)
        if result is None:
            raise self._of.wrong("it has no value.")
        return result

    def _apply(self, sign: str, left: Value, right: Value) -> Value:
        def of(one: float, other: float) -> float | None:
            try:
                value = float(_OPERATORS[sign](one, other))
            except (ZeroDivisionError, OverflowError, ValueError):
                return None
            return value if math.isfinite(value) else None

        if isinstance(right, float):
            return self._mapped(left, lambda one: of(one, right))
        if isinstance(left, float):
            return self._mapped(right, lambda other: of(left, other))
        if isinstance(left, list) and isinstance(right, dict):
            return [_both(series, right, of) for series in left]
        if isinstance(left, dict) and isinstance(right, list):
            return [_both(left, series, of) for series in right]
        if isinstance(left, dict) and isinstance(right, dict):
            return _both(left, right, of)
        raise self._of.wrong(f"two arrays cannot be put together by {sign!r}.")


def _kept(pairs: Iterable[tuple[int, float | None]]) -> Series:
    return {when: value for when, value in pairs if value is not None}


def _both(left: Series, right: Series, of: Callable[[float, float], float | None]) -> Series:
    """Where both have a value."""
    return _kept((when, of(left[when], right[when])) for when in left if when in right)
