"""Every status word of SageMaker's model has a tone, whatever its casing."""

from __future__ import annotations

import pytest

from jupyter_smext.kinds import service_model
from jupyter_smext.tones import tone

# AWS itself says by these that it does not know, or the word says nothing of how things stand.
SAYS_NOTHING = {"Insufficient-Data", "NotFound", "PartialGeneration", "Unknown"}


def status_words() -> set[str]:
    model = service_model()
    shapes = [model.shape_for(name) for name in model.shape_names]
    return {
        word
        for shape in shapes
        if shape.type_name == "structure"
        for name, member in shape.members.items()
        if name.endswith(("Status", "State"))
        for word in getattr(member, "enum", ())
    }


def test_every_status_word_of_the_model_has_a_tone() -> None:
    words = status_words()
    assert len(words) > 150
    assert {word for word in words if tone(word) == "unknown"} == SAYS_NOTHING


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("InProgress", "busy"),
        ("IN_PROGRESS", "busy"),
        ("INPROGRESS", "busy"),
        ("DownloadingTrainingImage", "busy"),
        ("RollbackInProgress", "busy"),
        ("Pending", "busy"),
        ("Deleting", "busy"),
        ("InService", "ok"),
        ("Completed", "ok"),
        ("CREATED", "ok"),
        ("Started", "ok"),
        ("Stopped", "idle"),
        ("STOPPED", "idle"),
        ("PendingManualApproval", "idle"),
        ("Deleted", "idle"),
        ("Failed", "bad"),
        ("Update_Failed", "bad"),
        ("UpdateRollbackFailed", "bad"),
        ("MaxRuntimeExceeded", "bad"),
        ("CompletedWithFailures", "bad"),
        ("", "unknown"),
        ("Frobbed", "unknown"),
    ],
)
def test_tone(word: str, expected: str) -> None:
    assert tone(word) == expected
