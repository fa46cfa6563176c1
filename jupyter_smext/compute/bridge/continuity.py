"""What of a kernel's messages a cut took, by the numbers that jupyter_client puts in their ids."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"(.+_\d+)_(\d+)")
#: More than this between two messages is no gap but another way of numbering.
_WIDEST = 100_000


class Continuity:
    """Counts the numbers that are left out since the last cut.

    A kernel's Session counts whatever it sends, replies to other clients as well; so this is how
    much may be missing at most (jupyter_client, Session.msg_id).
    """

    def __init__(self) -> None:
        # By sender: besides the kernel, its server says something now and then.
        self._next: dict[str, int] = {}
        self._missing: set[tuple[str, int]] = set()

    def saw(self, message_id: str) -> None:
        """A message came, from whichever channel."""
        found = _NUMBERED.fullmatch(message_id)
        if found is None:
            return
        sender, number = found[1], int(found[2])
        expected = self._next.get(sender, number)
        if number < expected:
            self._missing.discard((sender, number))
            return
        if 0 < number - expected < _WIDEST:
            self._missing.update((sender, each) for each in range(expected, number))
        self._next[sender] = number + 1

    def cut(self) -> None:
        """Count from here on."""
        self._missing.clear()

    def came_before_reply(self, idle_id: str) -> bool:
        """Whether what the kernel said last before a reply came; the reply is followed by the idle.

        False when it is not known.
        """
        found = _NUMBERED.fullmatch(idle_id)
        return found is not None and (found[1], int(found[2]) - 2) not in self._missing

    def missing(self, before: str | None = None) -> int | None:
        """How many did not come since the cut; None when the kernel does not number them.

        `before` is the id of a message: what was sent after it may still come by another channel.
        """
        if not self._next:
            return None
        found = _NUMBERED.fullmatch(before) if before is not None else None
        if found is None:
            return len(self._missing)
        sender, end = found[1], int(found[2])
        return sum(each != sender or number < end for each, number in self._missing)
