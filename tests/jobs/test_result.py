"""What a job left is put beside its notebook, over nothing and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jobs import outcome, result


def test_results_get_names_that_nothing_has(tmp_path: Path) -> None:
    source = tmp_path / "a.b.ipynb"
    paths = [result.write_beside(source, 1_700_000_000, b"x") for _ in range(3)]
    assert len(set(paths)) == 3
    assert all(path.parent == tmp_path and path.suffix == ".ipynb" for path in paths)
    assert paths[0].name.startswith("a.b (job 2023-11-1") and paths[2].name.endswith(", 3).ipynb")


@pytest.mark.parametrize("stem", ["注" * 84, "x" * 249])
def test_a_long_name_is_cut(stem: str, tmp_path: Path) -> None:
    path = result.write_beside(tmp_path / f"{stem}.ipynb", 1_700_000_000, b"x")
    assert path.read_bytes() == b"x"
    assert result.new_folder(tmp_path / f"{stem}.ipynb", 1_700_000_000).is_dir()


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "a//b", "", "a\\b", "a/\0", "."])
def test_keys_that_lead_out_are_refused_before_anything_is_fetched(
    name: str, tmp_path: Path
) -> None:
    class Bucket:
        def download(self, key: str, file: Path) -> None:
            raise AssertionError("fetched")

    with pytest.raises(ProblemError):
        result.download(Bucket(), "p/", ["fine.txt", name], tmp_path)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_the_error_of_a_notebook() -> None:
    def cells(*outputs: dict[str, Any]) -> bytes:
        return json.dumps({"cells": [{"execution_count": 4, "outputs": list(outputs)}]}).encode()

    failed = {"output_type": "error", "ename": "KeyError", "evalue": "'x'"}
    assert result.error_of(cells(failed)) == result.CellError("[4]", "KeyError", "'x'")
    left = {"output_type": "error", "ename": "SystemExit", "evalue": "0"}
    assert result.error_of(cells(left)) is None
    assert result.error_of(cells(failed)[:-9]) is None
    assert result.error_of(b"[]") is None


def detail(status: str, secondary: str, **more: Any) -> dict[str, Any]:
    stopping = {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120}
    return {
        "TrainingJobStatus": status,
        "SecondaryStatus": secondary,
        "StoppingCondition": stopping,
        **more,
    }


@pytest.mark.parametrize(
    ("told", "state", "title"),
    [
        (detail("Completed", "Completed"), "done", None),
        (detail("Stopped", "Stopped"), "cancelled", None),
        (
            detail("Stopped", "MaxRuntimeExceeded"),
            "failed",
            "The notebook ran longer than 60 s, and was ended",
        ),
        (
            detail("Stopped", "MaxWaitTimeExceeded"),
            "failed",
            "No spot instance was free for 120 s",
        ),
        (
            detail("Failed", "Failed", FailureReason="CapacityError: Unable to provision"),
            "failed",
            "AWS has no instance of this type to spare",
        ),
        (
            detail("Failed", "Failed", FailureReason="ClientError: no such image"),
            "failed",
            "The training job failed",
        ),
    ],
)
def test_how_it_ended_in_words(told: dict[str, Any], state: str, title: str | None) -> None:
    left = outcome.left(told, b"{}", {"b": 2, "a": 1}, "s3://bucket/results")
    assert left.state == state
    assert (left.problem.title if left.problem else None) == title
    assert [file.name for file in left.files] == ["a", "b"]


def test_a_job_that_completed_without_its_notebook_did_not_go_well() -> None:
    left = outcome.left(detail("Completed", "Completed"), None, {}, "s3://bucket/results")
    assert left.state == "failed" and left.problem is not None
    assert "s3://bucket/results" in left.problem.detail
