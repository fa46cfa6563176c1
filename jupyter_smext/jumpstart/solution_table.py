"""The table of solutions that comes with the package: they are in no list that AWS publishes.

`solutions.csv` has AWS's solutions with their repositories on GitHub (awslabs, aws-samples), and
where the launch links in the READMEs of these say that their templates are in S3. AWS lists them no
longer: whether a template is still there is known when it is read.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib.resources import files

from ..protocol import Solution

AS_OF = "2026-11-26"
"""When the repositories and links of the table were collected."""


def shipped(region: str) -> tuple[Solution, ...]:
    """Its solutions, as they are in a region; the file is read on first use. Blocking."""
    return tuple(_solution(row, region) for row in _rows())


@functools.cache
def _rows() -> tuple[Mapping[str, str], ...]:
    with files("jupyter_smext.jumpstart").joinpath("solutions.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def _solution(row: Mapping[str, str], region: str) -> Solution:
    regions = tuple(row["regions"].split())
    return Solution(
        id=row["id"],
        title=row["title"],
        use_case=row["use_case"],
        summary=row["summary"],
        repository=f"https://github.com/{row['repository']}" if row["repository"] else None,
        template=row["template"].format(region=region) if region in regions else None,
        regions=regions,
        origin="shipped",
        as_of=AS_OF,
    )
