"""The packages of a kernel, made up for where it goes to."""

from __future__ import annotations

from ...amounts import counted
from ..carry import packages
from .work import Work


async def note_packages(work: Work) -> None:
    """What the old kernel has, as long as it is there to be asked."""
    record = work.record
    if record.switch.request.carried.packages and record.installed is None:
        kernel = work.world.notebooks.kernel(record.old_kernel)
        await work.keep(installed=await packages.installed(kernel))


async def install(work: Work) -> str:
    """What the notebook has imported, in the version that it had; the rest is only named."""
    record = work.record
    assert record.installed is not None
    kernel = work.world.notebooks.kernel(record.new_kernel)
    differ = packages.compared(record.installed, await packages.installed(kernel))
    wanted = [each for each in differ if each.imported]
    work.retitle(f"Install {counted(len(wanted), 'package')} that differ")
    left = await packages.install(kernel, wanted, work.tell)
    work.add_notes(f"{name} could not be installed: {why}" for name, why in left.failed.items())
    others = len(differ) - len(wanted)
    if others:
        work.add_notes(
            [f"{counted(others, 'package')} more differ; the notebook has not imported them."]
        )
    return ", ".join(f"{each.name} {each.here}" for each in wanted if each.name not in left.failed)
