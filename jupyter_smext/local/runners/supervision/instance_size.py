"""What an instance of an AWS type gets on this machine."""

from __future__ import annotations

from jupyter_smext import instance_types

from . import Limits, limits, machine


def size(instance_type: str) -> tuple[Limits, str]:
    """The limits of a type's processes, and what that means in words."""
    known = instance_types.find(instance_type)
    if known is None:
        here = machine()
        return here, (
            f"runs on this machine: {here.cpus} vCPU, {here.memory_gib:g} GiB; "
            f"the size of {instance_type} is not known here, so nothing limits it"
        )
    given = limits(known.vcpu, known.memory_gib, known.gpus, known.gpu)
    words = (
        f"runs on this machine: {given.cpus} vCPU, {given.memory_gib:g} GiB of {known.name}'s "
        f"{known.vcpu} vCPU, {known.memory_gib:g} GiB"
    )
    return given, "; ".join((words, *given.notes))
