"""The acts of a switch on kernels: packed, signed in to, started, restored, moved, shut down."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from ...amounts import counted, in_bytes
from ...aws.errors import ProblemError, problem
from ...protocol import ComputeName
from .. import kernelspecs
from ..carry import variables
from ..instances import whole
from ..names import name_of
from ..places import LOCAL
from .acts_on_instances import stop_left
from .acts_on_packages import note_packages
from .notebooks import Notebook
from .record import Record
from .since_packed import cells_run, note_cells
from .work import Work

if TYPE_CHECKING:
    from ..remote import RemoteJupyter

#: An instance that is in service may take a while until its Jupyter server answers.
COMES_UP_SECONDS = 180.0
LOOK_SECONDS = 1.0


async def pack(work: Work) -> str:
    """Its variables in a file of this machine; an instance sends them through its own server."""
    record = work.record
    kernel = work.world.notebooks.kernel(record.old_kernel)
    cells = await cells_run(kernel)
    # Beside what an earlier attempt has packed: this one may fail.
    file = work.packed.with_suffix(".packing")
    packed = await variables.pack(
        kernel,
        file,
        remote=_remote(work, record.switch.now.at),
        limit=work.world.limits.variables,
        progress=work.tell,
    )
    await asyncio.to_thread(file.replace, work.packed)
    await work.keep(variables=packed, cells=cells)
    what = counted(len(packed.names), "variable")
    work.retitle(f"Pack {what}, {in_bytes(packed.bytes)}")
    return _without(packed.without)


async def sign_in(work: Work) -> str:
    """Until the Jupyter server of the target answers."""
    to = work.record.switch.request.to
    remote = _remote(work, to)
    assert remote is not None
    began = time.monotonic()
    while True:
        try:
            await whole(remote.sign_in())
            await remote.kernelspecs()
            return ""
        except ProblemError as error:
            said = error.problem
            # What AWS refuses stays refused; a server that is only coming up has no code.
            passes = said.cause in ("offline", "broken", "signed_out") and said.code is None
            if not passes or time.monotonic() - began > COMES_UP_SECONDS:
                raise
            work.tell(None, f"{said.title}; trying again")
            await asyncio.sleep(LOOK_SECONDS)


async def start(work: Work) -> str:
    """The new kernel, beside the old one; a kernelspec of its own names where it runs."""
    record = work.record
    to = record.switch.request.to
    if not work.world.notebooks.runs(record.new_kernel):
        if not record.ends_kernel:
            await note_packages(work)
        await whole(_start(work, to))
    return str(work.world.notebooks.display_name(work.record.new_spec or ""))


async def _start(work: Work, to: ComputeName) -> None:
    record = work.record
    wanted = record.switch.request.kernel
    language = work.world.notebooks.language(record.old_spec)
    remote = _remote(work, to)
    if remote is None:
        spec = work.world.notebooks.local_spec(wanted or record.old_name, language)
    else:
        told = await remote.kernelspecs()
        if record.goes_back:
            wanted = record.old_name
        name = chosen(told, wanted, record.old_name, language, name_of(to))
        given = told["kernelspecs"][name]["spec"]
        spec = await asyncio.to_thread(kernelspecs.write, to, name, given, name_of(to))
    folder = record.folder_there if remote is not None else ""
    kernel = await work.world.notebooks.start(notebook_of(record), spec, folder)
    await work.keep(new_kernel=kernel, new_spec=spec)


def chosen(told: dict[str, Any], wanted: str | None, like: str, language: str, where: str) -> str:
    """The name of the kernel over there: the one asked for, else one of the same language.

    Of several of the language it is the one that is called `like`, or the server's default.
    Raises a ProblemError that names those that are there.
    """
    specs = told["kernelspecs"]
    if wanted is not None and wanted in specs:
        return wanted
    fits = [
        name
        for name, each in specs.items()
        if str(each["spec"].get("language", "")).lower() == language.lower()
    ]
    if wanted is None and fits:
        return next((name for name in (like, told["default"]) if name in fits), min(fits))
    asked = f"kernel {wanted}" if wanted is not None else f"kernel for {language}"
    there = ", ".join(sorted(specs)) or "none"
    raise ProblemError(
        problem(
            "not_found", f"{where} has no {asked}", f"It has: {there}.", "Choose another kernel."
        )
    )


async def restore(work: Work) -> str:
    record = work.record
    if record.variables is None:
        return "There were none"
    unpacked = await variables.unpack(
        work.world.notebooks.kernel(record.new_kernel),
        work.packed,
        record.variables,
        remote=_remote(work, record.switch.request.to),
        progress=work.tell,
    )
    work.add_notes(
        f"{name} did not come along: {why}"
        for name, why in (record.variables.without | unpacked.without).items()
    )
    missing = [name for name in record.variables.names if name not in unpacked.names]
    if missing:
        # The old kernel may be gone by then: nothing else has them.
        are = "is" if len(missing) == 1 else "are"
        work.add_notes(
            [f"{_some(missing)} {are} kept as packed for 7 days on this machine, in {work.packed}"]
        )
    await work.keep(keeps_pack=bool(missing))
    return counted(len(unpacked.names), "variable")


async def move(work: Work) -> str:
    """From here on the notebook's kernel is the new one."""
    record = work.record
    assert record.new_kernel is not None
    await note_cells(work)
    await whole(_move(work, record, record.new_kernel))
    return ""


async def _move(work: Work, record: Record, kernel: str) -> None:
    notebooks = work.world.notebooks
    await notebooks.move(notebook_of(record), kernel)
    await work.keep(moved=True)
    work.show_kernel(kernel)
    if record.switch.now.at == record.switch.request.to:
        # It ended with its instance, or before; only its name here is left.
        await notebooks.shut_down(record.old_kernel, now=True)


async def leave(work: Work) -> str:
    """Stop the instance that is left, shut down the old kernel there, or leave it running."""
    record = work.record
    at, request = record.switch.now.at, record.switch.request
    notebooks = work.world.notebooks
    if at.kind != "local" and not request.stop_old and request.keep_old_kernel:
        await notebooks.leave_running(notebook_of(record))
        return ""
    if at.kind == "local" or not request.stop_old:
        await notebooks.shut_down(record.old_kernel)
        return ""
    await notebooks.shut_down(record.old_kernel, now=True)
    return await stop_left(work, at)


def notebook_of(record: Record) -> Notebook:
    """The notebook as it was when the switch was asked for."""
    request = record.switch.request
    return Notebook(
        session_id=request.session_id,
        path=request.path,
        name=record.session_name,
        type=record.session_type,
        kernel_id=record.old_kernel or "",
        spec=record.old_spec,
        at=record.switch.now.at,
    )


def _remote(work: Work, at: ComputeName) -> RemoteJupyter | None:
    return None if at == LOCAL else work.world.remote(at)


def _some(names: list[str], shown: int = 5) -> str:
    more = [f"{len(names) - shown} more"] if len(names) > shown else []
    return ", ".join([*names[:shown], *more])


def _without(without: dict[str, str]) -> str:
    return f"Without {', '.join(sorted(without))}" if without else ""
