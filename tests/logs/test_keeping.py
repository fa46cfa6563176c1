"""What is read of logs lies where only its owner reads it, within bounds, and goes in the end."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.kinds import kind
from jupyter_smext.logs import readings as module
from jupyter_smext.logs.logs import Logs
from jupyter_smext.logs.readings import Of
from jupyter_smext.logs.spool import Spool
from jupyter_smext.server_process import this_server
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

GROUP = "/aws/sagemaker/TrainingJobs"
REGION = "us-east-1"


class Sessions:
    def __init__(self, engine: RunningEngine) -> None:
        self.engine = engine

    def client(self, connection: str, region: str, service: str = "sagemaker") -> Any:
        return self.engine.client(service)


def put(engine: RunningEngine, job: str, *texts: str) -> None:
    now = int(time.time() * 1000)
    engine.engine.logs.append(REGION, GROUP, f"{job}/algo-1-1", [(now, text) for text in texts])


def of(job: str) -> tuple[Of, str]:
    id = f"%2Faws%2Fsagemaker%2FTrainingJobs,{job}%2Falgo-1-1"
    return Of("local", REGION, kind("training-job"), job), id


def logs(engine: RunningEngine, home: Path) -> Logs:
    return Logs(Sessions(engine), home)  # type: ignore[arg-type]


def files(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file())


def test_only_the_owner_reads_it_and_it_goes_with_the_server(
    engine: RunningEngine, tmp_path: Path
) -> None:
    put(engine, "own", "a")
    home = tmp_path / "logs"

    async def look() -> None:
        made = logs(engine, home)
        assert (await made.lines(*of("own"), 0, 10)).lines[0].text == "a"
        assert {path.name for path in files(home)} == {"index", "text"}
        for path in home.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0
        await made.close()

    asyncio.run(look())
    assert list(home.iterdir()) == []


def test_what_a_server_that_died_left_is_cleared_away(
    engine: RunningEngine, tmp_path: Path
) -> None:
    put(engine, "left", "a")
    home = tmp_path / "logs"
    dead, other = home / "999999999-1.5", home / "notes"
    alive = home / f"{os.getppid()}-{psutil.Process(os.getppid()).create_time()}"
    for folder in (dead, alive, other):
        folder.mkdir(parents=True)
    os.utime(dead, (1e9, 1e9))

    async def look() -> None:
        made = logs(engine, home)
        await made.lines(*of("left"), 0, 10)
        own = "-".join(map(str, this_server()))
        assert {path.name for path in home.iterdir()} == {own, alive.name, "notes"}
        await made.close()

    asyncio.run(look())


def test_those_go_that_nobody_looks_at(
    engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1500)
    monkeypatch.setattr("jupyter_smext.logs.reading.LINGER", 0.5)
    for job in ("first", "second", "third"):
        put(engine, job, "x" * 1000)

    async def look() -> None:
        made = logs(engine, tmp_path / "logs")
        for job in ("first", "second", "third"):
            assert (await made.lines(*of(job), 0, 10)).state.lines == 1
            reading = next(r for k, r in made._readings.kept.items() if k[3].startswith(job))
            await asyncio.to_thread(reading.join, 10)
        kept = {key[3].partition("/")[0] for key in made._readings.kept}
        assert "first" not in kept and "third" in kept
        # It is read anew where somebody looks again.
        assert (await made.lines(*of("first"), 0, 10)).state.lines == 1
        await made.close()

    asyncio.run(look())


def test_a_full_disk_is_said_and_gone_on_from(
    engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(engine, "full", "a")
    append = Spool.append

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def look() -> None:
        made = logs(engine, tmp_path / "logs")
        monkeypatch.setattr(Spool, "append", full)
        found = await made.lines(*of("full"), 0, 10)
        assert found.state.problem is not None
        assert "No space left on device" in found.state.problem.detail
        monkeypatch.setattr(Spool, "append", append)
        found = await made.lines(*of("full"), 0, 10, known=0)
        assert [line.text for line in found.lines] == ["a"] and found.state.problem is None
        await made.close()

    asyncio.run(look())


def test_a_download_that_cannot_be_ended_is_no_whole_one(
    engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_smext.logs.cloudwatch.EVENTS", 1)
    put(engine, "cut", "a", "b", "c")

    async def look() -> None:
        made = logs(engine, tmp_path / "logs")
        _, pieces = await made.download(*of("cut"))
        assert await anext(pieces) != b""
        engine.faults([{"kind": "denied", "operation": "GetLogEvents"}])
        with pytest.raises(ProblemError):
            # What had been read may be enough to end it: it is then begun again.
            while True:
                async for _ in pieces:
                    pass
                made._readings.kept.clear()
                _, pieces = await made.download(*of("cut"))
        engine.faults([])
        await made.close()

    asyncio.run(look())
