"""How the models say what they found, and refuse what they do not take."""

import json
from typing import Any

from sagemaker_inference.errors import BaseInferenceToolkitError


def refusal(status: int, message: str) -> BaseInferenceToolkitError:
    """What to raise: the status of HTTP, and why."""
    return BaseInferenceToolkitError(status, message, message)


def check_type(content_type: str, *taken: str) -> None:
    """Raises 415 for a request of another type."""
    if content_type.split(";")[0].strip().lower() not in taken:
        raise refusal(415, f"Content type {content_type} is not taken: send {' or '.join(taken)}.")


def wants_names(accept: str) -> bool:
    """Whether an answer is to say what its numbers are of: `application/json;verbose`.

    Raises 406 for anything but JSON.
    """
    first = accept.split(",")[0]
    kind, *parameters = [part.strip().lower() for part in first.split(";")]
    if kind not in ("", "*/*", "application/*", "application/json"):
        raise refusal(406, f"{first} is not what this model answers: accept application/json.")
    return "verbose" in parameters


def probabilities(labels: list[str], values: Any, accept: str) -> tuple[str, str]:
    """The answer of a classifier, of one input: its labels, and the probability of each."""
    answer: dict[str, Any] = {"probabilities": [float(each) for each in values]}
    if wants_names(accept):
        answer |= {"labels": labels, "predicted_label": labels[int(values.argmax())]}
    return json.dumps(answer), "application/json"
