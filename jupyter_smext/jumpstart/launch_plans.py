"""What a request comes to: its calls, made of the model's document and found to be valid."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import instance_types
from ..aws.account import account_of
from ..aws.bucket import split
from ..aws.default_bucket import default_bucket
from ..aws.errors import ProblemError, problem
from ..protocol import AwsCall, DeployRequest, FineTuneRequest
from . import valid
from .deploy_calls import Deployment, deployment
from .launch_checks import mode_of
from .model_container import TunedModel
from .model_document import Declared, Hosting, ModelDocument, Training
from .resources import Aws, Resource
from .training_call import MAX_SECONDS, training_call

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

Documents = Callable[[str, str, str, str, str | None], Awaitable[ModelDocument]]
"""`document(connection, region, model, version, hub)`; raises ProblemError."""


@dataclass(frozen=True)
class DeployPlan:
    """`instance_type` is the one that was chosen or the document's; empty for serverless."""

    document: ModelDocument
    hosting: Hosting
    deployment: Deployment
    instance_type: str


@dataclass(frozen=True)
class FineTunePlan:
    """`dataset` is where the data lies, or is put from a folder."""

    document: ModelDocument
    training: Training
    call: AwsCall
    dataset: str


class Plans:
    """Makes plans. Raises ProblemError: a 400 for what cannot be meant."""

    def __init__(self, sessions: Callable[[], Awaitable[Sessions]], document: Documents) -> None:
        self._sessions = sessions
        self._document = document

    async def deploy(self, request: DeployRequest, launch: str = "") -> DeployPlan:
        """The calls of a deployment whose launch has that id."""
        document = await self._of(request)
        hosting = document.hosting_named(request.config)
        if hosting is None:
            known = ", ".join(each.name for each in document.hostings if each.name)
            raise _wrong(
                f"The model has no config {request.config!r}", f"It has: {known or 'none'}."
            )
        sessions = await self._sessions()
        tuned = None
        if request.tuned is not None:
            tuned = await asyncio.to_thread(_tuned, sessions, request, request.tuned)
        place = request.connection, request.region
        account = await asyncio.to_thread(account_of, sessions, *place)
        # Where a model is packed to; only a name is made up here.
        bucket = default_bucket(account, request.region)
        made = deployment(document, request, bucket, launch, tuned)
        variant = made.config.parameters["ProductionVariants"][0]
        chosen = str(variant.get("InstanceType", ""))
        facts = instance_types.find(request.instance_type or "")
        mode_of(request, hosting, facts is not None and facts.gpus > 0)
        calls = (made.model, made.config, made.endpoint, made.component, *made.scaling)
        for call in calls:
            if call is not None:
                valid.check(call)
        return DeployPlan(document, hosting, made, chosen)

    async def fine_tune(
        self, request: FineTuneRequest, uploads: bool, launch: str = ""
    ) -> FineTunePlan:
        """The call of a fine-tuning; `uploads`: its data comes from a folder."""
        document = await self._of(request)
        if document.training is None:
            raise _wrong(f"{document.id} cannot be fine-tuned", "Its document says so.")
        document = _trained_as(document, request.config)
        training = document.training
        assert training is not None
        split(request.output)
        if not 1 <= request.max_seconds <= MAX_SECONDS:
            detail = f"It is {request.max_seconds}."
            raise _wrong(f"The longest run is from 1 to {MAX_SECONDS} seconds", detail)
        least, wait = request.max_seconds, request.max_wait_seconds
        if request.spot and wait is not None and not least <= wait <= MAX_SECONDS:
            title = f"A spot training waits and runs from {least} to {MAX_SECONDS} seconds"
            raise _wrong(title, f"It is {wait}.")
        check_hyperparameters(training, request.instance_type, request.hyperparameters)
        dataset = request.dataset or training.dataset
        if uploads:
            # A place of its own: what is deleted after a failure was put there by this launch.
            below = (request.dataset or request.output).rstrip("/")
            dataset = f"{below}/{request.job}/data{launch[-9:]}/"
        if dataset is None:
            raise _wrong("A dataset is missing", "The model has no default one.")
        split(dataset)
        call = training_call(document, request, dataset, launch)
        valid.check(call)
        return FineTunePlan(document, training, call, dataset)

    async def _of(self, request: DeployRequest | FineTuneRequest) -> ModelDocument:
        place = request.connection, request.region
        return await self._document(*place, request.model, request.version, request.hub)


