"""What a script is written for and what it needs beside it, by what it imports."""

from __future__ import annotations

import ast
from pathlib import Path

#: By module, the first that is imported: Transformers' own image has PyTorch too.
_FRAMEWORKS = {
    "transformers": "huggingface",
    "torch": "pytorch",
    "tensorflow": "tensorflow",
    "keras": "tensorflow",
    "mxnet": "mxnet",
    "xgboost": "xgboost",
    "sklearn": "sklearn",
}
_PLAIN = "sklearn"
_LONGEST = 1 << 20


def framework_of(script: Path) -> str:
    """Its id; scikit-learn's, whose image has plain Python, where nothing tells. Blocking."""
    imported = _imported(script)
    return next((of for module, of in _FRAMEWORKS.items() if module in imported), _PLAIN)


def needs_its_folder(script: Path) -> bool:
    """Whether it imports what is beside it, or that lists what to install. Blocking."""
    beside = script.parent
    return (beside / "requirements.txt").is_file() or any(
        (beside / f"{name}.py").is_file() or (beside / name / "__init__.py").is_file()
        for name in _imported(script)
    )


def _imported(script: Path) -> set[str]:
    """The top-level modules that it imports."""
    try:
        with script.open("rb") as file:
            tree = ast.parse(file.read(_LONGEST))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        # Somebody's file, and only a proposal: the job says what is wrong with it.
        return set()
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module.partition(".")[0])
    return imported
