"""A kind as it goes over the wire."""

from __future__ import annotations

from typing import Any, Literal

from .. import protocol
from . import model
from .kind import Kind

ColumnFormat = Literal["text", "time", "number", "list"]

FORMATS: dict[str, ColumnFormat] = {
    "timestamp": "time",
    "integer": "number",
    "long": "number",
    "float": "number",
    "double": "number",
    "list": "list",
}

LABELS = {
    "CreationTime": "Created",
    "CreateDate": "Created",
    "LastModifiedTime": "Last modified",
    "LastUpdatedDate": "Last modified",
    "DomainId": "Domain",
    "StartTime": "Started",
    "EndTime": "Ended",
    "FinalMetricDataList": "Final metrics",
}


def label_of(member: str, noun: str = "") -> str:
    """`NotebookInstanceStatus` → `Status`, for that noun; `VolumeSizeInGB` → `Volume size (GB)`."""
    name = member.rsplit(".", 1)[-1]
    if name in LABELS:
        return LABELS[name]
    if noun and name.startswith(noun) and len(name) > len(noun):
        name = name[len(noun) :]
    if len(name) > 3 and name.endswith("Arn"):
        name = name[:-3]
    unit = ""
    for suffix, sign in (
        ("InGB", " (GB)"),
        ("InSeconds", ""),
        ("InBytes", ""),
        ("InMinutes", " (min)"),
    ):
        if name.endswith(suffix):
            name, unit = name[: -len(suffix)], sign
    return model.sentence(name) + unit


def _column(kind: Kind, name: str) -> protocol.Column:
    shape: Any = model.member_at(kind.summary, name)
    return protocol.Column(name, label_of(name, kind.noun), FORMATS.get(shape.type_name, "text"))


def spec(kind: Kind) -> protocol.Kind:
    """The kind as data: what the browser needs to show it and to act on it."""
    return protocol.Kind(
        id=kind.id,
        noun=kind.noun,
        label=kind.label,
        plural=kind.plural,
        group=kind.group,
        columns=tuple(_column(kind, name) for name in kind.columns),
        verbs=tuple(
            protocol.Verb(
                operation=verb.operation,
                label=verb.label,
                when=verb.when,
                danger=verb.danger,
                shutdown=verb.shutdown,
                form=verb.form,
                on=verb.on,
            )
            for verb in kind.verbs
        ),
        create=kind.create_operation,
        open=kind.open_operation,
        open_when=kind.open_when,
        parent=kind.parent,
        listed_by=kind.listed_by,
        identity=kind.identity,
        console=kind.console,
        paid_by=kind.paid_by,
        logs=bool(kind.logs),
        tags=kind.taggable,
        deploys=kind.deploys,
        metrics=kind.metrics is not None,
    )
