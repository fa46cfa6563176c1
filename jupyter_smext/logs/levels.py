"""Which lines of a log tell of an error or warn of one: by the forms that programs write it in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

PLAIN, WARNING, ERROR = 0, 1, 2
Level = Literal[0, 1, 2]

#: A line without any of these, in either case, is not looked at further.
_HINTS = tuple(
    rb"error|exception|traceback|fatal|critical|crit]|severe|panic|emerg|alert]|killed|warn|fault|"
    rb"aborted|dumped|cuda|out of memory|no space|command not found|permission denied|exit|"
    rb"interrupt".split(b"|")
)
#: glog's lines begin with a letter and the month.
_GLOG = tuple(b"\n" + level + month for level in (b"e", b"f", b"w") for month in (b"0", b"1"))
_TRACEBACK = re.compile(rb"Traceback \(most recent call last\):")
_ERRORS = re.compile(
    rb"|".join(
        (
            # Python, https://docs.python.org/3/library/traceback.html; Java's is alike.
            rb"(?:^|[\s:\[\"'(])(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)\b"
            rb"(?:\s*[:(\"']|\s*$)",
            # Levels of logging, log4j and syslog as words of their own; nginx's are in brackets.
            rb"(?:^|[\s\[|<\"'=:(])(?:ERROR|CRITICAL|FATAL|SEVERE|PANIC|EMERG)(?=[\s\]:|>\"',)]|$)",
            rb"\[(?:error|crit|alert|emerg|fatal)\]",
            rb"\"?(?:level|severity|levelname)\"?\s*[:=]\s*\"?(?:error|fatal|critical)\b",
            # What tools begin a line with, but not a measure: `error: 0.12`.
            rb"^(?:[\w./-]+: )?(?:error|fatal(?: error)?|panic): (?!\s*[-+]?[\d.]+\s*$)",
            # glog, https://github.com/google/glog#severity-levels: E0102 03:04:05.
            rb"^[EF]\d{4} \d\d:\d\d:\d\d",
            # The shell and the kernel, signal(7).
            rb"(?:^|\s)(?:Killed|Segmentation fault|Bus error|Aborted|Floating point exception)"
            rb"(?:$|\s*\()",
            rb"[Nn]o space left on device|: Permission denied\b|: command not found\b",
            rb"CUDA (?:error|out of memory)|CUDA_ERROR|NCCL (?:error|WARN)|Out of memory:",
            rb"exit(?:ed|ing)?(?: with)?(?: non-zero)? (?:exit )?(?:code|status)[ :]+-?[1-9]",
        )
    )
)
_WARNINGS = re.compile(
    rb"(?:^|[\s\[|<\"'=:(])WARN(?:ING)?(?=[\s\]:|>\"',)]|$)|\w+Warning:|\[warn(?:ing)?\]|"
    rb"^(?:[\w./-]+: )?[Ww]arning: |\"?(?:level|severity|levelname)\"?\s*[:=]\s*\"?warn|"
    rb"^W\d{4} \d\d:\d\d:\d\d"
)
#: What of a longer line is looked at.
_LOOKED_AT = 2000


class Levels:
    """The levels of a stream's lines, given in their order.

    `first` is the number of the line that tells the first error, and `errors` counts them; the
    lines of one traceback are one error, told by its last.
    """

    def __init__(self) -> None:
        self.first: int | None = None
        self.errors = 0
        self._seen = 0
        self._open = False
        self._first_open = False

    def of(self, lines: Sequence[bytes]) -> bytearray:
        """The level of each line, behind those that were given before."""
        found = bytearray(len(lines))
        at = 0
        if self._open:
            at = self._traceback(lines, 0, found)
        text = b"\n".join((b"", *lines)).lower()
        # To look for each by itself is many times faster than for one of them at each place.
        hints = [hint for hint in (*_HINTS, *_GLOG) if hint in text]
        if not hints:
            self._seen += len(lines)
            return found
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        for hint in re.finditer(b"|".join(map(re.escape, hints)), text):
            number = bisect_right(starts, hint.end() - 2) - 1
            if number < at:
                continue
            line = lines[number][:_LOOKED_AT]
            at = number + 1
            if _TRACEBACK.search(line):
                self._told(number)
                self._first_open = self.first == self._seen + number
                found[number] = ERROR
                at = self._traceback(lines, at, found)
            elif _ERRORS.search(line):
                found[number] = ERROR
                self._told(number)
            elif _WARNINGS.search(line):
                found[number] = WARNING
        self._seen += len(lines)
        return found

    def _told(self, number: int) -> None:
        self.errors += 1
        if self.first is None:
            self.first = self._seen + number

    def _traceback(self, lines: Sequence[bytes], at: int, found: bytearray) -> int:
        """Go on with a traceback from the line `at`; the number of the line behind it."""
        self._open = True
        while at < len(lines):
            line = lines[at]
            found[at] = ERROR
            at += 1
            if not line.startswith((b" ", b"\t")) and line:
                self._open = False
                if self._first_open:
                    self.first = self._seen + at - 1
                self._first_open = False
                break
        return at
