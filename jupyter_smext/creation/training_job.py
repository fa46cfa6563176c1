"""A training job: a script of the user's, a built-in algorithm or a container, in two steps."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..aws.default_bucket import default_bucket
from ..aws.errors import ProblemError, problem
from ..kinds.instances import TYPE_SHAPES
from ..protocol import AwsCall, LayoutName, LayoutValues, MadeResource
from . import containers
from .layout import Layout, Place
from .offered import free_name, offer_roles, offer_types, wrong
from .script_imports import framework_of, needs_its_folder
from .source import survey
from .steps import CreationPlan, Make, Step, Upload
from .training_call import MODEL_DIR, framework_id, source_uri, training_call
from .training_sections import SECTIONS
from .training_source import OWN_IMAGE
from .training_values import TrainingValues
from .values_of_training import values_of

KIND = "training-job"
OFFERED = 2
"""Of each framework, the newest versions; a job that is cloned keeps its own."""


class TrainingJobLayout(Layout[TrainingValues]):
    """As Layout."""

    name: ClassVar = LayoutName(
        id=KIND,
        kind=KIND,
        operation="CreateTrainingJob",
        title="Train a model",
        about="A script of yours, a built-in algorithm, or a container of your own.",
    )
    type: ClassVar = TrainingValues
    sections: ClassVar = SECTIONS

    def complete(
        self, place: Place, fields: dict[str, dict[str, Any]], defaults: dict[str, Any]
    ) -> None:
        """As Layout."""
        offer_types(fields["instance_type"], TYPE_SHAPES["training"])
        frameworks = containers.frameworks(place.region)
        filled = defaults.get("framework")
        fields["framework"]["oneOf"] = [
            *(
                {"const": id, "title": f"{of.title} {version.version}"}
                for id, (of, version) in frameworks.items()
                if version in of.versions[:OFFERED] or id == filled
            ),
            {"const": OWN_IMAGE, "title": "An image of mine, with sagemaker-training in it"},
        ]
        algorithms = containers.algorithms(place.region)
        fields["algorithm"]["oneOf"] = [
            {"const": each.id, "title": each.title} for each in algorithms.values()
        ]
        fields["hyperparameters"]["x-smext-known"] = {
            each.id: [
                {
                    "name": one.name,
                    "type": one.type,
                    "required": one.required,
                    "about": one.about,
                }
                for one in each.hyperparameters
            ]
            for each in algorithms.values()
        }
        offer_roles(place, fields, defaults)
        account = place.sessions.identity(place.connection, place.region).account
        if account and not defaults.get("output"):
            defaults["output"] = f"s3://{default_bucket(account, place.region)}/"
        script = str(defaults.get("script") or "")
        if script and "framework" not in defaults:
            file = place.file(script)
            defaults["framework"] = _framework_for(file, frameworks)
            if "folder" not in defaults and needs_its_folder(file):
                defaults["folder"] = script.strip("/").rpartition("/")[0] or "/"
        base = str(defaults.get("job") or _base(script or str(defaults.get("algorithm") or "")))
        defaults["job"] = free_name(place, KIND, base)

    def plan(self, place: Place, values: TrainingValues) -> CreationPlan:
        """As Layout."""
        steps: list[Step] = []
        notes: list[str] = []
        program = str(values.program)
        if values.source == "script":
            source, program = _source(place, values)
            packed = survey(source)
            notes.append(f"Sent along: {packed.words}.")
            notes += [f"{path} stays here: {why}." for path, why in packed.left_out.shown().items()]
            title = "Pack the script and put it to S3"
            steps.append(Upload("upload", title, str(source), source_uri(values)))
        parameters = training_call(values, place.region, program)
        if framework_id(values) == "tensorflow" and MODEL_DIR not in values.hyperparameters:
            notes.append(
                "The script gets --model_dir, as the SDK gives it; a hyperparameter model_dir of "
                "false leaves it out."
            )
        if values.spot and not values.checkpoints:
            notes.append("Without checkpoints, an interrupted job begins anew.")
        target = MadeResource(KIND, values.job, values.job)
        call = AwsCall(self.name.operation, parameters)
        steps.append(Make("create", "Create the training job", call, target, "stop"))
        return CreationPlan(
            f"Training job {values.job}", tuple(steps), target, tuple(notes), parameters
        )

    def values(self, parameters: Mapping[str, Any], place: Place | None = None) -> LayoutValues:
        """As Layout."""
        return values_of(parameters)


def _source(place: Place, values: TrainingValues) -> tuple[Path, str]:
    """What is packed, and the script's path in it. Raises Wrong and ProblemError."""
    assert values.script is not None
    script = place.file(values.script)
    if not script.is_file():
        raise wrong("script", "It is a folder: choose the Python file that is run.")
    if script.suffix not in (".py", ".sh"):
        raise wrong("script", "It has to be a Python file, or a shell script.")
    if not values.folder:
        return script, script.name
    folder = place.file(values.folder)
    if not folder.is_dir():
        raise wrong("folder", "It is a file: choose the folder that the script is in.")
    try:
        program = script.relative_to(folder).as_posix()
    except ValueError:
        raise wrong("folder", "The script is not in it.") from None
    if program not in survey(folder).files:
        raise ProblemError(
            problem(
                "invalid",
                "The script would stay behind",
                f"{values.script[:200]!r} is hidden, a link, or too large to be sent.",
                "Choose another script, or send it without a folder.",
            )
        )
    return folder, program


def _framework_for(script: Path, frameworks: Mapping[str, Any]) -> str:
    """The newest version of what the script imports; scikit-learn's image has plain Python."""
    named = framework_of(script)
    return next((id for id, (of, _) in frameworks.items() if of.id == named), OWN_IMAGE)


def _base(named: str) -> str:
    """A job's name that tells what it runs, and when it was made up."""
    stem = Path(named).stem if named else "training"
    slug = re.sub(r"[^a-zA-Z0-9]+", "-", stem).strip("-")[:40].strip("-") or "training"
    return f"{slug}-{time.strftime('%Y%m%d-%H%M%S')}"
