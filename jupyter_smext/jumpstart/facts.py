"""What a model's document adds to its row of the catalogue, kept when the document is not."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from ..protocol import JumpStartModel, ModelNotebook
from .model_document import ModelDocument
from .tasks import OTHER, Task, data_type_named, spelled, task_named, task_of


class Facts(msgspec.Struct, frozen=True):
    """None and empty: the document does not tell."""

    name: str | None
    task: str | None
    data_type: str | None
    framework: str | None
    provider: str | None
    proprietary: bool
    fine_tunable: bool
    gated: bool
    deprecated: bool
    vulnerable: bool
    url: str | None
    instance_type: str | None
    instance_types: tuple[str, ...]
    training_instance_type: str | None
    notebooks: tuple[ModelNotebook, ...]


def facts_of(document: ModelDocument) -> Facts:
    hosting, training = document.hosting, document.training
    types = dict.fromkeys(each for one in document.hostings for each in one.instance_types)
    return Facts(
        name=document.name,
        task=document.task,
        data_type=document.data_type,
        framework=document.framework,
        provider=document.provider,
        proprietary=document.proprietary,
        fine_tunable=training is not None,
        gated=document.gated,
        deprecated=document.deprecated,
        vulnerable=hosting.vulnerable or (training is not None and training.vulnerable),
        url=document.url,
        instance_type=hosting.instance_type,
        instance_types=tuple(types),
        training_instance_type=training.instance_type if training is not None else None,
        notebooks=document.notebooks,
    )


def task_of_document(document: ModelDocument) -> Task:
    """As the document has it, else by the model's id."""
    return task_named(document.task) if document.task else task_of(document.id)


def with_facts(model: JumpStartModel, facts: Facts) -> JumpStartModel:
    """The row, with what the document of its version says better."""
    data_type = facts.data_type
    return replace(
        model,
        name=facts.name or model.name,
        task=task_named(facts.task).name if facts.task else model.task,
        data_type=data_type_named(data_type) if data_type else model.data_type,
        framework=spelled(facts.framework) if facts.framework else model.framework,
        provider=spelled(facts.provider)
        if facts.provider and model.provider == OTHER
        else model.provider,
        proprietary=facts.proprietary or model.proprietary,
        fine_tunable=facts.fine_tunable,
        gated=facts.gated,
        deprecated=facts.deprecated or model.deprecated,
        vulnerable=facts.vulnerable,
        url=facts.url or model.url,
        instance_type=facts.instance_type,
        instance_types=facts.instance_types,
        training_instance_type=facts.training_instance_type,
        documented=True,
    )
