"""The regular expressions in AWS's models are Java's; this turns one into Python's."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

_PROPERTY = re.compile(r"\\p\{(\w+)\}")
#: Surrogates name halves of characters that a Python string holds whole.
_SURROGATES = r"\uD800\uDC00-\uDBFF\uDFFF"


@functools.cache
def _members(category: str, ascii_only: bool) -> str:
    """A Unicode general category as ranges for a character class."""
    if category == "Alnum":
        return "a-zA-Z0-9"
    ranges: list[list[int]] = []
    for code in range(128 if ascii_only else sys.maxunicode + 1):
        if unicodedata.category(chr(code)).startswith(category):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


@functools.cache
def _compile(pattern: str, ascii_only: bool) -> re.Pattern[str]:
    text = pattern.replace(_SURROGATES, r"\U00010000-\U0010FFFF")
    # Java takes a repeated end of line; it means the same once.
    text = re.sub(r"\$\{\d+,\d+\}", "$", text)
    text = _PROPERTY.sub(lambda found: _members(found[1], ascii_only), text)
    # Java's \w \d \s are ASCII unless told otherwise.
    return re.compile(text, re.ASCII)


def matches(pattern: str, value: str) -> bool:
    """Whether the whole of `value` fits `pattern`, as AWS reads it."""
    # Walking all of Unicode for \p{L} costs a quarter second, and names are nearly always ASCII.
    return _compile(pattern, value.isascii()).fullmatch(value) is not None
