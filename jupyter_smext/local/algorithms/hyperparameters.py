"""Hyperparameters: types, ranges and defaults, and AWS's words for what is wrong with them."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .failures import UserError


@dataclass(frozen=True)
class Interval:
    """A range of numbers; each end is open or closed. Written as AWS's container writes it."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, value: float) -> bool:
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return above and below and math.isfinite(value)

    def __str__(self) -> str:
        low = "(-inf" if self.low == -math.inf else f"{'(' if self.open_low else '['}{self.low:g}"
        high = (
            "+inf)" if self.high == math.inf else f"{self.high:g}{')' if self.open_high else ']'}"
        )
        return f"{low}, {high}"


@dataclass(frozen=True)
class Hyperparameter:
    """One hyperparameter.

    `parse` makes a value of the text; it raises ValueError for text of another type and UserError
    for a value out of range. `idle` says why it has no effect here; it is said in the log, by name,
    when a job gives the hyperparameter. `refused` says why a job that gives it cannot run here.
    """

    name: str
    parse: Callable[[str], Any]
    required: bool = False
    default: Any = None
    idle: str = ""
    refused: str = ""


def _checked(name: str, value: Any, valid: Any) -> Any:
    # The words of sagemaker_algorithm_toolkit/hyperparameter_validation.py of AWS's container.
    if value not in valid:
        shown = list(valid) if isinstance(valid, tuple) else valid
        raise UserError(f"Hyperparameter {name}: {value} is not in {shown}")
    return value


def _make(
    name: str, parse: Callable[[str], Any], auto: bool, how: dict[str, Any]
) -> Hyperparameter:
    if auto:
        how.setdefault("default", "auto")

    def either(text: str) -> Any:
        return "auto" if auto and text.strip().lower() == "auto" else parse(text)

    return Hyperparameter(name, either, **how)


def integer(
    name: str, valid: Interval | tuple[int, ...] = Interval(1), *, auto: bool = False, **how: Any
) -> Hyperparameter:
    """A whole number in a range, or "auto" where that is allowed. Default range: positive."""

    def parse(text: str) -> int:
        number = float(text)  # the SDK may write 10.0
        if number != int(number):
            raise ValueError(text)
        return int(_checked(name, int(number), valid))

    return _make(name, parse, auto, how)


def number(
    name: str, valid: Interval = Interval(0), *, auto: bool = False, **how: Any
) -> Hyperparameter:
    """A number in a range, or "auto" where that is allowed. Default range: not negative."""
    return _make(name, lambda text: _checked(name, float(text), valid), auto, how)


def choice(name: str, *valid: str, **how: Any) -> Hyperparameter:
    """One word of several."""
    return Hyperparameter(name, lambda text: _checked(name, text.strip(), valid), **how)


def flag(name: str, *, auto: bool = False, **how: Any) -> Hyperparameter:
    """true or false, in any case, as the SDK writes True; or "auto" where that is allowed."""

    def parse(text: str) -> bool:
        words = {"true": True, "1": True, "false": False, "0": False}
        return words[_checked(name, text.strip().lower(), tuple(words))]

    return _make(name, parse, auto, how)


def words(name: str, valid: Callable[[str], bool], **how: Any) -> Hyperparameter:
    """A list of words: separated by commas, or a JSON list as the SDK writes it."""

    def parse(text: str) -> list[str]:
        text = text.strip()
        given = json.loads(text) if text.startswith("[") else text.split(",")
        found = [str(word).strip() for word in given]
        for word in found:
            if not valid(word):
                raise UserError(f"Hyperparameter {name}: value {word} not in range")
        return found

    return Hyperparameter(name, parse, **how)


def literal(name: str, kind: type, valid: Callable[[Any], bool], **how: Any) -> Hyperparameter:
    """A Python list or tuple written out: "[[1,2],[3]]", "(0, 1)"."""

    def parse(text: str) -> Any:
        try:
            value = ast.literal_eval(text.strip())
        except (SyntaxError, TypeError, MemoryError, RecursionError):
            raise ValueError(text) from None
        value = kind(value) if isinstance(value, (list, tuple)) else value
        if not isinstance(value, kind) or not valid(value):
            raise UserError(f"Hyperparameter {name}: value {text} not in range")
        return value

    return Hyperparameter(name, parse, **how)


def text(name: str, **how: Any) -> Hyperparameter:
    """Any text."""
    return Hyperparameter(name, str, **how)


_MACHINES = "it is for AWS's machines"
#: What AWS's algorithms but XGBoost take besides their documented ones, by the defaults they log.
INTERNAL = (
    text("_tuning_objective_metric"),
    *(
        text(name, idle=_MACHINES)
        for name in (
            "_disable_wait_to_read",
            "_enable_profiler",
            "_kvstore",
            "_log_level",
            "_num_gpus",
            "_num_kv_servers",
            "_num_slices",
        )
    ),
)


def _plain(text: str) -> str:
    # The SDK's script mode writes a text as JSON, and sagemaker-containers reads both forms.
    return str(json.loads(text)) if text[:1] == text[-1:] == '"' and len(text) > 1 else text


@dataclass(frozen=True)
class Words:
    """How an algorithm says that a hyperparameter is missing ({}) or unknown ({})."""

    missing: str
    unknown: str


#: sagemaker_algorithm_toolkit/hyperparameter_validation.py of AWS's XGBoost container.
TOOLKIT = Words("Missing required hyperparameter: {}", "Extraneous hyperparameter found: {}")
#: The other built-in algorithms: sagemaker-python-sdk issue 132 and a log of image-classification.
SCHEMA = Words(
    "No value(s) were specified for '{}' which are required hyperparameter(s)"
    " (caused by ValidationError)",
    "Additional hyperparameters are not allowed ('{}' was unexpected) (caused by ValidationError)",
)


def read(
    declared: Sequence[Hyperparameter],
    given: Mapping[str, str],
    told: Words,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """The values of a job's hyperparameters, with defaults for the rest.

    `say` gets a line for each given one that has no effect here. Raises UserError for the first
    one that is unknown, missing, of the wrong type, out of range or refused.
    """
    by_name = {one.name: one for one in declared}
    for name in given:
        if name not in by_name:
            raise UserError(told.unknown.format(name))
    values: dict[str, Any] = {}
    for one in declared:
        if one.name not in given:
            if one.required:
                raise UserError(told.missing.format(one.name))
            values[one.name] = one.default
            continue
        if one.refused:
            raise UserError(f"Hyperparameter {one.name}: {one.refused}")
        try:
            values[one.name] = one.parse(_plain(str(given[one.name])))
        except (ValueError, OverflowError):
            raise UserError(f"Hyperparameter {one.name}: could not parse value") from None
        if one.idle:
            say(f"{one.name} is without effect here: {one.idle}.")
    return values
