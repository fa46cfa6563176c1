"""Phases made of what AWS's documents say that the describe answers hold."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from jupyter_smext.inventory.history import Seen
from jupyter_smext.inventory.rows import row_of
from jupyter_smext.kinds import kind, kinds
from jupyter_smext.kinds.model import input_members, output_members
from jupyter_smext.protocol import Phase
from jupyter_smext.timeline.parts import parts_of, parts_request
from jupyter_smext.timeline.phases import phases_of

START = 1_700_000_000.0


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(START + seconds, timezone.utc)


def short(phases: tuple[Phase, ...]) -> list[tuple[str, str, float | None, float | None]]:
    def since(time: float | None) -> float | None:
        return None if time is None else round(time - START, 3)

    return [(each.label, each.state, since(each.started), since(each.ended)) for each in phases]


def job(status: str, *steps: tuple[str, float, float | None], **more: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "j",
        "TrainingJobStatus": status,
        "CreationTime": at(0),
        "LastModifiedTime": at(500),
        "SecondaryStatusTransitions": [
            {
                "Status": name,
                "StartTime": at(start),
                **({} if end is None else {"EndTime": at(end)}),
                "StatusMessage": f"AWS on {name}",
            }
            for name, start, end in steps
        ],
        **more,
    }


def phases(noun: str, answer: dict[str, Any], *seen: Seen) -> tuple[Phase, ...]:
    declared = kind(noun)
    return phases_of(declared, answer, row_of(declared, answer), seen)


def test_a_job_that_trains_has_what_it_did_does_and_will_do() -> None:
    steps = (("Starting", 0, 60), ("Pending", 60, 200), ("Downloading", 200, 230))
    found = phases("training-job", job("InProgress", *steps, ("Training", 230, None)))
    assert short(found) == [
        ("Preparing the instances", "done", 0, 60),
        ("Waiting for capacity", "done", 60, 200),
        ("Downloading data", "done", 200, 230),
        ("Training", "now", 230, None),
        ("Uploading the model", "todo", None, None),
    ]
    assert found[3].message == "AWS on Training" and found[3].tone == "busy"


def test_the_end_of_a_job_is_no_phase_but_how_its_last_one_went() -> None:
    steps = (("Starting", 0, 60), ("Downloading", 60, 90), ("Training", 90, 300))
    failed = phases("training-job", job("Failed", *steps, ("Failed", 300, 300)))
    assert short(failed) == [
        ("Preparing the instances", "done", 0, 60),
        ("Downloading data", "done", 60, 90),
        ("Training", "failed", 90, 300),
        ("Uploading the model", "todo", None, None),
    ]
    assert failed[2].message == "AWS on Failed" and failed[2].tone == "bad"
    well = (*steps, ("Uploading", 300, 310), ("Completed", 310, 310))
    assert [each.state for each in phases("training-job", job("Completed", *well))] == ["done"] * 4
    late = phases("training-job", job("Stopped", *steps, ("MaxRuntimeExceeded", 300, 300)))
    assert (late[2].state, late[2].message) == ("stopped", "AWS on MaxRuntimeExceeded")


def test_an_interrupted_spot_job_goes_through_its_phases_again() -> None:
    steps = (
        ("Starting", 0, 10),
        ("Training", 10, 50),
        ("Interrupted", 50, 80),
        ("Starting", 80, 90),
        ("Training", 90, None),
    )
    found = short(phases("training-job", job("InProgress", *steps)))
    assert [(label, state) for label, state, _, _ in found] == [
        ("Preparing the instances", "done"),
        ("Training", "done"),
        ("Interrupted", "done"),
        ("Preparing the instances", "done"),
        ("Training", "now"),
        ("Uploading the model", "todo"),
    ]


def test_a_word_that_aws_adds_is_shown_as_it_is() -> None:
    steps = (("Starting", 0, 10), ("Defrosting", 10, None))
    assert short(phases("training-job", job("InProgress", *steps)))[1] == (
        "Defrosting",
        "now",
        10,
        None,
    )


def test_broken_transitions_are_told_as_far_as_they_go() -> None:
    answer = job("Failed")
    answer["SecondaryStatusTransitions"] = [{}, {"Status": None}, {"Status": "Training"}]
    assert [each.state for each in phases("training-job", answer)] == [
        "done",
        "done",
        "failed",
        "todo",
    ]
    # None at all: the times of the job are left.
    assert short(phases("training-job", job("Failed", TrainingEndTime=at(9)))) == [
        ("Starting", "failed", 0, 9),
        ("Running", "todo", None, None),
    ]


def test_another_job_waits_and_runs_by_its_times() -> None:
    answer = {"ProcessingJobName": "p", "ProcessingJobStatus": "InProgress", "CreationTime": at(0)}
    assert short(phases("processing-job", answer)) == [
        ("Starting", "now", 0, None),
        ("Running", "todo", None, None),
    ]
    answer["ProcessingStartTime"] = at(100)
    assert short(phases("processing-job", answer)) == [
        ("Starting", "done", 0, 100),
        ("Running", "now", 100, None),
    ]
    answer |= {"ProcessingJobStatus": "Stopped", "ProcessingEndTime": at(150)}
    assert short(phases("processing-job", answer))[1] == ("Running", "stopped", 100, 150)


def test_what_has_states_alone_is_told_by_those_that_were_seen() -> None:
    answer = {
        "EndpointName": "e",
        "EndpointStatus": "InService",
        "CreationTime": at(0),
        "LastModifiedTime": at(200),
    }
    seen = (Seen("Creating", START, True), Seen("InService", START + 200, True))
    assert short(phases("endpoint", answer, *seen)) == [
        ("Creating", "done", 0, 200),
        ("InService", "now", 200, None),
    ]
    first = short(phases("endpoint", answer, seen[1]))
    assert first[0] == ("Not seen from here", "done", 0, 200)
    assert short(phases("endpoint", answer)) == [("InService", "now", None, None)]
    bad = phases("endpoint", {**answer, "EndpointStatus": "Failed"}, Seen("Failed", START, True))
    assert [(each.state, each.tone) for each in bad] == [("failed", "bad")]


def test_what_has_no_states_has_no_phases() -> None:
    assert phases("model", {"ModelName": "m", "CreationTime": at(0)}) == ()


def test_the_steps_of_a_pipelines_run_lead_to_their_jobs() -> None:
    declared = kind("pipeline-execution")
    arn = "arn:aws:sagemaker:us-east-1:000000000000:"
    run = f"{arn}pipeline/p/execution/x"
    operation, parameters = parts_request(
        declared, run.replace(":", "%3A").replace("/", "%2F")
    ) or (
        "",
        {},
    )
    assert operation == "ListPipelineExecutionSteps"
    assert parameters == {
        "PipelineExecutionArn": run,
        "MaxResults": 100,
        "SortOrder": "Descending",
    }
    steps = [
        {
            "StepName": "Train",
            "StepStatus": "Failed",
            "StartTime": at(50),
            "EndTime": at(90),
            "FailureReason": "<b>no</b>",
            "Metadata": {"TrainingJob": {"Arn": f"{arn}training-job/j"}},
        },
        {"StepName": "Prepare", "StepStatus": "Succeeded", "StartTime": at(0), "EndTime": at(50)},
        {"StepName": "Register", "StepStatus": "Starting"},
    ]
    found, more = parts_of(declared, {"PipelineExecutionSteps": steps, "NextToken": "t"})
    assert more
    assert short(found) == [
        ("Prepare", "done", 0, 50),
        ("Train", "failed", 50, 90),
        ("Register", "todo", None, None),
    ]
    assert found[1].message == "<b>no</b>"
    assert found[1].resource is not None
    assert (found[1].resource.kind, found[1].resource.id) == ("training-job", "j")


def test_declarations_are_of_the_model() -> None:
    for declared in kinds().values():
        if declared.parts is not None:
            parts = declared.parts
            members = output_members(parts.operation)[parts.result_key].member.members
            assert {parts.name, parts.status, parts.started, parts.ended} <= members.keys()
            assert set(declared.identity) & input_members(parts.operation).keys()
        times = declared.times
        states = set(declared.states)
        if times.transitions and declared.describe_operation:
            shape = output_members(declared.describe_operation)[times.transitions]
            states = set(shape.member.members["Status"].enum)
        assert {words.status for words in declared.phases} <= states, declared
