"""Picklers: cloudpickle's, else dill's, else Python's own."""

from __future__ import annotations

import pickle
import sys
import types
from typing import TYPE_CHECKING, Any

from .notebook import Cannot, made_here, shell

if TYPE_CHECKING:
    from collections.abc import Callable

    #: Makes a pickler of a file and a buffer_callback.
    Make = Callable[[Any, Any], Any]


def pickling() -> tuple[str, Make]:
    """The name of the module that pickles, and what makes its picklers."""
    try:
        import cloudpickle
    except ImportError:
        pass
    else:
        return "cloudpickle", by_cloudpickle(cloudpickle)
    try:
        import dill
    except ImportError:
        return "pickle", ByReference

    def make(file: Any, buffers: Any) -> Any:
        return dill.Pickler(file, protocol=5, recurse=True, buffer_callback=buffers)

    return "dill", make


class Notebook:
    """Stands for the notebook's namespace; unpickled, it is that of the kernel."""

    def __reduce__(self) -> Any:
        return vars, (sys.modules["__main__"],)


def by_cloudpickle(cloudpickle: Any) -> Make:
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

    return Pickler


class ByReference(pickle.Pickler):
    """Python's own, which would take a cell's function for one that the other kernel has too."""

    def __init__(self, file: Any, buffers: Any) -> None:
        super().__init__(file, protocol=5, buffer_callback=buffers)

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, (type, types.FunctionType)) and made_here(value):
            raise Cannot(
                f"it needs {value.__qualname__}, which a cell defines: for that install cloudpickle"
            )
        return NotImplemented
