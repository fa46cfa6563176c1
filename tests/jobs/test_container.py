"""The program that goes along: it runs in old Pythons too, and reads what it is given."""

from __future__ import annotations

import ast
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jupyter_smext.jobs import source

PROGRAM = Path(source.__file__).with_name("container") / source.PROGRAM


@pytest.fixture
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_notebook", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_parses_in_the_oldest_python_of_the_images() -> None:
    ast.parse(PROGRAM.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize(
    ("metadata", "wanted", "kernel"),
    [
        ({"kernelspec": {"name": "conda-mine", "language": "python"}}, None, ("python3", "python")),
        ({"language_info": {"name": "python"}}, "mine", ("mine", "python")),
        ({"kernelspec": {"name": "ir", "language": "R"}}, None, ("ir", "R")),
        ({}, None, ("python3", "python")),
    ],
)
def test_which_kernel_a_notebook_gets(
    metadata: dict[str, Any], wanted: str | None, kernel: tuple[str, str], program: ModuleType
) -> None:
    assert program.kernel_and_language({"metadata": metadata}, wanted) == kernel


def test_where_results_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: ModuleType
) -> None:
    monkeypatch.setenv("SM_INPUT_CONFIG_DIR", str(tmp_path))
    assert program.kept_folder() == Path("/opt/ml/checkpoints")
    (tmp_path / "checkpointconfig.json").write_text(json.dumps({"LocalPath": "/elsewhere"}))
    assert program.kept_folder() == Path("/elsewhere")
