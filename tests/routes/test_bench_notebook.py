"""*Open as notebook*: the cells that the test bench writes run, against real endpoints."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from tests.local.endpoint_models import bucket, deploy, end_all
from tests.local_engine import RunningEngine

from .test_async_invocations import ASYNC
from .test_invocations import MODEL, TELLER

pytest_plugins = ("tests.local_engine", "tests.smext_server")

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "src" / "views" / "test-bench"

#: Cells of a request, made by the page's own code, which TypeScript's compiler makes JavaScript of.
MAKE = """
const { readFileSync } = require('fs');
const { transpileModule } = require('typescript');
const load = name => {
  const source = readFileSync(`${process.argv[1]}/${name}.ts`, 'utf8');
  const options = { module: 'commonjs', target: 'es2020' };
  const { outputText } = transpileModule(source, { compilerOptions: options });
  const module = { exports: {} };
  new Function('require', 'module', 'exports', outputText)(load, module, module.exports);
  return module.exports;
};
const { where, request, file } = JSON.parse(process.argv[2]);
request.bytes = Uint8Array.from(Buffer.from(request.bytes, 'base64'));
process.stdout.write(JSON.stringify(load('notebook').cellsOf(where, request, file)));
"""

Run = Callable[..., Any]


@pytest.fixture
def run(engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the notebook of a request and answers what its last cell shows."""
    node = shutil.which("node")
    assert node is not None, "Node.js makes the cells: `dev.py test` brings it"
    for name, value in engine.environment().items():
        monkeypatch.setenv(name, value)

    def cells(endpoint: str, file: str | None, **request: Any) -> Any:
        asked = {
            "where": {"connection": "local", "region": "us-east-1", "endpoint": endpoint},
            "request": {
                "name": file,
                "accept": None,
                "variant": None,
                "component": None,
                "customAttributes": None,
                "stream": False,
                "queued": False,
                **request,
            },
            "file": file,
        }
        made = subprocess.run(
            [node, "-e", MAKE, str(BENCH), json.dumps(asked)],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        code = [nbformat.v4.new_code_cell(source) for source in json.loads(made.stdout)]
        notebook = nbformat.v4.new_notebook(cells=code)
        resources = {"metadata": {"path": str(tmp_path)}}
        nbclient.NotebookClient(notebook, timeout=60, resources=resources).execute()
        return notebook.cells[-1].outputs[-1]["data"]["text/plain"]

    yield cells
    end_all(engine)


def test_a_request_with_text(run: Run, engine: RunningEngine) -> None:
    deploy(engine, "noted", script=MODEL)
    shown = run("noted", None, bytes=encoded(b"1,'2'\n3"), contentType="text/csv", accept="a/b")
    assert shown == str({"got": "1,'2'\n3", "accept": "a/b"})


def test_a_request_with_a_file(run: Run, engine: RunningEngine, tmp_path: Path) -> None:
    deploy(engine, "filed", script=MODEL)
    (tmp_path / "dog.jpg").write_bytes(b"\xff\xd8")
    shown = run("filed", "dog.jpg", bytes=encoded(b"\xff\xd8"), contentType="application/x-image")
    assert "'got': 'ffd8'" in shown


def test_an_answer_as_it_is_written(run: Run, engine: RunningEngine) -> None:
    deploy(engine, "told", script=TELLER)
    shown = run("told", None, bytes=encoded(b"one,two"), contentType="text/csv", stream=True)
    assert shown == "b'one two '"


def test_a_request_to_a_queue(run: Run, engine: RunningEngine) -> None:
    bucket(engine, "answers")
    bucket(engine, f"sagemaker-us-east-1-{engine.engine.account}")
    deploy(engine, "waited", script=MODEL, **ASYNC)
    sent = {"contentType": "text/csv", "queued": True}
    assert "'got': '1,2'" in run("waited", None, bytes=encoded(b"1,2"), **sent)
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="torn"):
        run("waited", None, bytes=encoded(b"fall"), **sent)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
