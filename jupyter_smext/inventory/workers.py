"""Threads for calls that block on the network."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Task = tuple[str, "Future[Any]", Callable[[], Any]]


class Workers:
    """Daemon threads: started when none is free, ended after `linger` seconds without work.

    Not a ThreadPoolExecutor: the interpreter joins that one's threads at exit, so a call that
    hangs on a dead network would keep the server from stopping. How many run at once is for the
    callers to bound.
    """

    def __init__(self, linger: float = 30.0) -> None:
        self._linger = linger
        self._lock = threading.Lock()
        self._tasks: queue.Queue[_Task | None] = queue.Queue()
        self._free = 0
        self._threads = 0
        self._closed = False

    def submit(
        self, name: str, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> Future[_T]:
        """Run a function in a thread that bears the name. Raises RuntimeError once closed."""
        future: Future[_T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("The workers are closed.")
            self._tasks.put((name, future, lambda: function(*args, **kwargs)))
            if self._free:
                self._free -= 1
            else:
                self._threads += 1
                threading.Thread(target=self._work, name="smext", daemon=True).start()
        return future

    def close(self) -> None:
        """End the threads as they get free; what runs is not waited for."""
        with self._lock:
            self._closed = True
            for _ in range(self._threads):
                self._tasks.put(None)

    def _work(self) -> None:
        thread = threading.current_thread()
        while True:
            try:
                task = self._tasks.get(timeout=self._linger)
            except queue.Empty:
                with self._lock:
                    # With no task waiting, every waiting thread is a free one, this one too.
                    if self._tasks.empty():
                        self._free -= 1
                        self._threads -= 1
                        return
                continue
            if task is None:
                return
            name, future, call = task
            thread.name = f"smext-{name}"
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:
                    future.set_exception(error)
            thread.name = "smext"
            del task, future, call
            with self._lock:
                self._free += 1
