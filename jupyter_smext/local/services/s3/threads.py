"""S3's own threads: its short work is never behind the long work of jobs and endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")

_threads = ThreadPoolExecutor(8, thread_name_prefix="s3")


async def in_thread(function: Callable[..., _T], *arguments: object) -> _T:
    """What the function answers, run in one of the threads."""
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *arguments)
