"""The secondary statuses of a training job, each with its time and what is said of it."""

from __future__ import annotations

import time
from typing import Any

Detail = dict[str, Any]

#: SageMaker's messages, as its console and SDK show them (SecondaryStatusTransition).
MESSAGES = {
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
    "Restarting": "Restarting: the local engine ended while the job was running",
}
_LAST = frozenset({"Completed", "Failed", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded"})


def moved(detail: Detail, status: str, message: str | None = None) -> Detail:
    """The changes that take a record to a secondary status, `message` None for SageMaker's own.

    The status it is in already only gets the new message.
    """
    now = time.time()
    message = message or MESSAGES[status]
    transitions = [dict(each) for each in detail.get("SecondaryStatusTransitions", ())]
    last = transitions[-1] if transitions else None
    if last is not None and last["Status"] == status:
        last["StatusMessage"] = message
    else:
        if last is not None:
            last.setdefault("EndTime", now)
        transitions.append({"Status": status, "StartTime": now, "StatusMessage": message})
        if status in _LAST:
            transitions[-1]["EndTime"] = now
    return {"SecondaryStatus": status, "SecondaryStatusTransitions": transitions}