def _trained_as(document: ModelDocument, config: str | None) -> ModelDocument:
    chosen = document.trained_as(config)
    if chosen is None:
        known = ", ".join(each.name for each in document.trainings if each.name)
        raise _wrong(f"The model has no training config {config!r}", f"It has: {known or 'none'}.")
    return chosen


def _tuned(sessions: Sessions, request: DeployRequest, job: str) -> TunedModel:
    aws = Aws(sessions, request.connection, request.region, "")
    found = aws.describe(Resource("training-job", job))
    artifact = (found or {}).get("ModelArtifacts", {}).get("S3ModelArtifacts")
    if found is None or not artifact or found["TrainingJobStatus"] == "Failed":
        raise ProblemError(
            problem(
                "not_found",
                f"The training job {job} has left no model",
                f"It is {found['TrainingJobStatus']}." if found else "It is not there.",
                "Wait until it has completed, or choose another.",
            )
        )
    return TunedModel(
        artifact,
        found["OutputDataConfig"].get("CompressionType", "GZIP") != "NONE",
        found["ResourceConfig"].get("InstanceType", ""),
    )


def check_hyperparameters(
    training: Training, instance_type: str, chosen: Mapping[str, str]
) -> None:
    """Against type, range and options as the document declares them; others may be of the script's.

    Raises a 400 ProblemError.
    """
    declared = {
        each.name: each
        for each in (
            *training.hyperparameters,
            *training.variants.hyperparameters(instance_type),
        )
    }
    for known in declared.values():
        is_missing = known.default is None and known.name not in chosen
        if is_missing and known.scope == "algorithm":
            raise _wrong(f"{known.name} needs a value", "The model has no default for it.")
    for name, value in chosen.items():
        each = declared.get(name)
        if each is None:
            raise _wrong(f"The model has no hyperparameter {name[:80]}", "See its page for them.")
        if said := _why_not(each, value):
            raise _wrong(f"{name} cannot be {value[:80]!r}", said)


def _why_not(of: Declared, value: str) -> str:
    """Why a value is none for it; empty: it is one."""
    if of.options:
        options = [str(option) for option in of.options]
        return "" if value in options else f"It is one of {', '.join(options)}."
    if value == str(of.default):
        return ""
    if of.type == "bool":
        return "" if value.lower() in ("true", "false") else "It is True or False."
    if of.type == "text":
        # As the SDK reads them (jumpstart/validators.py).
        said = _out_of_bounds(of, len(value))
        return said and f"Its length: {said}"
    if of.type not in ("int", "float"):
        return ""
    try:
        number = float(value) if of.type == "float" else int(value)
    except ValueError:
        return f"It is {'a number' if of.type == 'float' else 'a whole number'}."
    return _out_of_bounds(of, number)


def _out_of_bounds(of: Declared, number: float) -> str:
    bounds = (
        (of.min is not None and number < of.min, f"It is at least {of.min}."),
        (of.max is not None and number > of.max, f"It is at most {of.max}."),
        (
            of.exclusive_min is not None and number <= of.exclusive_min,
            f"It is more than {of.exclusive_min}.",
        ),
        (
            of.exclusive_max is not None and number >= of.exclusive_max,
            f"It is less than {of.exclusive_max}.",
        ),
        (number != number, "It is a number."),
    )
    return next((said for out, said in bounds if out), "")


def _wrong(title: str, detail: str) -> ProblemError:
    return ProblemError(problem("invalid", title, detail, "Change the form."))
