"""SageMakerPublicHub, a hub of AWS's own: the models and notebooks that run here, as records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .. import nouns
from ..contract import ServiceError
from ..models.declaration import LocalModel
from ..models.packages import missing, revision
from ..models.specs import SCHEMA_VERSION, bucket, hub_document
from ..notebooks.catalogue import NOTEBOOKS, LocalNotebook
from .records import Detail

if TYPE_CHECKING:
    from ..engine import Engine

NAME = "SageMakerPublicHub"
#: When the catalogue of this version was put together: its records have a time as AWS's have.
_MADE = 1_790_812_800.0  # 2026-10-01


def arn(region: str, *below: str) -> str:
    """The ARN of the hub, or with `below` of a content: type, name, version."""
    kind = "hub-content" if below else "hub"
    return f"arn:aws:sagemaker:{region}:aws:{kind}/" + "/".join((NAME, *below))


def is_public(hub: str, region: str) -> bool:
    """Whether a HubName or ARN names it."""
    return hub in (NAME, arn(region))


def refuse_change() -> ServiceError:
    """It is AWS's: nobody else changes what is in it."""
    return ServiceError(
        "AccessDeniedException", f"{NAME} is read-only. Import the content into a hub of your own."
    )


def ensure(engine: Engine, region: str) -> None:
    """Write its records where they are not, or not as the models and packages here are now."""
    # Most starts of the engine have no use for it.
    from ..models.catalogue import MODELS

    contents = {
        **{model.id: _model(model, region) for model in MODELS.values()},
        **{each.id: _notebook(each, region) for each in NOTEBOOKS.values()},
    }
    state = revision(json.dumps(contents, sort_keys=True))
    hub = nouns.find("Hub")
    key = hub.key({"HubName": NAME})
    there = engine.store.get(region, hub.name, key)
    if there is not None and there.get("_state") == state:
        return
    kinds = [nouns.find(name) for name in ("HubContent", "HubContentVersion")]
    for noun in kinds:
        for _, old, detail in engine.store.all(noun.name, region):
            if detail["HubName"] == NAME:
                engine.store.delete(region, noun.name, old)
    record: Detail = {
        "HubName": NAME,
        "HubArn": arn(region),
        "HubDisplayName": "SageMaker Public Hub",
        "HubDescription": "Models whose weights come in packages: they run on this machine.",
        "HubSearchKeywords": [],
        "HubStatus": "InService",
        "CreationTime": _MADE,
        "LastModifiedTime": _MADE,
        "_state": state,
        "_unlisted": True,
    }
    records = [(region, "Hub", key, record)]
    for detail in contents.values():
        for noun in kinds:
            # One record answers to the ARN, the one with a version as it has one.
            own = {} if noun.name == "HubContentVersion" else {"_arn": None}
            records.append((region, noun.name, noun.key(detail), {**detail, **own}))
    engine.store.put_many(records)


def _model(model: LocalModel, region: str) -> Detail:
    reason = missing(model.packages)
    return {
        **_content("Model", model, region),
        "DocumentSchemaVersion": SCHEMA_VERSION,
        "HubContentMarkdown": model.about,
        "HubContentDocument": json.dumps(hub_document(model, region)),
        "HubContentStatus": "Available" if reason is None else "ImportFailed",
        **({} if reason is None else {"FailureReason": reason}),
    }


def _notebook(of: LocalNotebook, region: str) -> Detail:
    """As HubNotebookDocument of the SDK reads it (`jumpstart/hub/interfaces.py`)."""
    document = {"NotebookLocation": f"s3://{bucket(region)}/{of.key}", "Dependencies": []}
    return {
        **_content("Notebook", of, region),
        "DocumentSchemaVersion": "1.0.0",
        "HubContentMarkdown": of.description,
        "HubContentDocument": json.dumps(document),
        "HubContentStatus": "Available",
    }


def _content(kind: str, of: LocalModel | LocalNotebook, region: str) -> Detail:
    return {
        "HubName": NAME,
        "HubArn": arn(region),
        "HubContentName": of.id,
        "HubContentArn": arn(region, kind, of.id, of.version),
        "HubContentVersion": of.version,
        "HubContentType": kind,
        "HubContentDisplayName": of.name,
        "HubContentDescription": of.description,
        "HubContentSearchKeywords": list(of.keywords),
        "SupportStatus": "Supported",
        "CreationTime": _MADE,
        "LastModifiedTime": _MADE,
    }


def check_name(name: str) -> None:
    """Raises ServiceError for a hub that would be taken for it."""
    if name == NAME:
        raise ServiceError("ValidationException", f"The hub name {NAME} is reserved.")
