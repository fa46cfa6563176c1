"""Where the kernels of this Jupyter server's notebooks run, and how the lines to them are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ..protocol import Compute, ComputeName, SessionCompute
from .kept_kernels import KeptKernels
from .places import LOCAL


async def session_computes(
    models: list[dict[str, Any]],
    kernels: KeptKernels,
    compute: Callable[[ComputeName], Awaitable[Compute]],
    switch: Callable[[str], str | None],
) -> list[SessionCompute]:
    """One for each of `models`, the sessions as Jupyter Server lists them.

    `compute(at)` tells a place as it is now, and is asked once for each; `switch(session id)` the
    switch that is about it.
    """
    lines = {model["id"]: kernels.line(model["kernel"]["id"]) for model in models}
    places = list({line[0] if line else LOCAL: None for line in lines.values()})
    known = dict(zip(places, await asyncio.gather(*map(compute, places)), strict=True))
    found = []
    for model in models:
        at, line, note = lines[model["id"]] or (LOCAL, "open", "")
        found.append(
            SessionCompute(
                session_id=model["id"],
                path=model["path"],
                kernel_id=model["kernel"]["id"],
                compute=known[at],
                line=line,
                note=note,
                switch=switch(model["id"]),
            )
        )
    return found
