"""What cannot be read is said in its place, keeps its last good rows, and holds up nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_smext.aws import clients
from jupyter_smext.inventory import refresher
from tests.local_engine import RunningEngine

from .conftest import House, lead_to, names, page, until


@pytest.fixture(autouse=True)
def few_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten throttled attempts take botocore half a minute."""
    monkeypatch.setattr(clients, "ATTEMPTS", 2)


CAUSES = {
    "denied": "denied",
    "throttle": "throttled",
    "error500": "broken",
    "truncated": "broken",
    "nonjson": "broken",
    "reset": "offline",
}


@pytest.mark.parametrize("fault", CAUSES)
async def test_one_broken_kind_is_said_in_its_place(house: House, fault: str) -> None:
    house.models(3)
    house.jobs(2)
    watched = house.watched()
    house.engine.faults([{"operation": "ListTrainingJobs", "kind": fault}])
    await watched.refresh()
    # Never read: a problem, not an empty list.
    broken = page(watched, "training-job")
    assert broken.problem is not None and broken.problem.cause == CAUSES[fault]
    assert (broken.read_at, broken.stale, broken.rows) == (None, False, ())
    assert names(watched, "model") == ["m-2", "m-1", "m-0"]
    assert watched.inventory().kinds_read == 6
    assert watched.inventory().problem is None
    assert not watched.inventory().reading

    house.engine.faults([])
    await watched.refresh()
    assert page(watched, "training-job").problem is None
    assert names(watched, "training-job") == ["j-1", "j-0"]

    house.engine.faults([{"operation": "ListTrainingJobs", "kind": fault}])
    house.models(1, first=3)
    read_at = page(watched, "training-job").read_at
    house.events.clear()
    await watched.refresh()
    broken = page(watched, "training-job")
    assert broken.problem is not None and broken.stale and broken.read_at == read_at
    assert names(watched, "training-job") == ["j-1", "j-0"]
    assert len(names(watched, "model")) == 4
    assert {event.kind for event in house.events} == {"training-job", "model"}
    # The same trouble again is no news.
    house.events.clear()
    await watched.refresh()
    assert house.events == []


async def test_throttles_that_a_retry_gets_over_lose_nothing(house: House) -> None:
    house.models(350)
    house.engine.faults([{"operation": "ListModels", "kind": "throttle", "times": 1}])
    watched = house.watched()
    await watched.refresh()
    assert len(names(watched, "model")) == 350
    # AWS said to go easier, though nothing failed.
    assert watched._refresher._reader._width == 8
    assert watched._pace._strikes == 1
    await watched.refresh()
    assert watched._refresher._reader._width == 64


async def test_a_token_that_expires_is_said_once_and_rows_stay(house: House) -> None:
    house.models(2)
    watched = house.watched()
    await watched.refresh()
    house.engine.faults([{"operation": "*", "kind": "expired"}])
    await watched.refresh()
    seen = watched.inventory()
    assert seen.problem is not None and seen.problem.cause == "signed_out"
    assert all(page.stale and page.problem for page in seen.pages)
    assert names(watched, "model") == ["m-1", "m-0"]
    house.calls.clear()
    await watched.refresh()
    assert len([name for name, _ in house.calls if name.startswith("List")]) == 1
    house.engine.faults([])
    await watched.refresh()
    seen = watched.inventory()
    assert seen.problem is None and not any(page.stale or page.problem for page in seen.pages)


async def test_a_token_that_expires_in_mid_refresh(house: House) -> None:
    house.models(2)
    house.jobs(2)
    watched = house.watched()
    await watched.refresh()
    house.models(1, first=2)
    house.engine.faults([{"operation": "ListTrainingJobs", "kind": "expired"}])
    await watched.refresh()
    problem = watched.inventory().problem
    assert problem is not None and problem.cause == "signed_out"
    assert page(watched, "training-job").stale
    assert names(watched, "training-job") == ["j-1", "j-0"]
    assert len(names(watched, "model")) == 3


async def test_offline_keeps_what_was_known(
    house: House, fresh_engine: RunningEngine, tmp_path: Path
) -> None:
    lead_to(fresh_engine, tmp_path / "local")
    house.engine = fresh_engine
    house.models(2)
    watched = house.watched()
    await watched.refresh()
    fresh_engine.stop()
    await watched.refresh()
    problem = watched.inventory().problem
    assert problem is not None and problem.cause == "offline"
    assert page(watched, "model").stale and len(names(watched, "model")) == 2
    fresh_engine.start()
    lead_to(fresh_engine, tmp_path / "local")
    await until(lambda: not watched.inventory().reading)
    await watched.refresh()
    assert watched.inventory().problem is None
    assert not page(watched, "model").stale


async def test_no_engine_is_a_problem_and_not_an_empty_panel(house: House, tmp_path: Path) -> None:
    (tmp_path / "local" / "engine.json").unlink()
    watched = house.inventories().get("local", "us-east-1")
    await watched.refresh()
    seen = watched.inventory()
    assert seen.problem is not None and seen.problem.cause == "offline"
    assert len(seen.pages) == 6
    assert all(page.problem and page.read_at is None for page in seen.pages)


async def test_a_connection_that_is_none_is_said_once(house: House) -> None:
    watched = house.inventories().get("profile:nobody", "us-east-1")
    await watched.refresh()
    seen = watched.inventory()
    assert seen.problem is not None and seen.problem.status in (401, 404)
    assert all(page.problem and page.read_at is None for page in seen.pages)


async def test_a_hanging_kind_holds_nothing_up_and_comes_late(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresher, "PATIENCE", 0.5)
    house.models(2)
    house.jobs(2)
    house.engine.faults([{"operation": "ListTrainingJobs", "kind": "latency", "seconds": 2}])
    watched = house.watched()
    await watched.refresh()
    assert len(names(watched, "model")) == 2
    assert watched.inventory().kinds_read == 5
    house.calls.clear()
    await watched.refresh()
    assert "ListTrainingJobs" not in [name for name, _ in house.calls]
    await until(lambda: "training-job" in [page.kind for page in watched.inventory().pages])
    assert len(names(watched, "training-job")) == 2


async def test_a_throttled_kind_is_said_before_its_retries_are_used_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresher, "PATIENCE", 0.5)
    monkeypatch.setattr(clients, "ATTEMPTS", 10)
    house.models(1)
    house.jobs(2)
    watched = house.watched()
    await watched.refresh()
    house.engine.faults([{"operation": "ListTrainingJobs", "kind": "throttle"}])
    await watched.refresh()
    slow = page(watched, "training-job")
    assert slow.problem is not None and slow.problem.cause == "throttled"
    assert slow.problem.title == "The local engine is slow to answer: it is limiting requests"
    assert slow.stale and len(slow.rows) == 2
    assert page(watched, "model").problem is None
    house.engine.faults([])
    await until(lambda: page(watched, "training-job").problem is None)
    assert not page(watched, "training-job").stale
