"""The acts behind the steps of a switch, by the steps' ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from . import acts_on_files, acts_on_instances, acts_on_kernels, acts_on_packages
from .work import Work

Act = Callable[[Work], Awaitable[str]]
"""Does its work if it is not done yet, and answers what came of it. Raises ProblemError."""

ACTS: Mapping[str, Act] = {
    "pack": acts_on_kernels.pack,
    "check": acts_on_instances.check,
    "stop": acts_on_instances.stop,
    "retype": acts_on_instances.retype,
    "create": acts_on_instances.create,
    "start": acts_on_instances.start,
    "sign-in": acts_on_kernels.sign_in,
    "fetch": acts_on_files.fetch,
    "files": acts_on_files.copy,
    "kernel": acts_on_kernels.start,
    "packages": acts_on_packages.install,
    "restore": acts_on_kernels.restore,
    "move": acts_on_kernels.move,
    "leave": acts_on_kernels.leave,
}
