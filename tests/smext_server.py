"""Fixtures for the server half: a connection to the test's engine, and calls of the REST routes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jupyter_smext.aws.sessions import Sessions

    from .local_engine import RunningEngine

REGION = "us-east-1"


@dataclass(frozen=True)
class Answer:
    """What a route answered; `json` is None for an empty body or one that is not JSON."""

    status: int
    json: Any
    body: bytes
    headers: Any


Call = Callable[..., Awaitable[Answer]]


@pytest.fixture
def local(
    engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """The connection and region of the test's engine, which the server finds by its state file."""
    home = tmp_path / "local"
    home.mkdir()
    write_state(home, engine)
    monkeypatch.setenv("SMEXT_LOCAL_HOME", str(home))
    return "local", REGION


def write_state(home: Path, engine: RunningEngine) -> None:
    """engine.json as `python -m jupyter_smext.local` leaves it while the engine runs."""
    import os

    import psutil

    state = {
        "url": engine.url,
        "pid": os.getpid(),
        "access_key": engine.keys.access_key,
        "secret_key": engine.keys.secret_key,
        "region": REGION,
        "account": engine.engine.account,
        "version": "test",
        "started": psutil.Process().create_time(),
    }
    path = home / "engine.json"
    path.write_text(json.dumps(state))
    path.chmod(0o600)
    (home / "smext-local.lock").touch()


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    from jupyter_smext.aws.sessions import Sessions

    made = Sessions()
    yield made
    close = getattr(made, "close", None)
    if close:
        close()


@pytest.fixture
def call(jp_fetch: Any, jp_serverapp: Any, jp_asyncio_loop: Any) -> Iterator[Call]:
    """`await call("GET", "resources/model", parent="x")` → Answer; errors are answers too."""

    async def fetch(method: str, path: str, /, body: Any = None, **query: str) -> Answer:
        raw = body if isinstance(body, (bytes, str)) else json.dumps(body or {})
        answer = await jp_fetch(
            *("smext", "api", path),
            method=method,
            params=query,
            body=raw if method in ("POST", "PUT") else None,
            raise_error=False,
            follow_redirects=False,
        )
        media_type = answer.headers.get("Content-Type", "").split(";")[0]
        is_json = media_type.endswith("json") and answer.body
        parsed = json.loads(answer.body) if is_json else None
        return Answer(answer.code, parsed, answer.body, answer.headers)

    yield fetch
    jp_asyncio_loop.run_until_complete(jp_serverapp.web_app.settings["smext"].close())
