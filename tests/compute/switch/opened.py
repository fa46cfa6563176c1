"""The fixture `person`: somebody at a Jupyter server, on the test's engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compute.switch.person import Person
from tests.smext_server import Call


@pytest.fixture
def person(call: Call, jp_fetch: Any, jp_serverapp: Any, local: Any, engine: Any) -> Person:
    """At a Jupyter server, on an engine."""
    return Person(call, jp_fetch, jp_serverapp, engine)
