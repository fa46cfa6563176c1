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
        self._sender = ""
        self._next = 0
        self._missing: set[int] = set()
        #: Whether the ids are numbered at all: other kernels than Jupyter's own may not do it.
        self.counted = False

    def saw(self, message_id: str) -> None:
        """A message came, from whichever channel."""
        found = _NUMBERED.fullmatch(message_id)
        if found is None:
            return
        sender, number = found[1], int(found[2])
        if sender != self._sender:
            self._sender, self._next = sender, number
            self._missing.clear()
        self.counted = True
        if number < self._next:
            self._missing.discard(number)
            return
        if number - self._next < _WIDEST:
            self._missing.update(range(self._next, number))
        self._next = number + 1

    def cut(self) -> None:
        """Count from here on."""
        self._missing.clear()

    @property
    def missing(self) -> int | None:
        """How many did not come since the cut; None when they are not numbered."""
        return len(self._missing) if self.counted else None
