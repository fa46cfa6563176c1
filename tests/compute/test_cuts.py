"""The trial of forced cuts, in short; `dev.py chaos kernel` makes 100 of them."""

from __future__ import annotations

import random
from pathlib import Path

from tests.compute.cuts import KINDS, trial


async def test_no_cell_hangs_and_what_is_lost_is_said(tmp_path: Path) -> None:
    assert await trial(tmp_path, random.Random(1), count=len(KINDS), silence=0) == []
