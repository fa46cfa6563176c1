"""What a resource that failed is created anew with: changes of its Create parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..instance_types import InstanceType, all_types, find
from ..kinds import Kind
from ..kinds.model import enum_of, input_members
from ..protocol import FailureFix

#: The longest a training job may run, in seconds (StoppingCondition).
LONGEST = 28 * 24 * 3600
LARGEST_VOLUME = 16_384

#: The batch of a step by the names that scripts and SageMaker's algorithms give it.
_BATCH = re.compile(r"(?:per_device_train|train|mini|micro)?[_-]?batch[_-]?size|batchsize", re.I)

PriceOf = Callable[[str], "float | None"]
"""US dollars an hour of an instance type; None: no price is known."""


@dataclass(frozen=True)
class Failed:
    """A resource that failed, as it was created."""

    kind: Kind
    parameters: Mapping[str, Any]
    price: PriceOf

    def at(self, member: str) -> tuple[tuple[str, ...], Any] | None:
        """The path and value of a member that is there once, in structures alone."""
        found = list(_at(self.parameters, member, ()))
        return found[0] if len(found) == 1 else None

    @property
    def type(self) -> InstanceType | None:
        found = self.at("InstanceType")
        return find(str(found[1])) if found else None

    def types(self) -> list[InstanceType]:
        """The known instance types that it may be created with."""
        found = self.at("InstanceType")
        assert found is not None and self.kind.create_operation is not None
        members: Any = input_members(self.kind.create_operation)
        for name in found[0][:-1]:
            members = members[name].members
        names = enum_of(members[found[0][-1]])
        return [all_types()[name] for name in names if name in all_types()]


def _at(value: Any, member: str, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == member:
                yield (*path, name), inner
            else:
                yield from _at(inner, member, (*path, name))


def fixes(failed: Failed, names: tuple[str, ...]) -> list[FailureFix]:
    """What of `names`, functions of this module, can be done to it."""
    if failed.kind.create_operation is None:
        return []
    found = (_RETRIES[name](failed) for name in names)
    return [fix for fix in found if fix is not None]


def try_again(failed: Failed) -> FailureFix | None:
    """The same once more."""
    return FailureFix("Retry unchanged", "The same, under another name.", {})


def halve_batch_size(failed: Failed) -> FailureFix | None:
    """Half the batch, by the hyperparameter that there is."""
    given = failed.parameters.get("HyperParameters")
    if not isinstance(given, Mapping):
        return None
    for name, value in given.items():
        # The SDK writes values as JSON: 16, and "16".
        bare = str(value).strip('"')
        if _BATCH.fullmatch(name) and bare.isdecimal() and int(bare) > 1:
            half = int(bare) // 2
            return FailureFix(
                f"Retry with {name} {half}",
                f"From {bare} to {half}; the same instance, and more steps.",
                {"HyperParameters": {name: str(value).replace(bare, str(half))}},
            )
    return None


def more_gpu_memory(failed: Failed) -> FailureFix | None:
    """The least costly type with as many GPUs, each with more memory."""
    now = failed.type
    if now is None or not now.gpus:
        return None
    each = now.gpu_memory_gib / now.gpus
    larger = [
        one
        for one in failed.types()
        if one.gpus >= now.gpus and one.gpu_memory_gib / one.gpus > each
    ]
    return _on(failed, now, larger, _gpu)


def more_memory(failed: Failed) -> FailureFix | None:
    """The next larger type of the family."""
    now = failed.type
    if now is None:
        return None
    larger = [one for one in failed.types() if one.memory_gib > now.memory_gib]
    own = [one for one in larger if _family(one) == _family(now)]
    return _on(failed, now, own or larger, lambda one: f"{one.memory_gib:g} GiB of memory")


def another_type(failed: Failed) -> FailureFix | None:
    """A type of another family that is no smaller."""
    now = failed.type
    if now is None:
        return None
    others = [
        one
        for one in failed.types()
        if _family(one) != _family(now)
        and one.vcpu >= now.vcpu
        and one.memory_gib >= now.memory_gib
        and bool(one.gpus) == bool(now.gpus)
        and one.gpus >= now.gpus
        and one.gpu_memory_gib >= now.gpu_memory_gib
    ]
    return _on(failed, now, others, _gpu if now.gpus else _cpu)


def double_volume(failed: Failed) -> FailureFix | None:
    """Twice the disk."""
    found = failed.at("VolumeSizeInGB")
    if found is None or not 0 < int(found[1]) < LARGEST_VOLUME:
        return None
    path, now = found[0], int(found[1])
    doubled = min(2 * now, LARGEST_VOLUME)
    return FailureFix(
        f"Retry with a volume of {doubled:,} GB", f"Instead of {now:,} GB.", _patch(path, doubled)
    )


def longer_runtime(failed: Failed) -> FailureFix | None:
    """Twice the time, as far as AWS allows."""
    found = failed.at("MaxRuntimeInSeconds")
    if found is None or not 0 < int(found[1]) < LONGEST:
        return None
    path, now = found[0], int(found[1])
    longer = min(2 * now, LONGEST)
    changes = _patch(path, longer)
    wait = failed.at("MaxWaitTimeInSeconds")
    if wait is not None and int(wait[1]) < longer:
        # AWS refuses a wait, which the run is part of, that is shorter.
        changes = _merged(changes, _patch(wait[0], longer))
    return FailureFix(f"Retry with {_time(longer)} to run", f"Instead of {_time(now)}.", changes)


def longer_wait(failed: Failed) -> FailureFix | None:
    """Twice the time to wait for spot."""
    found = failed.at("MaxWaitTimeInSeconds")
    if found is None or not 0 < int(found[1]) < LONGEST:
        return None
    longer = min(2 * int(found[1]), LONGEST)
    return FailureFix(
        f"Retry with {_time(longer)} to wait",
        f"Instead of {_time(int(found[1]))}; spot stays cheaper.",
        _patch(found[0], longer),
    )


def on_demand(failed: Failed) -> FailureFix | None:
    """Without spot, whose capacity comes and goes."""
    if not failed.parameters.get("EnableManagedSpotTraining"):
        return None
    now = failed.type
    price = failed.price(now.name) if now else None
    return FailureFix(
        "Retry on demand",
        "Not on spot: it starts sooner, at the full price"
        + (f" of {_money(price)}/h." if price is not None else "."),
        {"EnableManagedSpotTraining": False, "StoppingCondition": {"MaxWaitTimeInSeconds": None}},
    )


_RETRIES: Mapping[str, Callable[[Failed], FailureFix | None]] = {
    retry.__name__: retry
    for retry in (
        another_type,
        double_volume,
        halve_batch_size,
        longer_runtime,
        longer_wait,
        more_gpu_memory,
        more_memory,
        on_demand,
        try_again,
    )
}


def _on(
    failed: Failed,
    now: InstanceType,
    others: list[InstanceType],
    has: Callable[[InstanceType], str],
) -> FailureFix | None:
    """The least of `others`: by price where each has one, else by size."""
    found = failed.at("InstanceType")
    if not others or found is None:
        return None
    prices = {one.name: failed.price(one.name) for one in others}
    priced = [one for one in others if prices[one.name] is not None]

    def size(one: InstanceType) -> tuple[float, ...]:
        return prices[one.name] or 0.0, one.gpu_memory_gib, one.memory_gib, one.vcpu

    best = min(priced or others, key=size)
    own, price = failed.price(now.name), prices[best.name]
    cost = f"; {_money(price)}/h" if price is not None else ""
    instead = f" instead of {_money(own)}/h" if cost and own is not None else ""
    return FailureFix(
        f"Retry on {best.name}",
        f"{has(best)}, where {now.name} has {has(now)}{cost}{instead}.",
        _patch(found[0], best.name),
    )


def _gpu(one: InstanceType) -> str:
    count = f"{one.gpus} × " if one.gpus > 1 else ""
    return f"{count}{one.gpu} with {one.gpu_memory_gib / one.gpus:.0f} GiB"


def _cpu(one: InstanceType) -> str:
    return f"{one.vcpu} vCPU and {one.memory_gib:g} GiB"


def _family(one: InstanceType) -> str:
    return one.name.rpartition(".")[0]


def _patch(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    found: dict[str, Any] = value
    return found


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for name, value in other.items():
        mine = found.get(name)
        found[name] = _merged(mine, value) if isinstance(mine, dict) else value
    return found


def _time(seconds: int) -> str:
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds} s"


def _money(price: float) -> str:
    return f"${price:.2f}" if price >= 0.1 else f"${price:.3f}"
