"""What of a log's line is shown: text for people, whatever bytes a program wrote."""

from __future__ import annotations

import re

#: Characters of a line that a page is given; the whole line is asked for by itself.
SHOWN = 2000
#: Bytes of a line that are looked at for that: the longest characters, and some progress.
LOOKED_AT = 4 * SHOWN

# ECMA-48: control sequences, strings such as a window's title, and escapes of two characters.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\-~])"
)
_UNSEEN: dict[int, int | str] = {
    # Control characters by their pictures; C1 and what turns the direction of text by their number.
    **{code: 0x2400 + code for code in range(32) if code != 9},
    127: 0x2421,
    **{code: f"<U+{code:04X}>" for code in range(0x80, 0xA0)},
    **{
        code: f"<U+{code:04X}>"
        for code in (0x61C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F))
    },
    **{code: f"<U+{code:04X}>" for code in range(0x2066, 0x206A)},
}
_TABLE = str.maketrans(_UNSEEN)


def lines_of(message: str) -> list[bytes]:
    """The lines of an event, in UTF-8, without a terminal's escape sequences."""
    if "\x1b" in message:
        message = _ESCAPES.sub("", message)
    raw = message.encode(errors="replace")
    if raw.endswith(b"\n"):
        raw = raw[:-1]
    return [line.rstrip(b"\r") for line in raw.split(b"\n")]


def shown(head: bytes, end: bytes, length: int) -> tuple[str, bool]:
    """A line of `length` bytes as it is shown, and whether that is all of it.

    `head` and `end` are its first and last `LOOKED_AT` bytes. Of what a program wrote over itself,
    as progress bars do, the last is shown.
    """
    over = b"\r" in head
    raw = (end if over else head).rpartition(b"\r")[2] if over else head
    text = raw.decode(errors="replace")
    cut = text[:SHOWN]
    whole = not over and length <= len(head) and len(text) <= SHOWN
    return cut.translate(_TABLE), whole
