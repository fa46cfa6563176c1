"""Every notebook that runs here: those of each local model, and some of the public hub's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..models.declaration import LocalModel, Made
from ..models.packages import revision
from .cells import notebook

#: Where the notebooks of AWS's own models are, too.
_FOLDER = "pmm-notebooks"
_SOURCE = Path(__file__).with_name("source")
#: What in deploy.py and fine_tune.py is another model's in each notebook.
_MODEL, _VERSION = 'MODEL = "vader-tc-sentiment"', 'VERSION = "1.0.0"'


@dataclass(frozen=True)
class LocalNotebook:
    """A content of type Notebook; `source` is a file of `source/`. `description` is Markdown."""

    id: str
    name: str
    description: str
    keywords: tuple[str, ...]
    source: str
    version: str = "1.0.0"

    @property
    def key(self) -> str:
        """Where it is in JumpStart's bucket."""
        return f"{_FOLDER}/{self.id}.ipynb"


NOTEBOOKS: Mapping[str, LocalNotebook] = {
    each.id: each
    for each in (
        LocalNotebook(
            id="similar-sentences",
            name="Find the answer that means the same",
            description=(
                "Deploys all-MiniLM-L6-v2, finds for questions the answers that mean the same "
                "though they share no word, and deletes the endpoint again."
            ),
            keywords=("@task:text-embedding", "@framework:onnx", "Search"),
            source="similar_sentences",
        ),
        LocalNotebook(
            id="two-models-one-table",
            name="Two models, one table",
            description=(
                "Trains gradient boosted trees and a linear model on the same table by two "
                "training jobs, and compares what they reach on the same held-out rows."
            ),
            keywords=("@task:tabular-classification", "@framework:xgboost", "Tabular"),
            source="two_models_one_table",
        ),
    )
}


@dataclass(frozen=True)
class ModelNotebook:
    """A notebook of a local model; `text` is in cells of `# %%`."""

    title: str
    key: str
    text: str


def notebooks_of(model: LocalModel) -> tuple[ModelNotebook, ...]:
    """Those of a model, the usual one first."""
    name = f"{_FOLDER}/pmm-notebook-{model.id}"
    found = [ModelNotebook("Deploy", f"{name}-deploy.ipynb", _filled("deploy", model))]
    if model.fine_tuning is not None and model.fine_tuning.dataset is not None:
        about = model.fine_tuning.dataset.about
        text = _filled("fine_tune", model).replace("@about@", about)
        found.append(ModelNotebook("Fine-tune", f"{name}-fine-tune.ipynb", text))
    return tuple(found)


def contents(models: Mapping[str, LocalModel]) -> Mapping[str, Made]:
    """The notebooks in JumpStart's bucket, by key; the same in every region."""
    found = {
        each.key: _made(each.text) for model in models.values() for each in notebooks_of(model)
    }
    for own in NOTEBOOKS.values():
        found[own.key] = _made(_read(own.source))
    return found


def _filled(source: str, model: LocalModel) -> str:
    text = _read(source)
    for name in ("name", "description", "source", "license"):
        text = text.replace(f"@{name}@", getattr(model, name))
    text = text.replace(_MODEL, f'MODEL = "{model.id}"', 1)
    return text.replace(_VERSION, f'VERSION = "{model.version}"', 1)


def _read(source: str) -> str:
    return (_SOURCE / f"{source}.py").read_text(encoding="utf-8")


def _made(text: str) -> Made:
    content = notebook(text)
    return Made(lambda: content, revision(content), "application/x-ipynb+json")
