"""Whether shown code calls the SDK that is installed by names and arguments that it has."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def codes(version: str) -> dict[str, str]:
    """The code of launches for `sdk_v2` or `sdk_v3`, by what is launched."""
    command = [os.environ["SMEXT_PYTHON"], HERE / "code_of_launches.py", version]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    assert run.returncode == 0
    found: dict[str, str] = json.loads(run.stdout)
    return found


def check(code: str, methods: dict[str, Any]) -> int:
    """How many calls there are; asserts that each takes what it is given.

    `methods` are what calls of variables' methods are of, by `variable.method`.
    """
    known: dict[str, Any] = {}
    calls = 0
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(str(node.module))
            known |= {alias.name: getattr(module, alias.name) for alias in node.names}
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        of, _, method = name.partition(".")
        found = methods[name] if of not in known else known[of]
        if of in known and method:
            found = getattr(found, method)
        given = {str(keyword.arg): None for keyword in node.keywords}
        parameters = inspect.signature(found).parameters
        assert set(given) <= set(parameters), (name, set(given) - set(parameters))
        calls += 1
    return calls
