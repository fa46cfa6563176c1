"""The places in S3 that an answer of AWS names, and what each is for, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..protocol import S3Place
from .model import words

MOST = 100
"""Places of one resource: a manifest of thousands has none for the page."""

_NAMES = ("ChannelName", "InputName", "OutputName", "VariantName")
"""What AWS calls the item of a list that a place stands in."""

_OF_THE_SDK = {"sagemaker_submit_directory": "Source code"}
"""Hyperparameters and variables of SageMaker's SDK whose names say little."""

_BY_THEIR_OWN_NAMES = ("HyperParameters", "Environment")
"""Members whose members a person named."""

_ENDINGS = ("S3", "Uri", "Url", "Path", "Config", "Location", "Data", "Source", "Destination")
"""Words that say that it is a place, and not of what."""


def places(answer: Mapping[str, Any]) -> tuple[S3Place, ...]:
    """Every S3 URI of an answer, in its order, each once for the same purpose."""
    found: dict[tuple[str, str], S3Place] = {}
    for path, name, uri in _inside({**answer, "ResponseMetadata": None}, (), ""):
        place = S3Place(_label(path, name), ".".join(path), uri)
        found.setdefault((place.label, uri), place)
        if len(found) == MOST:
            break
    return tuple(found.values())


def is_made(place: S3Place) -> bool:
    """Whether the resource writes there, by the words of AWS's members."""
    return re.search("Output|Artifact|Destination|Checkpoint", place.member) is not None


def _inside(
    value: Any, path: tuple[str, ...], name: str
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if isinstance(value, Mapping):
        name = next((str(value[each]) for each in _NAMES if value.get(each)), name)
        for member, inner in value.items():
            yield from _inside(inner, (*path, str(member)), name)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _inside(inner, path, name)
    elif isinstance(value, str):
        uri = _unquoted(value)
        if uri.startswith("s3://") and len(uri) > 5:
            yield path, name, uri


def _unquoted(text: str) -> str:
    """SageMaker's SDK writes hyperparameters as JSON."""
    if text.startswith('"s3://') and text.endswith('"'):
        try:
            return str(json.loads(text))
        except ValueError:
            return text
    return text


def _label(path: tuple[str, ...], name: str) -> str:
    if path[-1].lower() in _OF_THE_SDK:
        return _OF_THE_SDK[path[-1].lower()]
    if path[-2:-1] and path[-2] in _BY_THEIR_OWN_NAMES:
        return path[-1]
    if name:
        way = "Output" if "Output" in "".join(path) else "Input" if "Input" in path[0] else ""
        return f"{way or _said(path[0])} {name}"
    last, first = _said(path[-1]), _said(path[0])
    return first if last in ("", "Output", "Input") else last


def _said(member: str) -> str:
    """`S3ModelArtifacts` → `Model artifacts`, `CheckpointConfig` → `Checkpoint`."""
    parts = [word for word in words(member) if word not in ("S3", "S")]
    while len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    if len(parts) == 1 and parts[0] in _ENDINGS:
        return ""
    return " ".join(parts[:1] + [word.lower() for word in parts[1:]])
