"""Entry point: `python -m jupyter_smext.local.algorithms train|serve NAME`."""

from __future__ import annotations

import argparse

from . import names
from .job import base
from .table import find


def main() -> int:
    """Train or serve the named algorithm in the base folder; the exit code."""
    algorithms = {name: one for name in names() if (one := find(name)) and not one.needs_aws}
    parser = argparse.ArgumentParser(prog="python -m jupyter_smext.local.algorithms")
    parser.add_argument("task", choices=("train", "serve"))
    parser.add_argument("name", choices=tuple(algorithms))
    given = parser.parse_args()
    algorithm = algorithms[given.name]
    if given.task == "train":
        from .training import run

        return run(algorithm, base())
    from .hosting import host

    host(algorithm, base() / "model")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
