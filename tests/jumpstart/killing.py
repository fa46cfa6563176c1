"""Servers that die between two things they do: a write of a journal, a call that changes AWS."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.config import Config

from jupyter_smext.aws import clients
from jupyter_smext.aws.bucket import Bucket
from jupyter_smext.lifecycle.task_journals import TaskJournals
from jupyter_smext.routes.services import Services

_LOOKS = ("Describe", "List", "Get", "Head")


class Killed(BaseException):
    """As of a kill: no `except Exception` sees it, and nothing is tidied up."""


class Death:
    """Counts what a server does, and has it die at one of them; in any thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._lock = threading.Lock()
        self._left: int | None = None
        self.dead = False
        self.at = ""
        self._wrap(monkeypatch, TaskJournals, "write", lambda self, record: f"journal {record.id}")
        self._wrap(monkeypatch, Bucket, "upload", lambda self, file, key, told: f"upload {key}")
        self._wrap(monkeypatch, BaseClient, "_make_api_call", _operation)

    def _wrap(self, monkeypatch: pytest.MonkeyPatch, of: type, name: str, label: Any) -> None:
        does = getattr(of, name)

        def do(*arguments: Any) -> Any:
            said = label(*arguments)
            self._passes(said and f"before {said}")
            found = does(*arguments)
            self._passes(said and f"after {said}")
            return found

        monkeypatch.setattr(of, name, do)

    def _passes(self, label: str | None) -> None:
        with self._lock:
            if self._left is None or not label:
                return
            if not self._left:
                self.at = self.at or label
                self.dead = True
                raise Killed(label)
            self._left -= 1

    @contextmanager
    def after(self, count: int) -> Iterator[None]:
        """In the block, the server dies once it has done so much, if it does so much."""
        self._left, self.dead, self.at = count, False, ""
        try:
            yield
        except Killed:
            pass
        finally:
            self._left = None


def _operation(client: Any, operation: str, parameters: Any) -> str | None:
    # S3's transfers have threads of their own, which a death would hold up for ever.
    uploads = client.meta.service_model.service_name == "s3" and operation != "DeleteObjects"
    return None if uploads or operation.startswith(_LOOKS) else operation


def once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have botocore try each call once: what else is tried again is the extension's doing."""

    def config(service: str, **more: Any) -> Config:
        return Config(retries={"mode": "standard", "total_max_attempts": 1}, **more)

    monkeypatch.setattr(clients, "_config", config)


async def over(task: asyncio.Task[Any]) -> None:
    """Wait until a run has ended, or died."""
    await asyncio.wait([task])
    found = task.exception()
    if isinstance(found, Killed):
        raise found


class MortalServer:
    """The test's server, which is another one after each death."""

    def __init__(self, jp_serverapp: Any, death: Death) -> None:
        self._settings = jp_serverapp.web_app.settings
        self.death = death

    @property
    def services(self) -> Services:
        found: Services = self._settings["smext"]
        return found

    async def next(self) -> None:
        """Another server on the same home, as it starts: nobody has to look."""
        home = self.services.home
        await self.services.close()
        self._settings["smext"] = Services(lambda schema, data: None, home)
        await self.services.resume_launches()
