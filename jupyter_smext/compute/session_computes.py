"""Where the kernels of this Jupyter server's notebooks run, and how the lines to them are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ..protocol import Compute, ComputeName, SessionCompute
from .kept_kernels import KeptKernels
from .names import name_of
from .places import LOCAL


async def session_computes(
    models: list[dict[str, Any]],
    kernels: KeptKernels,
    compute: Callable[[ComputeName], Awaitable[Compute]],
    switch: Callable[[str], str | None],
) -> list[SessionCompute]:
    """One for each of `models`, the sessions as Jupyter Server lists them.

    A kernel that did not come back with the server is told by its notebook's session, or where
    that has none by one of its own that has `ended`.
    `compute(at)` tells a place as it is now, and is asked once for each; `switch(session id)` the
    switch that is about it.
    """
    lines = {model["id"]: kernels.line(model["kernel"]["id"]) for model in models}
    lost = {
        session.path: (session, kept, f"Its kernel on {name_of(kept.at)} did not come back: {why}")
        for kept, why in kernels.not_back()
        for session in kept.sessions
    }
    of_lost = {path: each for path, each in lost.items() if path not in {m["path"] for m in models}}
    places = {line[0] if line else LOCAL: None for line in lines.values()}
    places |= {kept.at: None for _, kept, _ in of_lost.values()}
    known = dict(zip(places, await asyncio.gather(*map(compute, places)), strict=True))
    found = []
    for model in models:
        here = lost[model["path"]][2] if model["path"] in lost else ""
        at, line, note = lines[model["id"]] or (LOCAL, "open", here)
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
    found += [
        SessionCompute(
            session_id=session.id,
            path=path,
            kernel_id=None,
            compute=known[kept.at],
            line="ended",
            note=note,
            switch=None,
        )
        for path, (session, kept, note) in of_lost.items()
    ]
    return found
