"""Each kind finds the streams that it writes to, those of its jobs too."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.kinds import kind, kinds, model
from jupyter_smext.kinds.logs import LogsOf
from jupyter_smext.logs import streams as module
from jupyter_smext.logs.streams import place_of, reasons_of, streams_of
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

REGION = "us-east-1"
ARN = "arn:aws:sagemaker:us-east-1:000000000000"


class Sessions:
    def __init__(self, engine: RunningEngine) -> None:
        self.engine = engine

    def client(self, connection: str, region: str, service: str = "sagemaker") -> Any:
        return self.engine.client(service)


def append(engine: RunningEngine, group: str, *streams: str) -> None:
    for stream in streams:
        engine.engine.logs.append(REGION, group, stream, [(1, "x")])


def labels(engine: RunningEngine, id: str, row: str) -> list[str]:
    found = streams_of(Sessions(engine), "local", REGION, kind(id), row)  # type: ignore[arg-type]
    for stream in found.streams:
        assert place_of(kind(id), row, stream.id) == (stream.group, stream.name)
    return sorted(stream.label for stream in found.streams if not stream.name.endswith("*"))


@pytest.mark.parametrize("declared", kinds().values(), ids=lambda each: each.id)
def test_what_is_declared_is_in_the_model(declared: Any) -> None:
    for source in declared.logs:
        if isinstance(source, LogsOf):
            assert source.parameter in model.input_members(source.operation)
            assert source.parameter in declared.identity
        else:
            assert source.group.startswith("/aws/sagemaker/")
            names = re.findall(r"{(\w+)}", source.group + source.stream)
            assert names and set(names) <= set(declared.identity)


@pytest.mark.parametrize(
    ("id", "row", "group", "streams", "found"),
    [
        ("endpoint", "e", "Endpoints/e", ["v/i-1", "v/i-1/data-log"], ["v/i-1", "v/i-1/data-log"]),
        ("inference-component", "c", "InferenceComponents/c", ["v/i-1"], ["v/i-1"]),
        (
            "notebook-instance",
            "n",
            "NotebookInstances",
            ["n/jupyter.log", "n/LifecycleConfigOnStart", "n2/jupyter.log"],
            ["LifecycleConfigOnStart", "jupyter.log"],
        ),
        (
            "app",
            "d-1,,space,JupyterLab,default",
            "studio",
            [
                "d-1/space/JupyterLab/default",
                "d-1/space/JupyterLab/default/LifecycleConfigOnStart",
                "d-1/space/JupyterLab/default2",
            ],
            ["LifecycleConfigOnStart", "default"],
        ),
        ("labeling-job", "l", "LabelingJobs", ["l", "l-2"], ["l"]),
        ("transform-job", "t", "TransformJobs", ["t/i-1-1700000000", "t/data-log"], None),
        ("cluster", "hyper", "Clusters/hyper/abc", ["LifecycleConfig/g/i-1"], None),
    ],
)
def test_the_streams_of_a_kind(
    fresh_engine: RunningEngine,
    id: str,
    row: str,
    group: str,
    streams: list[str],
    found: list[str] | None,
) -> None:
    append(fresh_engine, f"/aws/sagemaker/{group}", *streams)
    expected = found or {"t": ["data-log", "i-1"], "hyper": ["LifecycleConfig/g/i-1"]}.get(row, [])
    assert labels(fresh_engine, id, row) == expected


def test_the_jobs_of_a_resource_are_its_logs(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(engine, "/aws/sagemaker/TrainingJobs", "t-001/algo-1-1700000000", "t-002/algo-1-1")
    append(engine, "/aws/sagemaker/ProcessingJobs", "p/algo-1-1700000000")
    steps = [
        {"Metadata": {"TrainingJob": {"Arn": f"{ARN}:training-job/t-001"}}},
        {"Metadata": {"ProcessingJob": {"Arn": f"{ARN}:processing-job/p"}}},
        {"Metadata": {"Model": {"Arn": f"{ARN}:model/m"}}},
        {"Metadata": {"Condition": {"Outcome": "True"}}},
        {"StepName": "Train", "FailureReason": "ClientError: MemoryError"},
        {},
    ]

    class Pages:
        def get_paginator(self, name: str) -> Any:
            assert name == "list_pipeline_execution_steps"
            return self

        def paginate(self, PipelineExecutionArn: str, PaginationConfig: Any) -> Any:
            assert PipelineExecutionArn == f"{ARN}:pipeline/p/execution/abc"
            return [{"PipelineExecutionSteps": steps[:2]}, {"PipelineExecutionSteps": steps[2:]}]

    class Both(Sessions):
        def client(self, connection: str, region: str, service: str = "sagemaker") -> Any:
            return Pages() if service == "sagemaker" else super().client("", "", service)

    from urllib.parse import quote

    execution = quote(f"{ARN}:pipeline/p/execution/abc", safe="")
    declared = kind("pipeline-execution")
    found = streams_of(Both(engine), "local", REGION, declared, execution)  # type: ignore[arg-type]
    assert sorted(stream.label for stream in found.streams) == ["p/algo-1", "t-001/algo-1"]
    for stream in found.streams:
        assert place_of(declared, execution, stream.id) == (stream.group, stream.name)
    reasons = reasons_of(Both(engine), "local", REGION, declared, execution)  # type: ignore[arg-type]
    assert reasons == [("Train", "ClientError: MemoryError")]
    steps.clear()
    none = streams_of(Both(engine), "local", REGION, declared, execution)  # type: ignore[arg-type]
    assert none.said == "This pipeline execution has not started a job yet that writes a log."


def test_more_streams_than_are_listed_are_said(
    fresh_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_STREAMS", 3)
    append(fresh_engine, "/aws/sagemaker/Endpoints/e", *(f"v/i-{n}" for n in range(5)))
    found = streams_of(
        Sessions(fresh_engine),  # type: ignore[arg-type]
        "local",
        REGION,
        kind("endpoint"),
        "e",
    )
    assert found.more
    assert [stream.label for stream in found.streams[3:]] == ["All streams"]


@pytest.mark.parametrize("id", ["", ",", "x", "%2Faws%2Fsagemaker%2FTrainingJobs,", "a,b"])
def test_what_is_no_stream_is_refused(id: str) -> None:
    with pytest.raises(ProblemError) as raised:
        place_of(kind("training-job"), "job", id)
    assert raised.value.problem.status == 404
