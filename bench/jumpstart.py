"""JumpStart's catalogue in the page: opening it, each keystroke of a search, and its memory.

A keystroke lasts until its rows and what each facet would leave are painted; the slowest counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from lab import browse, jupyterlab, write_result

ROUNDS = 3
WORD = "mobilenet"
TIMES = 5
"""How often the word is typed and deleted; a keystroke's figure is its median of them."""


def local(home: Path, command: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "jupyter_smext.local", command],
        env={**os.environ, "SMEXT_LOCAL_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    rounds: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        local(home, "start")
        try:
            environment = {"SMEXT_LOCAL_HOME": folder}
            with jupyterlab(extension=True, environment=environment) as lab:
                rounds += [browse("jumpstart", lab.url, WORD, str(TIMES)) for _ in range(ROUNDS)]
        finally:
            local(home, "stop")
    strokes = [
        statistics.median(times)
        for times in zip(*(once for one in rounds for once in one["strokes"]), strict=True)
    ]
    figures = {
        "jumpstart_paint_ms": statistics.median(one["paintMs"] for one in rounds),
        "jumpstart_filter_ms": max(strokes),
        "jumpstart_mb": statistics.median(one["bytes"] for one in rounds) / 1e6,
    }
    bounds = {"jumpstart_paint_ms": 300, "jumpstart_filter_ms": 16, "jumpstart_mb": 30}
    print(
        f"{rounds[0]['all']} models, {rounds[0]['rows']} of them with {WORD}; "
        f"{len(strokes)} keystrokes, half of them in {statistics.median(strokes):.1f} ms"
    )
    for key, value in figures.items():
        print(f"{key:24} {value:8.2f}  (at most {bounds[key]})")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
