"""The training jobs that the layout asks for are those that the SDK's estimators ask for.

sdk_training_calls.jsonl is what SDK 2 sent for each case, recorded by tests/sdk/training_calls.py;
`dev.py test sdk` records it anew and compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.creation.training_call import training_call
from jupyter_smext.creation.training_values import TrainingValues
from jupyter_smext.creation.values import read
from jupyter_smext.creation.values_of_training import values_of

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "sdk_training_calls.jsonl").read_text("utf-8").splitlines()
]
#: What the SDK adds for Debugger and Profiler, whatever is trained.
LEFT_OUT = {"DebugHookConfig", "ProfilerConfig"}


def name_of(recorded: dict[str, Any]) -> str:
    values = recorded["values"]
    plain = {"job", "role", "output", "source", "script"}
    what = values.get("framework") or values.get("algorithm") or values["source"]
    return " ".join((what, *(name for name in values if name not in plain)))


def program(values: dict[str, Any]) -> str:
    folder = values.get("folder")
    script: str = values.get("script", "")
    return script.removeprefix(f"{folder}/") if folder else script


def sent(recorded: dict[str, Any]) -> dict[str, Any]:
    found = recorded["parameters"]
    return {name: value for name, value in found.items() if name not in LEFT_OUT}


@pytest.mark.parametrize("recorded", RECORDED, ids=name_of)
def test_a_job_is_asked_for_as_the_sdk_does(recorded: dict[str, Any]) -> None:
    values, errors = read(TrainingValues, recorded["values"])
    assert errors == ()
    ours = training_call(values, "us-east-1", program(recorded["values"]))
    assert json.loads(json.dumps(ours)) == sent(recorded)


@pytest.mark.parametrize("recorded", RECORDED, ids=name_of)
def test_a_job_of_the_sdk_is_taken_up_again(recorded: dict[str, Any]) -> None:
    found = values_of(recorded["parameters"])
    assert found.values is not None, found.lost
    assert set(found.lost) <= LEFT_OUT
    values, errors = read(TrainingValues, found.values)
    assert errors == ()
    again = training_call(values, "us-east-1", str(values.program))
    own = {"sagemaker_job_name", "model_dir"}
    for parameters in (again, recorded["parameters"]):
        for name in own & parameters.get("HyperParameters", {}).keys():
            del parameters["HyperParameters"][name]
    theirs = sent(recorded)
    assert again == {**theirs, "TrainingJobName": values.job}
