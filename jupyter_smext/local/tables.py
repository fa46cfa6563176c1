"""The tables in docs/local-engine.md, made by `python -m jupyter_smext.local.tables`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import algorithms, images, limits
from .models.catalogue import MODELS
from .nouns import COMPUTES
from .runners import RUNNERS
from .services.cloudformation.types import TYPES
from .solutions.catalogue import SOLUTIONS


def runtimes() -> str:
    """Each image of AWS that runs here: what it runs, and with which library."""
    rows = []
    for name, runtime in images.RUNTIMES.items():
        does = "scripts" + (" and the built-in algorithm" if runtime.algorithm else "")
        library = runtime.library.name if runtime.library else "Python alone"
        rows.append((f"`{name}`", does, library))
    for name in algorithms.names():
        found = algorithms.find(name)
        if found and not found.needs_aws:
            rows.append((f"`{name}`", "the built-in algorithm", found.work[0].library))
    return _table(("image's repository", "runs", "with"), rows)


def bounds() -> str:
    """Each limit of the engine with its environment variable."""
    rows = [(f"`{each.variable}`", each.words, each.help) for each in limits.LIMITS]
    return _table(("variable", "without it", "what it bounds"), rows)


def models() -> str:
    """Each model of the catalogue: what it does, whose it is, and where its weights are from."""
    rows = [
        (
            f"`{model.id}`",
            f"{model.task}{', fine-tuned on your own data' if model.fine_tuning else ''}",
            model.license,
            ", ".join(dict.fromkeys(f"`{file.distribution}`" for file in model.packages)),
        )
        for model in MODELS.values()
    ]
    return _table(("model", "task", "license", "weights or data from"), rows)


def solutions() -> str:
    """Each solution: what for, where its data is from, and its licence."""
    rows = [(f"`{of.id}`", of.use_case, of.source, of.license) for of in SOLUTIONS.values()]
    return _table(("solution", "what for", "data", "license"), rows)


def resource_types() -> str:
    """The types that a stack's resources may have, by service; those that only fail apart."""
    run = {noun for runner in RUNNERS for noun in runner.nouns}
    made: dict[str, list[str]] = {}
    for name in sorted(TYPES):
        _, service, kind = name.split("::")
        fails = service == "SageMaker" and kind in COMPUTES - run
        words = f"{service}, where it fails: needs AWS" if fails else service
        made.setdefault(words, []).append(f"`{kind}`")
    return _table(("service", "types"), ((name, ", ".join(made[name])) for name in sorted(made)))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


if __name__ == "__main__":
    print(runtimes(), models(), solutions(), bounds(), resource_types(), sep="\n\n")
