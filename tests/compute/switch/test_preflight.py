"""What a preflight makes of quotas, as Service Quotas tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from msgspec.structs import replace

from jupyter_smext.aws.errors import problem
from jupyter_smext.compute.places import compute_of, this_machine
from jupyter_smext.compute.switch.preflight import preflight
from jupyter_smext.compute.switch.world import World
from jupyter_smext.protocol import (
    Compute,
    ComputeName,
    InstanceType,
    InstanceTypes,
    SwitchRequest,
    Use,
)

AT = ComputeName("notebook-instance", "nb", "profile:x", "eu-west-1")
WANTED = "ml.m5.xlarge"
DENIED = problem("denied", "Not allowed: servicequotas:ListServiceQuotas")


def compute(status: str, instance_type: str) -> Compute:
    found = compute_of(AT, "nb", None, "notebook", lambda *_: None, instance_type=instance_type)
    return replace(found, status=status, tone="ok" if status == "InService" else "idle")


class Watched:
    async def read_kind(self, kind: Any) -> None:
        assert kind.id == "notebook-instance"


@dataclass
class Account:
    """An account with quotas, in place of one at AWS: the engine has none."""

    there: Compute
    types_told: InstanceTypes

    async def compute(self, at: ComputeName) -> Compute:
        return self.there

    async def watched(self, at: ComputeName) -> Watched:
        return Watched()

    async def types(self, at: ComputeName, use: Use) -> InstanceTypes:
        assert use == "notebook"
        return self.types_told


def told(quota: float | None, left: float | None, **more: Any) -> InstanceTypes:
    row = InstanceType(WANTED, 4, 16.0, 0, None, None, False, None, quota, left)
    usual: dict[str, Any] = {
        "charged": True,
        "prices_of": None,
        "prices_read_at": None,
        "prices_problem": None,
        "quotas_problem": None,
        "reading": False,
    }
    return InstanceTypes("profile:x", "eu-west-1", "notebook", (row,), **{**usual, **more})


@pytest.mark.parametrize(
    ("there", "types", "checked", "problems", "unknown"),
    [
        (
            compute("Stopped", "ml.t3.medium"),
            told(2, 2),
            ["nb is Stopped.", f"Quota: 2 of 2 {WANTED} left."],
            [],
            [],
        ),
        (
            compute("Stopped", "ml.t3.medium"),
            told(2, 0),
            ["nb is Stopped."],
            [f"The quota for {WANTED} in eu-west-1 is used up"],
            [],
        ),
        # What runs on the type already needs no more of the quota.
        (compute("InService", WANTED), told(1, 0), ["nb is InService."], [], []),
        (
            compute("Stopped", WANTED),
            told(None, None, quotas_problem=DENIED),
            ["nb is Stopped."],
            [],
            [f"How many {WANTED} the account may run is not known"],
        ),
        (
            compute("Stopped", WANTED),
            told(3, None),
            ["nb is Stopped."],
            [],
            [f"How many {WANTED} the account may run is not known"],
        ),
        (compute("Stopped", WANTED), told(None, None), ["nb is Stopped."], [], []),
        # AWS has not answered yet; the local engine has none to answer with.
        (
            compute("Stopped", WANTED),
            told(None, None, reading=True),
            ["nb is Stopped."],
            [],
            [f"How many {WANTED} the account may run is not known"],
        ),
        *(
            (compute("Stopped", WANTED), told(None, None, **local), ["nb is Stopped."], [], [])
            for local in (
                {"charged": False, "reading": True},
                {"charged": False, "quotas_problem": DENIED},
            )
        ),
    ],
)
async def test_a_quota(
    there: Compute, types: InstanceTypes, checked: Any, problems: Any, unknown: Any
) -> None:
    request = SwitchRequest("s", "a.ipynb", AT, WANTED)
    world = cast(World, Account(there, types))
    found = await preflight(request, compute("Stopped", WANTED), world)
    assert found.checked == checked
    assert [each.title for each in found.problems] == problems
    assert [each.title for each in found.unknown] == unknown


async def test_this_machine_needs_none() -> None:
    request = SwitchRequest("s", "a.ipynb", ComputeName("local"))
    world = cast(World, Account(this_machine(), told(1, 0)))
    found = await preflight(request, this_machine(), world)
    assert (found.checked, found.problems, found.unknown) == ([], [], [])
