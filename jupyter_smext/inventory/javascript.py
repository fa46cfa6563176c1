"""Patterns of AWS's models as JavaScript reads them: AWS writes them for Java."""

from __future__ import annotations

import re

LONGEST = 400
CATEGORIES = re.compile(r"\{(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdsefio]?|S[mcko]?|Z[slp]?)\}")
GROUPS = ("(?:", "(?=", "(?!", "(?<=", "(?<!")
QUANTIFIER = re.compile(r"[*+?]|\{\d+(?:,\d*)?\}")
SYNTAX = set("^$\\.*+?()[]{}|/")
SETS = "dDwWsS"


def javascript_pattern(pattern: str) -> str | None:
    """`pattern`, for the whole value, as `new RegExp(…, "u")` takes it; None when it cannot.

    The browser's form then leaves the check to AWS. With `u`, a needless escape is an error.
    """
    if len(pattern) > LONGEST:
        return None
    try:
        body = _Reader(pattern).read()
        # A second opinion on brackets and repeats; Python has no \p.
        re.compile(re.sub(r"\\[pP]\{\w+\}", "x", body))
    except (Untranslatable, re.error):
        return None
    return f"^(?:{body})$"


class Untranslatable(Exception):
    """Java's meaning has no equal in JavaScript, or the pattern is broken."""


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.rest = pattern
        self.done: list[str] = []

    def read(self) -> str:
        repeatable = False
        while self.rest:
            head = self.rest[0]
            if match := QUANTIFIER.match(self.rest):
                if not repeatable:
                    raise Untranslatable("nothing to repeat")
                self._take(match.end())
                if self.rest[:1] == "?":
                    self._take(1)
                elif self.rest[:1] == "+":
                    raise Untranslatable("possessive")
                repeatable = False
            elif head == "\\":
                self.done.append(self._escape(inside=False))
                repeatable = self.done[-1] not in (r"\b", r"\B")
            elif head == "[":
                self._set()
                repeatable = True
            elif head == "(":
                self._group()
                repeatable = False
            elif head in "{}]":
                self.done.append("\\" + head)
                self.rest = self.rest[1:]
                repeatable = True
            else:
                repeatable = head not in "^$|"
                self._take(1)
        return "".join(self.done)

    def _take(self, length: int) -> None:
        self.done.append(self.rest[:length])
        self.rest = self.rest[length:]

    def _group(self) -> None:
        if not self.rest.startswith("(?"):
            self._take(1)
            return
        opening = next((known for known in GROUPS if self.rest.startswith(known)), None)
        if opening is None:
            raise Untranslatable("flags and atomic groups")
        self._take(len(opening))

    def _escape(self, inside: bool) -> str:
        """The next escape, in the form that `u` allows."""
        letter, after = self.rest[1:2], self.rest[2:]
        length = 2
        if letter in ("p", "P"):
            category = CATEGORIES.match(after)
            if category is None:
                raise Untranslatable("POSIX classes and scripts")
            length += category.end()
        elif letter in ("x", "u"):
            digits = re.match(r"[0-9a-fA-F]{2}" if letter == "x" else r"[0-9a-fA-F]{4}", after)
            if digits is None:
                raise Untranslatable("code points")
            length += digits.end()
        elif letter == "" or (letter.isalnum() and letter not in SETS + "tnrfv"):
            if inside or letter not in ("b", "B"):
                raise Untranslatable(f"\\{letter}")
        elif letter not in SYNTAX and not letter.isalnum() and not (inside and letter == "-"):
            self.rest = self.rest[2:]
            return letter
        text, self.rest = self.rest[:length], self.rest[length:]
        return text

    def _set(self) -> None:
        """A bracket expression; a dash beside a class of characters stands for itself."""
        opening = "[^" if self.rest.startswith("[^") else "["
        self._take(len(opening))
        atoms: list[str] = []
        while self.rest and self.rest[0] != "]":
            if self.rest[0] == "[" or self.rest.startswith("&&"):
                raise Untranslatable("sets of sets")
            if self.rest[0] == "\\":
                atoms.append(self._escape(inside=True))
            else:
                atoms.append(self.rest[0])
                self.rest = self.rest[1:]
        if not self.rest or not atoms:
            raise Untranslatable("brackets")
        for place, atom in enumerate(atoms):
            beside = atoms[max(place - 1, 0) : place + 2]
            if atom == "-" and any(near[:1] == "\\" and near[1] in SETS + "pP" for near in beside):
                atom = r"\-"
            self.done.append(atom)
        self._take(1)
