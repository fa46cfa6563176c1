"""cloudpickle's pickler, for what a notebook's cells define."""

from __future__ import annotations

import sys
import types
from typing import Any

from . import cloudpickle  # type: ignore[attr-defined]  # sent along: kernel_code
from .notebook import shell


class Notebook:
    """Stands for the notebook's namespace; unpickled, it is that of the kernel."""

    def __reduce__(self) -> Any:
        return vars, (sys.modules["__main__"],)


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Leaves a function of the notebook its globals by name: they come along by themselves.

    Taken by value, as cloudpickle does by itself, they would be copies that no cell changes.
    """

    def __init__(self, file: Any, buffers: Any) -> None:
        super().__init__(file, protocol=5, buffer_callback=buffers)
        self.globals_ref[id(shell().user_ns)] = Notebook()

    def _dynamic_function_reduce(self, function: types.FunctionType) -> Any:
        reduced = super()._dynamic_function_reduce(function)
        if function.__globals__ is shell().user_ns:
            reduced[2][1]["__globals__"] = {}
        return reduced
