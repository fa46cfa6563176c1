"""Counts and sizes in words."""

from __future__ import annotations

from jupyter_smext.amounts import counted, in_bytes


def test_sizes_in_words() -> None:
    found = [in_bytes(size) for size in (0, 912, 1536, 38 << 20, 3 << 30)]
    assert found == ["0 bytes", "912 bytes", "1.5 KiB", "38 MiB", "3.0 GiB"]


def test_one_and_more() -> None:
    assert (counted(1, "file"), counted(0, "file")) == ("1 file", "0 files")
