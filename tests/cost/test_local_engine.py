"""On the local engine nothing is charged: there is no price, and no problem either."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.cost import Prices
from jupyter_smext.cost.prices import types_of

pytest_plugins = ("tests.local_engine", "tests.smext_server")


async def test_no_charge(local: tuple[str, str], sessions: Sessions, tmp_path: Path) -> None:
    prices = Prices(sessions, tmp_path, lambda connection, region: {})
    found = await prices.types(*local, "notebook")
    while found.reading:
        found = await prices.types(*local, "notebook")
    assert (found.charged, found.prices_problem, found.quotas_problem) == (False, None, None)
    assert [one.name for one in found.types] == list(types_of("notebook"))
    assert {one.price for one in found.types} == {None}
    assert {one.quota for one in found.types} == {None}, "the engine has none for a type"
    assert prices.price(*local, "notebook", "ml.t3.medium") is None
    assert not (tmp_path / "prices").exists(), "AWS's prices are kept there, and no others"
    await prices.close()


async def test_no_engine(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMEXT_LOCAL_HOME", str(tmp_path / "none"))
    prices = Prices(sessions, tmp_path, lambda connection, region: {})
    found = await prices.types("local", "us-east-1", "studio")
    assert found.prices_problem is not None and found.prices_problem.cause == "offline"
    assert not found.charged, "even while it does not run"
    medium = next(one for one in found.types if one.name == "ml.t3.medium")
    assert (medium.vcpu, medium.memory_gib, medium.fast_launch) == (2, 4.0, True)
    await prices.close()
