"""The solutions in JumpStart's bucket on this machine: their manifest, templates, files, models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..models.catalogue import MODELS
from ..models.declaration import Made
from ..models.packages import revision
from ..models.publication import code
from ..notebooks.cells import notebook
from .catalogue import SOLUTIONS
from .declaration import LocalSolution

MANIFEST = "solutions_manifest.json"
_HERE = Path(__file__).parent
#: Of the local models, the one whose code serves tables.
_TABULAR = "xgboost-classification-table"


def contents() -> Mapping[str, Made]:
    """The objects of all solutions, by key; the same in every region."""
    entries = [_entry(solution) for solution in SOLUTIONS.values()]
    found = {MANIFEST: _as_is(json.dumps(entries, indent=1).encode(), "application/json")}
    for solution in SOLUTIONS.values():
        found |= _objects_of(solution)
    return found


def _entry(of: LocalSolution) -> dict[str, Any]:
    return {
        "id": of.id,
        "version": of.version,
        "title": of.title,
        "use_case": of.use_case,
        "summary": of.summary,
        "description": of.description,
        "architecture": of.architecture,
        "license": of.license,
        "source": of.source,
        "template": f"{of.prefix}template.yaml",
        "files": {name: f"{of.prefix}source/{name}" for name in _files(of)},
        "notebook": f"{of.notebook}.ipynb",
    }


def _objects_of(of: LocalSolution) -> Mapping[str, Made]:
    found = {f"{of.prefix}template.yaml": _as_is(template(of).encode(), "text/yaml")}
    for name, content in _files(of).items():
        found[f"{of.prefix}source/{name}"] = _as_is(content)
    if of.artifact:
        served = {
            f"code/{name}": _as_is(content) for name, content in code(MODELS[_TABULAR]).items()
        }
        for name, made in {**of.artifact, **served}.items():
            found[f"{of.prefix}artifact/{name}"] = made
    return found


def _files(of: LocalSolution) -> Mapping[str, bytes]:
    """The notebook and what goes with it, by name."""
    source = _HERE / "source"
    text = (source / f"{of.notebook}.py").read_text(encoding="utf-8")
    others = {name: (source / name).read_bytes() for name in of.files}
    return {f"{of.notebook}.ipynb": notebook(text), **others}


def template(of: LocalSolution) -> str:
    """The CloudFormation template of a solution."""
    artifact = f"{of.prefix}artifact/" if of.model is None else MODELS[of.model].artifact_key
    text = (_HERE / "template.yaml").read_text(encoding="utf-8")
    for name, value in {
        "title": of.title,
        "image": of.image,
        "artifact": artifact,
        "prefix": of.prefix,
        "files": json.dumps([f"{of.notebook}.ipynb", *of.files]),
        "notebook": f"{of.notebook}.ipynb",
    }.items():
        text = text.replace(f"@{name}@", value)
    return text


def _as_is(content: bytes, content_type: str = "binary/octet-stream") -> Made:
    return Made(lambda: content, revision(content), content_type)
