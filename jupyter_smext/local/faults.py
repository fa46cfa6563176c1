"""Faults that a test asks the engine to show: the ways AWS and the network go wrong."""

from __future__ import annotations
