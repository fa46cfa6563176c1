"""The notebook's namespace in its kernel, and the words for what cannot be done with it."""

from __future__ import annotations

import os
import pickle
import re
import sys
import types
from typing import Any

#: Names that IPython sets, for history and for itself, besides those it lists as hidden.
OWN = re.compile(r"_+|_i+|_i?\d+|_[iod]h|_exit_code|__\w+__")


class Cannot(Exception):
    """Why a variable stays."""


def shell() -> Any:
    from IPython import get_ipython

    return get_ipython()


def user_variables() -> tuple[dict[str, Any], dict[str, str]]:
    """Variables and imports of the notebook, without what is IPython's."""
    ipython = shell()
    namespace, hidden = ipython.user_ns, ipython.user_ns_hidden
    variables: dict[str, Any] = {}
    imports: dict[str, str] = {}
    for name, value in list(namespace.items()):
        if OWN.fullmatch(name) or (name in hidden and hidden[name] is value):
            continue
        if isinstance(value, types.ModuleType) and sys.modules.get(value.__name__) is value:
            imports[name] = value.__name__
        else:
            variables[name] = value
    return variables, imports


def made_here(value: Any) -> bool:
    """A function or class that a cell defined."""
    return getattr(value, "__module__", None) == "__main__"


def is_import(value: Any) -> bool:
    """`from x import y`: a function or class that is found again by its name."""
    kinds = (type, types.FunctionType, types.BuiltinFunctionType)
    if not isinstance(value, kinds) or made_here(value):
        return False
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    return getattr(module, getattr(value, "__qualname__", ""), None) is value


def mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB" if size >= 2**20 else f"{size} bytes"


def reason(error: BaseException) -> str:
    said = str(error).strip().splitlines()
    text = (said[0] if said else type(error).__name__)[:200]
    return (
        text
        if isinstance(error, (Cannot, TypeError, pickle.PickleError))
        else (f"{type(error).__name__}: {text}")
    )


def below_root(path: str) -> str:
    """Where a path of this Jupyter server is on the disk; the kernel was started somewhere below.

    Raises FileNotFoundError. Its folder has a name that was just made up: it can be no other.
    """
    ipython = shell()
    known = [os.getcwd(), *map(str, ipython.user_ns.get("_dh", [])[:1]), os.path.expanduser("~")]
    known.append(os.path.dirname(os.environ.get("JPY_SESSION_NAME", "")))
    for start in known:
        folder = os.path.abspath(start)
        while True:
            found = os.path.join(folder, *path.split("/"))
            if os.path.isdir(os.path.dirname(found)):
                return found
            parent = os.path.dirname(folder)
            if parent == folder:
                break
            folder = parent
    raise FileNotFoundError("the kernel does not see the folder of its Jupyter server")


def forget(folder: str) -> dict[str, Any]:
    """Remove a folder that `below_root` finds, with the file of variables in it."""
    path = below_root(folder + "/variables")
    for name in os.listdir(os.path.dirname(path)):
        os.unlink(os.path.join(os.path.dirname(path), name))
    os.rmdir(os.path.dirname(path))
    return {}
