"""Fixtures for every test: Jupyter's own, with a server that serves nobody who is not signed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

pytest_plugins = ("pytest_jupyter.jupyter_server", "tests.local_engine", "tests.smext_server")


@pytest.fixture(scope="session", autouse=True)
def no_aws_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the machine's own AWS account is seen: a test asks for what it needs."""
    home = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", str(home / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


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
