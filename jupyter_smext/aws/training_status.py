"""What DescribeTrainingJob says of how a training job is getting on, in words."""

from __future__ import annotations

from typing import Any

OVER = frozenset(("Completed", "Failed", "Stopped"))


def progress_words(detail: dict[str, Any]) -> str:
    """The secondary status and what AWS says of it: `Downloading: Downloading input data`."""
    status = str(detail["SecondaryStatus"])
    transitions = detail.get("SecondaryStatusTransitions") or [{}]
    message = str(transitions[-1].get("StatusMessage") or "")
    return f"{status}: {message}" if message else status


def end_words(detail: dict[str, Any]) -> str:
    """How long it ran, and for how much of that AWS charges."""
    status = detail["TrainingJobStatus"]
    ran, billed = detail.get("TrainingTimeInSeconds"), detail.get("BillableTimeInSeconds")
    words = [str(status)]
    if ran is not None:
        words.append(f"ran for {ran} s")
    if billed is not None:
        words.append(f"billed for {billed} s")
    return ", ".join(words)
