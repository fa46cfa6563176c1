"""The engine's fixtures, for the tests of the engine itself."""

from __future__ import annotations

from tests.local_engine import engine, fresh_engine, running_engine

__all__ = ["engine", "fresh_engine", "running_engine"]
