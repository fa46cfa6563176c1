"""What a Model record asks to be run, as this machine can run it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ... import errors, images, nouns
from ...contract import ServiceError
from ...images import Runtime, UnknownImage

if TYPE_CHECKING:
    from ...engine import Engine

Detail = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """Where model data is: an archive to unpack, one object as it is, or all below a prefix."""

    uri: str
    kind: str = "archive"


@dataclass(frozen=True)
class Container:
    """The one container of a model. `environment` is the Model's own, as its maker set it."""

    image: str
    environment: Mapping[str, str]
    data: Source | None
    isolated: bool

    def runtime(self) -> Runtime:
        """What runs in place of the image. Raises UnknownImage."""
        found = images.resolve(self.image)
        if self.scripted(found):
            images.require(("sagemaker_inference",), f"The image {self.image}")
        return found

    def scripted(self, runtime: Runtime) -> bool:
        """Whether the user's script serves: a container of both kinds asks SAGEMAKER_PROGRAM."""
        if runtime.algorithm is None:
            return True
        return runtime.scripts and bool(self.environment.get("SAGEMAKER_PROGRAM"))

    def command(self, runtime: Runtime) -> list[str]:
        """The program of the model server. Raises UnknownImage for an image that serves nothing."""
        python = [sys.executable, "-m"]
        if not self.scripted(runtime):
            return [*python, "jupyter_smext.local.algorithms", "serve", str(runtime.algorithm)]
        if not runtime.scripts:
            raise UnknownImage(f"The image {self.image} serves no models.")
        library = runtime.library.module if runtime.library else ""
        return [*python, "jupyter_smext.local.serving", library]


def container_of(engine: Engine, region: str, model: Detail) -> Container:
    """The container of a Model record. Raises ServiceError for what only AWS runs, in words."""
    given = model.get("PrimaryContainer")
    several = model.get("Containers") or []
    if len(several) > 1:
        raise _needs_aws(model, "is an inference pipeline of several containers")
    if given is None:
        if not several:
            raise _needs_aws(model, "has no container")
        given = several[0]
    if given.get("Mode") == "MultiModel":
        raise _needs_aws(model, "is for a multi-model endpoint")
    if given.get("AdditionalModelDataSources"):
        raise _needs_aws(model, "has AdditionalModelDataSources")
    isolated = bool(model.get("EnableNetworkIsolation"))
    if "ModelPackageName" in given:
        packaged = _package(engine, region, given["ModelPackageName"])
        given = {**packaged, **given}
        given["Environment"] = {**packaged.get("Environment", {}), **given.get("Environment", {})}
    if not given.get("Image"):
        raise _needs_aws(model, "names no Image")
    return Container(given["Image"], given.get("Environment", {}), _source(model, given), isolated)


def _package(engine: Engine, region: str, name: str) -> Detail:
    found = engine.store.find(name)
    if found is None or found[1] != "ModelPackage":
        raise errors.missing("ModelPackage", name, name)
    containers = found[3].get("InferenceSpecification", {}).get("Containers", [])
    if len(containers) != 1:
        raise ServiceError(
            "ValidationException", f"ModelPackage {name} has {len(containers)} containers, not one."
        )
    first: Detail = containers[0]
    return first


def _source(model: Detail, given: Detail) -> Source | None:
    named = given.get("ModelDataSource", {}).get("S3DataSource")
    if named is None:
        uri = given.get("ModelDataUrl")
        source = Source(uri) if uri else None
    elif named["CompressionType"] == "Gzip":
        source = Source(named["S3Uri"])
    else:
        source = Source(named["S3Uri"], "prefix" if named["S3DataType"] == "S3Prefix" else "object")
    if source and not source.uri.startswith("s3://"):
        raise _needs_aws(model, f"has model data at {source.uri[:200]}; give an s3:// URI: it")
    return source


def _needs_aws(model: Detail, what: str) -> ServiceError:
    # As for what is not run at all: the code that clients show as it is.
    name = model[nouns.find("Model").label]
    return ServiceError(
        "UnsupportedOperation",
        f"Model {name} {what}, which the local engine does not run. Choose an AWS connection.",
    )
