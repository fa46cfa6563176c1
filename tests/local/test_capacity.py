"""The queue of jobs and the caps: turns in order, reasons told, nothing lost when a wait ends."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_smext.local.capacity import Allowed, Capacity
from jupyter_smext.local.contract import ServiceError

ARN = "arn:aws:sagemaker:us-east-1:000000000000:training-job/"


def capacity(jobs: int = 1, processes: int = 8) -> Capacity:
    return Capacity(Allowed(jobs=jobs, hosts=2, endpoints=2, processes=processes))


async def settle() -> None:
    """Let every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


class Job:
    """A job that holds its turn until it is told to end."""

    def __init__(self, of: Capacity, name: str, trees: int = 1) -> None:
        self.name = name
        self.told: list[str] = []
        self.finish = asyncio.Event()
        self.task = asyncio.ensure_future(self._live(of, trees))

    async def _live(self, of: Capacity, trees: int) -> None:
        async with of.job(ARN + self.name, trees=trees, tell=self.told.append):
            await self.finish.wait()


def test_jobs_take_turns_in_the_order_they_came() -> None:
    async def story() -> None:
        room = capacity()
        first, second, third = (Job(room, name) for name in ("a", "b", "c"))
        await settle()
        assert room.running == (ARN + "a",)
        assert room.waiting == (ARN + "b", ARN + "c")
        first.finish.set()
        await settle()
        assert room.running == (ARN + "b",)
        second.finish.set()
        third.finish.set()
        await asyncio.gather(first.task, second.task, third.task)
        assert (room.running, room.waiting, room.in_use()) == ((), (), 0)

    asyncio.run(story())


def test_who_waits_is_told_for_what_and_hears_of_changes() -> None:
    async def story() -> None:
        room = capacity()
        first, second, third = (Job(room, name) for name in ("a", "b", "c"))
        await settle()
        assert first.told == []
        assert "Waiting for a" in second.told[-1] and "it is next" in second.told[-1]
        assert "SMEXT_LOCAL_JOBS" in second.told[-1]
        assert "1 more before it" in third.told[-1]
        first.finish.set()
        await settle()
        assert "Waiting for b" in third.told[-1] and "it is next" in third.told[-1]
        assert len(third.told) == 2
        for job in (second, third):
            job.finish.set()
        await asyncio.gather(second.task, third.task)

    asyncio.run(story())


def test_a_wait_that_is_given_up_holds_nobody_back() -> None:
    async def story() -> None:
        room = capacity()
        first, second, third = (Job(room, name) for name in ("a", "b", "c"))
        await settle()
        second.task.cancel()
        await settle()
        assert room.waiting == (ARN + "c",)
        first.finish.set()
        await settle()
        assert room.running == (ARN + "c",)
        third.finish.set()
        await third.task

    asyncio.run(story())


def test_a_job_that_fails_gives_its_turn_back() -> None:
    async def story() -> None:
        room = capacity()
        with pytest.raises(ZeroDivisionError):
            async with room.job(ARN + "a"):
                raise ZeroDivisionError
        assert (room.running, room.in_use()) == ((), 0)

    asyncio.run(story())


def test_a_job_waits_for_processes_that_others_hold() -> None:
    async def story() -> None:
        room = capacity(jobs=4, processes=3)
        room.hold("arn:aws:sagemaker:us-east-1:000000000000:endpoint/e", trees=2)
        wide = Job(room, "wide", trees=2)
        await settle()
        assert "3 processes (SMEXT_LOCAL_PROCESSES)" in wide.told[-1]
        room.release("arn:aws:sagemaker:us-east-1:000000000000:endpoint/e")
        await settle()
        assert room.running == (ARN + "wide",)
        wide.finish.set()
        await wide.task

    asyncio.run(story())


def test_what_stays_up_is_refused_above_the_cap_and_changes_nothing() -> None:
    room = capacity(processes=3)
    endpoint = "arn:aws:sagemaker:us-east-1:000000000000:endpoint/"
    room.hold(endpoint + "a", trees=2)
    with pytest.raises(ServiceError) as refused:
        room.hold(endpoint + "b", trees=2)
    assert refused.value.code == "ResourceLimitExceeded"
    assert "current utilization of 2 and a request delta of 2" in refused.value.message
    assert room.in_use("endpoint") == 2
    room.hold(endpoint + "a", trees=1)
    room.hold(endpoint + "b", trees=1)
    with pytest.raises(ServiceError, match="'endpoints' is 2"):
        room.hold(endpoint + "c", trees=1)
    assert room.in_use() == 2


def test_a_job_of_more_hosts_than_fit_is_refused() -> None:
    room = capacity()
    room.check_hosts(2)
    with pytest.raises(ServiceError, match="'hosts' is 2"):
        room.check_hosts(3)


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEXT_LOCAL_JOBS", "7")
    assert Allowed.here().jobs == 7
    monkeypatch.setenv("SMEXT_LOCAL_JOBS", "none")
    with pytest.raises(ValueError, match="SMEXT_LOCAL_JOBS is 'none'"):
        Allowed.here()
