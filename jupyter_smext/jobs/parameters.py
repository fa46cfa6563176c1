"""The parameters of a notebook, as papermill itself finds them in the cell tagged `parameters`."""

from __future__ import annotations

import ast
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from ..aws.errors import ProblemError, problem
from ..protocol import NotebookParameter

#: The types that have a field of their own; all others are typed as JSON.
_PLAIN = (bool, int, float, str)


def parameters(notebook: Path) -> tuple[NotebookParameter, ...]:
    """The parameters of a notebook, none when no cell is tagged or its language has no inspection.

    Raises ProblemError for a file that is no notebook. Blocking; papermill is loaded here.
    """
    from papermill import inspect_notebook
    from papermill.exceptions import PapermillException

    try:
        with tempfile.TemporaryDirectory() as folder:
            # papermill formats paths: a brace in a name would be a parameter of it.
            copy = Path(folder, "notebook.ipynb")
            shutil.copyfile(notebook, copy)
            found = inspect_notebook(str(copy))
    except (OSError, ValueError, KeyError, AttributeError, PapermillException) as error:
        raise ProblemError(
            problem(
                "invalid",
                "This is no notebook that can be read",
                f"{notebook.name}: {type(error).__name__}: {error}",
                "Open it in JupyterLab and save it.",
            )
        ) from error
    return tuple(_parameter(each) for each in found.values())


def _parameter(found: dict[str, Any]) -> NotebookParameter:
    value = _value(found["default"])
    inferred = str(found["inferred_type_name"])
    # papermill calls a type that is not written in the cell "None".
    if inferred == "None":
        inferred = type(value).__name__ if type(value) in _PLAIN else ""
    return NotebookParameter(
        name=found["name"],
        default=found["default"],
        type=inferred,
        help=found["help"],
        value=value,
    )


def _value(source: str) -> Any:
    """A literal as JSON has it; None for anything else: its source is shown."""
    try:
        value = ast.literal_eval(source)
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value
