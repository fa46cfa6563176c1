"""The notebook's folder: copied to where its kernel goes, fetched from where it was."""

from __future__ import annotations

from .work import Work


async def fetch(work: Work) -> str:
    raise NotImplementedError


async def copy(work: Work) -> str:
    raise NotImplementedError
