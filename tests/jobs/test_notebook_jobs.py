"""Notebooks run as training jobs of the real local engine, through the routes."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import nbformat

from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .notebooks import begun, ended, notebook, outputs, step


async def test_a_notebook_comes_back_executed(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    folder = jp_root_dir / "work"
    source = notebook(
        folder / "orders.ipynb",
        "import pathlib\nprint('read', pathlib.Path('data/numbers.csv').read_text())",
        "print('got', rows, name)",
        "pathlib.Path('out').mkdir()\npathlib.Path('out/table.csv').write_text('1;2')",
        parameters="rows: int = 10  # how many\nname = 'a'",
    )
    (folder / "data").mkdir()
    (folder / "data" / "numbers.csv").write_text("7,8,9")
    before = source.read_bytes()

    job = await begun(call, "work/orders.ipynb", parameters={"rows": 3}, spot=True)
    assert job["state"] == "running"
    job = await ended(call, job["id"])
    assert job["state"] == "done", job
    assert [each["state"] for each in job["steps"]] == ["done"] * 6
    assert "Created the bucket" in step(job, "check")["note"] or "is there" in step(job, "check")["note"]

    assert source.read_bytes() == before
    result = jp_root_dir / job["result"]
    assert result.parent == folder and result.name.startswith("orders (job 20")
    assert outputs(result) == "read 7,8,9\ngot 3 a\n"
    assert job["files"] == [{"name": "out/table.csv", "bytes": 3}]
    assert not (folder / "out").exists()

    described = engine.client("sagemaker").describe_training_job(TrainingJobName=job["job"])
    assert described["EnableManagedSpotTraining"] is True
    assert described["StoppingCondition"]["MaxWaitTimeInSeconds"] == 7200

    job = (await call("POST", f"notebook-jobs/{job['id']}/fetch")).json
    assert (jp_root_dir / job["files_at"] / "out" / "table.csv").read_text() == "1;2"

    log = (await call("GET", f"notebook-jobs/{job['id']}/log")).json
    text = "\n".join(log["lines"])
    assert "read 7,8,9" in text and "[notebook] Done" in text
    assert "Installing" not in text
    more = (await call("GET", f"notebook-jobs/{job['id']}/log", next=log["next"])).json
    assert more["lines"] == [] and more["ended"]
