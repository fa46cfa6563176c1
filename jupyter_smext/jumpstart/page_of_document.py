"""What of a model's document stands on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from ..aws import profiles
from ..protocol import (
    Benchmark,
    InferenceConfig,
    JumpStartModel,
    ModelPage,
    ModelParameter,
    Problem,
    TrainingConfig,
)
from . import hubs
from .data_formats import DATA_FORMATS
from .model_document import Declared, ModelDocument, Training
from .tasks import framework_of, provider_of, spelled, task_of
from .versions import Versions

_TYPES = ("text", "int", "float", "bool", "list")


def page_of_row(row: JumpStartModel, problem: Problem) -> ModelPage:
    """Of a model whose document could not be read, and why."""
    return ModelPage(
        model=row,
        document=None,
        description="",
        license=None,
        eula=None,
        eula_text=None,
        versions=(row.version,),
        deprecated=(row.version,) if row.deprecated else (),
        configs=(),
        content_types=(),
        accept_types=(),
        image=None,
        training=bool(row.fine_tunable),
        training_instance_type=row.training_instance_type,
        training_instance_types=(),
        hyperparameters=(),
        metrics=(),
        default_dataset=None,
        data_format="",
        volume_gib=None,
        training_volume_gib=None,
        benchmarks=(),
        notebooks=(),
        vulnerabilities=(),
        problems=(problem,),
    )


def page_of(
    row: JumpStartModel,
    document: ModelDocument,
    source: str,
    versions: Versions,
    eula_text: str | None,
    problems: tuple[Problem, ...],
) -> ModelPage:
    """Of a document that was read from `source`."""
    hosting, training = document.hosting, document.training
    vulnerabilities = hosting.vulnerabilities + (training.vulnerabilities if training else ())
    return ModelPage(
        model=row,
        document=source,
        description=document.markdown or document.description,
        license=document.license,
        eula=hosting.eula,
        eula_text=eula_text,
        versions=versions.all,
        deprecated=versions.deprecated,
        configs=tuple(
            InferenceConfig(
                name=each.name,
                instance_type=each.instance_type,
                instance_types=each.instance_types,
                environment=tuple(_parameter(one, is_variable=True) for one in each.environment),
                environment_by_type={
                    name: own
                    for name in each.instance_types
                    if (own := each.variants.environment(name))
                },
            )
            for each in document.hostings
        ),
        content_types=_default_first(
            hosting.predictor.default_content_type, hosting.predictor.supported_content_types
        ),
        accept_types=_default_first(
            hosting.predictor.default_accept_type, hosting.predictor.supported_accept_types
        ),
        image=hosting.image(hosting.instance_type or ""),
        training=training is not None,
        training_instance_type=training.instance_type if training else None,
        training_instance_types=training.instance_types if training else (),
        hyperparameters=_hyperparameters(training) if training else (),
        metrics=tuple(each.name for each in training.metrics) if training else (),
        default_dataset=training.dataset if training else None,
        data_format=document.data_format or (DATA_FORMATS.get(row.task, "") if training else ""),
        volume_gib=hosting.volume,
        training_volume_gib=training.volume if training else None,
        benchmarks=tuple(
            Benchmark(
                instance_type=instance_type,
                config=each.name,
                name=measured.name,
                value=str(measured.value),
                unit=measured.unit,
                concurrency=None if measured.concurrency is None else str(measured.concurrency),
            )
            for each in document.hostings
            for instance_type, all_measured in each.benchmarks.items()
            for measured in all_measured
        ),
        notebooks=document.notebooks,
        vulnerabilities=tuple(dict.fromkeys(vulnerabilities)),
        problems=problems,
        deprecated_message=document.deprecated_message,
        subscription=document.subscription,
        container=container_named(hosting.container),
        isolated=hosting.isolation,
        dataset_about=document.dataset_about,
        hyperparameters_by_type=_by_type(training) if training is not None else {},
        training_configs=tuple(_training_config(each) for each in document.trainings)
        if len(document.trainings) > 1
        else (),
    )


def _training_config(training: Training) -> TrainingConfig:
    return TrainingConfig(
        name=training.name,
        instance_type=training.instance_type,
        instance_types=training.instance_types,
        hyperparameters=_hyperparameters(training),
        hyperparameters_by_type=_by_type(training),
        default_dataset=training.dataset,
        volume_gib=training.volume,
    )


def _hyperparameters(training: Training) -> tuple[ModelParameter, ...]:
    """Those of the container are for the extension to set, not for people."""
    return tuple(_parameter(each) for each in training.hyperparameters if each.scope == "algorithm")


def _by_type(training: Training) -> dict[str, tuple[ModelParameter, ...]]:
    """The hyperparameters of the instance types that have some of their own."""
    found = {}
    for name in training.instance_types:
        if own := training.variants.hyperparameters(name):
            found[name] = tuple(_parameter(each) for each in own if each.scope == "algorithm")
    return found


def container_named(specs: Mapping[str, Any]) -> str:
    """`PyTorch 1.10.0, Python 3.8` of the document's `hosting_ecr_specs`; empty without any."""

    def text(key: str) -> str:
        value = specs.get(key)
        return value[:40] if isinstance(value, str) else ""

    python = text("py_version").removeprefix("py")
    parts = (
        f"{spelled(text('framework'))} {text('framework_version')}" if text("framework") else "",
        text("huggingface_transformers_version")
        and f"Transformers {text('huggingface_transformers_version')}",
        python and f"Python {'.'.join(filter(None, (python[:1], python[1:])))}",
    )
    return ", ".join(part.strip() for part in parts if part)


def _default_first(default: str, supported: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((default, *supported) if default else supported))


def _parameter(declared: Declared, is_variable: bool = False) -> ModelParameter:
    kind = declared.type if declared.type in _TYPES else "text"
    return ModelParameter(
        name=declared.name,
        type=cast(Literal["text", "int", "float", "bool", "list"], kind),
        default=declared.default,
        min=declared.min if declared.min is not None else declared.exclusive_min,
        max=declared.max if declared.max is not None else declared.exclusive_max,
        above_min=declared.min is None and declared.exclusive_min is not None,
        below_max=declared.max is None and declared.exclusive_max is not None,
        options=tuple(str(each) for each in declared.options),
        # A variable is sent only where it is set, or where the document says that it must be.
        required=declared.default is None
        and (declared.required_for_model_class or not is_variable),
    )


def row_of(document: ModelDocument, connection: str) -> JumpStartModel:
    """The row of a model that no list has: it was asked for by its name."""
    id, hub = document.id, document.hub
    task = task_of(id)
    return JumpStartModel(
        id=id,
        name=document.name or id,
        version=document.version,
        task=task.name,
        data_type=task.data_type,
        framework=framework_of(id),
        provider=provider_of(id),
        proprietary=document.proprietary,
        fine_tunable=document.training is not None,
        gated=document.gated,
        deprecated=document.deprecated,
        vulnerable=None,
        url=document.url,
        origin="manifest" if hub is None else "public hub" if hub == hubs.PUBLIC else "private hub",
        hub=hub,
        runs_here=connection == profiles.LOCAL and hub == hubs.PUBLIC,
    )
