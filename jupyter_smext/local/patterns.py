"""The regular expressions in AWS's models are Java's; this turns one into Python's."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterator
from itertools import chain

#: What stands for more than itself, or opens and closes a class: [a\]b] is one.
_TOKEN = re.compile(r"\\p\{(?P<property>\w+)\}|\\.|\[|\]|-|[^\\\[\]-]+", re.DOTALL)
#: Java's POSIX classes (java.util.regex.Pattern).
_POSIX = {"Alnum": "a-zA-Z0-9", "ASCII": r"\x00-\x7f", "Print": r"\x20-\x7e"}
#: Planes with no character but private ones lie between the last ideographs and the tags.
_ASSIGNED = (range(0x33480), range(0xE0000, 0xE01F0))
#: Surrogates name halves of characters that a Python string holds whole.
_SURROGATES = r"\uD800\uDC00-\uDBFF\uDFFF"


@functools.cache
def _members(category: str, ascii_only: bool) -> str:
    """A Unicode general category as ranges for a character class."""
    if category in _POSIX:
        return _POSIX[category]
    ranges: list[list[int]] = []
    planes = (range(sys.maxunicode + 1),) if category.startswith("C") else _ASSIGNED
    for code in range(128) if ascii_only else chain(*planes):
        if unicodedata.category(chr(code)).startswith(category):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


def _translated(pattern: str, ascii_only: bool) -> Iterator[str]:
    """The pattern with properties as ranges and with hyphens that stand for themselves escaped."""
    inside, last = False, ""
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if token["property"]:
            members = _members(token["property"], ascii_only)
            yield members if inside else f"[{members}]"
        elif text == "-" and inside and re.fullmatch(r"\\[wdsWDSp].*", last):
            yield r"\-"  # [\w-_]: Java sees no range there
        else:
            inside = text == "[" or inside and text != "]"
            yield text
        last = text


@functools.cache
def _compile(pattern: str, ascii_only: bool) -> re.Pattern[str]:
    text = pattern.replace(_SURROGATES, r"\U00010000-\U0010FFFF")
    # Java takes a repeated end of line; it means the same once.
    text = re.sub(r"\$\{\d+,\d+\}", "$", text)
    text = text.replace(r"\z", r"\Z")
    text = "".join(_translated(text, ascii_only))
    # Java's \w \d \s are ASCII unless told otherwise.
    return re.compile(text, re.ASCII)


def matches(pattern: str, value: str) -> bool:
    """Whether the whole of `value` fits `pattern`, as AWS reads it."""
    # Walking all of Unicode for \p{L} costs a quarter second, and names are nearly always ASCII.
    return _compile(pattern, value.isascii()).fullmatch(value) is not None
