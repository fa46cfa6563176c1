"""Which framework a script is written for, by what it imports."""

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
    try:
        with script.open("rb") as file:
            tree = ast.parse(file.read(_LONGEST))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        # Somebody's file, and only a proposal: the job says what is wrong with it.
        return _PLAIN
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module.partition(".")[0])
    return next((of for module, of in _FRAMEWORKS.items() if module in imported), _PLAIN)
