"""What is said of a solution that runs here, and what lies in JumpStart's bucket for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..models.declaration import Made


@dataclass(frozen=True)
class LocalSolution:
    """A solution: a stack with a model behind an endpoint, and a notebook that works with it.

    `description` and `architecture` are Markdown; `license` is that of code and data, `source` says
    where the data comes from. `notebook` is a file of `source/` in cells of `# %%`, `files` others
    beside it. `artifact` is the model's own by names below its prefix; without, `model` is one of
    the local models by its id. `image` is a repository that names a runtime of the engine.
    """

    id: str
    title: str
    use_case: str
    summary: str
    description: str
    architecture: str
    license: str
    source: str
    notebook: str
    files: tuple[str, ...]
    image: str
    artifact: Mapping[str, Made] = field(default_factory=dict)
    model: str | None = None
    version: str = "1.0.0"

    @property
    def prefix(self) -> str:
        """Where its objects are."""
        return f"solutions/{self.id}/v{self.version}/"
