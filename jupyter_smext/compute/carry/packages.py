"""Packages that one kernel has and another has not, and pip to make up for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from ...aws.problems import ProblemError, problem
from ...protocol import PackageDifference
from .kernel_code import PATIENCE_SECONDS, Progress, run_inside
from .variables import START_SECONDS

#: PEP 508 and the characters of PEP 440: what came from another machine is given to pip.
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._!+-]*[A-Za-z0-9])?")
#: What runs a kernel must not change under it.
_OF_THE_KERNEL = frozenset(
    """
    comm debugpy ipykernel ipython jupyter-client jupyter-core jupyter-server jupyter-smext
    jupyterlab matplotlib-inline nest-asyncio pip pyzmq setuptools tornado traitlets wheel
    """.split()
)
_LOOK_SECONDS = 0.5
#: No package takes so long; pip that waits for ever is ended.
_LONGEST_SECONDS = 1800.0


class Installed(msgspec.Struct, frozen=True):
    """The distributions of a kernel's environment: version by name as PEP 503 normalises it.

    `imported` are in use by the kernel. `direct` were installed from a path or a URL: there is no
    index to get the same from, and one of that name there would be a stranger's.
    """

    versions: dict[str, str]
    imported: frozenset[str]
    direct: frozenset[str]


class NotInstalled(msgspec.Struct, frozen=True):
    """Packages that could not be installed, and the end of what pip said of each."""

    failed: dict[str, str]


async def installed(kernel: Any, patience: float = START_SECONDS) -> Installed:
    """What the kernel's environment has. Raises ProblemError: busy, dead, or not Python."""
    told = await run_inside(kernel, "distributions", "installed", patience=patience)
    return Installed(
        {normalised(name): str(version) for name, version in told["versions"].items()},
        frozenset(map(normalised, told["imported"])),
        frozenset(map(normalised, told["direct"])),
    )


def compared(here: Installed, there: Installed) -> tuple[PackageDifference, ...]:
    """What `here` has and `there` lacks or has in another version: the imported first, by name.

    Left out: what a kernel itself runs on, and what no index has.
    """
    differ = [
        PackageDifference(name, version, there.versions.get(name), name in here.imported)
        for name, version in here.versions.items()
        if there.versions.get(name) != version
        and name not in _OF_THE_KERNEL
        and name not in here.direct
        and _NAME.fullmatch(name)
        and _VERSION.fullmatch(version)
    ]
    return tuple(sorted(differ, key=lambda each: (not each.imported, each.name)))


async def difference(old: Any, new: Any) -> tuple[PackageDifference, ...]:
    """`compared` of two kernels that both run. Raises ProblemError."""
    here, there = await asyncio.gather(*(installed(each, PATIENCE_SECONDS) for each in (old, new)))
    return compared(here, there)


async def install(
    kernel: Any, packages: Sequence[PackageDifference], progress: Progress | None = None
) -> NotInstalled:
    """Install them, in the version of `here`, where the kernel runs; each line of pip is progress.

    All at once, so that they fit together; when that fails, one by one. Raises ProblemError.
    """
    # No index has a local version (2.3.0+cu121); PEP 440 takes any local one for the public.
    wanted = [f"{each.name}=={each.here.partition('+')[0]}" for each in packages]
    for each in packages:
        if not _NAME.fullmatch(each.name) or not _VERSION.fullmatch(each.here):
            raise ProblemError(problem("invalid", f"{each.name[:80]!r} is no package of an index"))
    if not wanted:
        return NotInstalled({})
    status, said = await _pip(kernel, wanted, None, progress)
    if status == 0:
        return NotInstalled({})
    if "No module named pip" in said:
        raise ProblemError(
            problem(
                "conflict",
                "There is no pip where the kernel runs",
                said,
                "Install the packages there by its own package manager.",
            )
        )
    failed = {}
    for number, (each, requirement) in enumerate(zip(packages, wanted, strict=True)):
        status, said = await _pip(kernel, [requirement], number / len(wanted), progress)
        if status != 0:
            failed[each.name] = said
    return NotInstalled(failed)


async def _pip(
    kernel: Any, requirements: list[str], part: float | None, progress: Progress | None
) -> tuple[int, str]:
    """Its exit status, and what it said last."""
    pip = await run_inside(
        kernel, "distributions", "start_pip", patience=START_SECONDS, requirements=requirements
    )
    at, text, status = 0, "", None
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _LONGEST_SECONDS
    try:
        while status is None:
            if loop.time() > deadline:
                return 1, f"pip did not end within {_LONGEST_SECONDS / 60:.0f} minutes"
            await asyncio.sleep(_LOOK_SECONDS)
            look = await run_inside(
                kernel, "distributions", "look_at_pip", patience=START_SECONDS, at=at, **pip
            )
            at, status = look["at"], look["status"]
            text = (text + look["text"])[-20_000:]
            if progress is not None and (lines := look["text"].strip().splitlines()):
                progress(part, lines[-1][:200])
    finally:
        if status is None:
            await run_inside(kernel, "distributions", "end_pip", **pip)
    return status, _last(text)


def _last(text: str) -> str:
    """pip's own verdict where it gives one, else its last lines."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return " ".join((errors or lines)[-3:])[:500]


def normalised(name: str) -> str:
    """A project's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
