"""Counts and sizes in words."""

from __future__ import annotations


def in_bytes(size: int) -> str:
    """`38 MiB`, `912 bytes`."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB"):
        if amount < 1024:
            return (
                f"{amount:.0f} {unit}"
                if amount >= 10 or unit == "bytes"
                else f"{amount:.1f} {unit}"
            )
        amount /= 1024
    return f"{amount:.1f} GiB"


def counted(number: int, noun: str) -> str:
    """`1 package`, `6 packages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
