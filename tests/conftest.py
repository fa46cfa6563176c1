"""Fixtures for every test: Jupyter's own, with a server that serves nobody who is not signed in."""

from __future__ import annotations

from typing import Any

import pytest

pytest_plugins = ("pytest_jupyter.jupyter_server",)


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    """The extension is on, and a handler that forgot to ask who calls answers 403, not data."""
    return {
        **jp_server_config,
        "ServerApp": {
            **jp_server_config.get("ServerApp", {}),
            "jpserver_extensions": {"jupyter_smext": True},
            "allow_unauthenticated_access": False,
        },
    }
