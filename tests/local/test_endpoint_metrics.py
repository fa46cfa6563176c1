"""Measuring an endpoint goes on after measurements that could not be kept, which is said."""

from __future__ import annotations

import asyncio
import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_smext.local.runners.endpoint import metrics, usage
from jupyter_smext.local.runners.endpoint.metrics import Meter
from jupyter_smext.local.runners.endpoint.usage import Usage


class FullAtFirst:
    """Metrics on a disk that is full the first time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.refused, self.kept = asyncio.Event(), asyncio.Event()

    def put(self, region: str, namespace: str, data: list[Any]) -> None:
        if self.refused.is_set():
            self._loop.call_soon_threadsafe(self.kept.set)
        else:
            self._loop.call_soon_threadsafe(self.refused.set)
            raise sqlite3.OperationalError("database or disk is full")


def test_of_invocations(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(metrics, "_SECONDS", 0.01)

    async def measured() -> None:
        disk = FullAtFirst()
        engine: Any = SimpleNamespace(metrics=disk)
        meter = Meter(engine, "us-east-1", "churn")
        for event in (disk.refused, disk.kept):
            meter.invoked("v", 1, 200, 0.1, 0.001)
            await asyncio.wait_for(event.wait(), 30)
        await meter.close()

    asyncio.run(measured())
    assert "Invocation metrics of churn are lost: database or disk is full" in caplog.text


def test_of_instances(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(usage, "SECONDS", 0.01)
    monkeypatch.setattr(usage, "FIRST_SECONDS", 0.01)

    async def measured() -> None:
        disk = FullAtFirst()
        engine: Any = SimpleNamespace(metrics=disk)
        live: Any = SimpleNamespace(
            deployment=SimpleNamespace(variants={}), name="churn", region="us-east-1"
        )
        measuring = Usage(engine, live)
        await asyncio.wait_for(disk.kept.wait(), 30)
        await measuring.close()

    asyncio.run(measured())
    assert "Instance metrics of churn are lost: database or disk is full" in caplog.text
