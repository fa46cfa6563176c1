"""Programs that run kernels by themselves, with a kernelspec of an instance."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_smext.compute import kernelspecs
from tests.compute.away import PYTHON, found_engine
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine

#: The instance's own home is where the kernel begins; ours is another.
CODE = "import os\nprint('in', os.getcwd().rsplit('/', 1)[-1])"
SAID = "in SageMaker"


@pytest.fixture(scope="module")
def spec(running_engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with found_engine(running_engine, tmp_path_factory.mktemp("clients")):
        at = Instances(running_engine).create("clients")
        yield kernelspecs.write(at, "python3", PYTHON, "clients")


def ran(*arguments: str, **options: Any) -> str:
    """What a program of this environment prints; it has ended well."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, timeout=120, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def notebook(spec: str, tmp_path: Path) -> Path:
    """A notebook for the kernel of the instance."""
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": spec, "display_name": "x"}})
    book.cells = [nbformat.v4.new_code_cell(CODE)]
    path = tmp_path / "a.ipynb"
    nbformat.write(book, path)
    return path


def printed(path: Path) -> str:
    book = json.loads(path.read_text())
    outputs = [output for cell in book["cells"] for output in cell.get("outputs", ())]
    return "".join("".join(output.get("text", "")) for output in outputs)


def test_nbconvert(notebook: Path) -> None:
    ran("jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(notebook))
    assert SAID in printed(notebook)


def test_papermill(notebook: Path) -> None:
    done = notebook.with_name("b.ipynb")
    ran("papermill", str(notebook), str(done))
    assert SAID in printed(done)


def test_jupyter_run(spec: str, tmp_path: Path) -> None:
    script = tmp_path / "a.py"
    script.write_text(CODE)
    assert SAID in ran("jupyter", "run", "--kernel", spec, str(script))


def test_jupyter_console(spec: str) -> None:
    # What it reads is no terminal, so it is not asked whether it means to leave.
    said = ran("jupyter", "console", "--kernel", spec, "--simple-prompt", input=f"{CODE}\nexit\n")
    assert SAID in said
