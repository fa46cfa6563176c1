"""The map of causes, read from `causes.yaml`, and which of its signs a text shows."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files

import msgspec

from ..decoding import convert


class Advice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What helps and is done elsewhere."""

    label: str
    detail: str = ""
    url: str | None = None


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cause as it is declared; `causes.yaml` says what its members are.

    `otherwise` is the detail where a sign tells none of what stands in `detail`. `clone`: its first
    advice is to be followed in the form of a copy.
    """

    id: str
    title: str
    detail: str
    sources: tuple[str, ...]
    otherwise: str = ""
    signs: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    retries: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    general: bool = False
    clone: bool = False
    log_end: str | None = None

    def in_reason(self, text: str) -> re.Match[str] | None:
        """The most telling sign of it in AWS's reason."""
        found = next(_found((*self.reason, *self.signs), text), None)
        return found[1] if found else None

    def in_line(self, text: str) -> tuple[int, re.Match[str]] | None:
        """The most telling sign of it in a line of a log, and how many tell more."""
        return next(_found(self.signs, text), None)


@functools.cache
def known_causes() -> tuple[Known, ...]:
    """Every cause, in the order of the file."""
    import yaml

    text = files("jupyter_smext.failures").joinpath("causes.yaml").read_text(encoding="utf-8")
    return convert(yaml.safe_load(text), tuple[Known, ...])


def _found(signs: tuple[str, ...], text: str) -> Iterator[tuple[int, re.Match[str]]]:
    for rank, sign in enumerate(signs):
        match = _compiled(sign).search(text)
        if match is not None:
            yield rank, match


@functools.cache
def _compiled(sign: str) -> re.Pattern[str]:
    return re.compile(sign, re.MULTILINE)


def filled(text: str, values: Mapping[str, str]) -> str | None:
    """The text with the groups of a sign in it; None where it names one that was not found."""
    try:
        return text.format_map(values)
    except KeyError:
        return None
