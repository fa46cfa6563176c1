"""The container of a model that is hosted: image, environment, and where the model lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ..protocol import DeployRequest
from .calls import access, image_for
from .model_document import DataSource, Hosting, ModelDocument
from .s3_places import cache_bucket, gated_bucket

PROGRAM = "inference.py"


class Packing(msgspec.Struct, frozen=True):
    """A model and its script, to be put together at `to` before the model is created.

    Three S3 URIs; `model` is a tar.gz or, ending with a slash, a prefix.
    """

    model: str
    script: str
    to: str


class TunedModel(msgspec.Struct, frozen=True):
    """What a training job left: S3ModelArtifacts, which is a prefix when it is not compressed."""

    artifact: str
    compressed: bool = True
    trained_on: str = ""


@dataclass(frozen=True)
class HostedModel:
    """A model as a request hosts it; `packed_to` is where it is put, if it has to be packed."""

    document: ModelDocument
    hosting: Hosting
    request: DeployRequest
    packed_to: str
    tuned: TunedModel | None

    @property
    def instance_type(self) -> str:
        """The one that was chosen, else the document's: for a tuned model by what it ran on."""
        training = self.document.training
        variant = None
        if self.tuned is not None and training is not None:
            variant = training.variants.first(self.tuned.trained_on, "instance_type")
        return self.request.instance_type or str(variant or self.hosting.instance_type or "")

    @property
    def artifact(self) -> str | None:
        """The model's place in S3, the script in it or not."""
        if self.tuned is not None:
            artifact = self.tuned.artifact
            return artifact if self.tuned.compressed else f"{artifact.rstrip('/')}/"
        kind = "artifact" if self._unpacked else "prepacked"
        variant = self.hosting.variants.first(self.instance_type, kind)
        own = self.hosting.artifact if self._unpacked else self.hosting.prepacked
        return str(variant) if variant else own or self.hosting.artifact

    @property
    def _unpacked(self) -> bool:
        """Whether the script must be given beside the model."""
        return self.hosting.prepacked is None and self.hosting.use_script

    @property
    def packing(self) -> Packing | None:
        """What is to be put together first; None: the model has its script, or needs none."""
        artifact, script = self.artifact, self.hosting.script
        if not self._unpacked or script is None or artifact is None:
            return None
        # A prefix is hosted as it is: the script is then read from where it lies.
        if artifact.endswith("/"):
            return None
        return Packing(artifact, script, self.packed_to)

    def environment(self) -> dict[str, str]:
        """The document's, the instance type's, the request's; what runs the script comes last."""
        found = {
            each.name: str(each.default)
            for each in self.hosting.environment
            if each.required_for_model_class
        }
        found |= self.hosting.variants.environment(self.instance_type)
        found |= self.request.environment
        if self._unpacked and self.hosting.script is not None:
            found |= {
                "SAGEMAKER_PROGRAM": PROGRAM,
                "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"
                if self.packing is not None
                else self.hosting.script,
                "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
                "SAGEMAKER_REGION": self.request.region,
            }
        return found

    def container(self) -> dict[str, Any]:
        """A PrimaryContainer. Raises a 400 ProblemError: there is no image for the type."""
        package = (
            self.hosting.variants.first(self.instance_type, "model_package")
            or self.hosting.model_package
        )
        if package:
            container: dict[str, Any] = {"ModelPackageName": package}
            if self.request.environment:
                container["Environment"] = dict(self.request.environment)
            return container
        container = {
            "Image": image_for(self.hosting, self.instance_type, self.request.region),
            "Environment": self.environment(),
        }
        container |= self._data(self.packing.to if self.packing is not None else self.artifact)
        if more := [self._more(each) for each in self.hosting.more_data if _is_draft(each)]:
            container["AdditionalModelDataSources"] = more
        return container

    def _data(self, uri: str | None) -> dict[str, Any]:
        if uri is None:
            return {}
        read_with = access(self.document, self.request.accept_eula) if self.tuned is None else {}
        if not uri.endswith("/") and not read_with:
            return {"ModelDataUrl": uri}
        whole = uri.endswith("/")
        source = {
            "S3Uri": uri,
            "S3DataType": "S3Prefix" if whole else "S3Object",
            "CompressionType": "None" if whole else "Gzip",
        }
        return {"ModelDataSource": {"S3DataSource": {**source, **read_with}}}

    def _more(self, each: DataSource) -> dict[str, Any]:
        source: dict[str, Any] = {
            "S3Uri": _draft_place(each, self.request.region),
            "S3DataType": each.data_type,
            "CompressionType": each.compression,
        }
        if each.accept_eula is not None:
            source["ModelAccessConfig"] = {
                "AcceptEula": each.accept_eula or self.request.accept_eula
            }
        return {"ChannelName": each.channel, "S3DataSource": source}


def _is_draft(each: DataSource) -> bool:
    return each.use == "speculative_decoding"


def _draft_place(each: DataSource, region: str) -> str:
    """Whose bucket a draft model is in (get_draft_model_content_bucket of the SDK)."""
    key = each.uri.removeprefix("s3://").partition("/")[2] if "://" in each.uri else each.uri
    if each.provider.get("name") != "JumpStart":
        return f"s3://sagemaker-sd-models-prod-{region}/{key}"
    gated = each.provider.get("classification") == "gated"
    return f"s3://{gated_bucket(region) if gated else cache_bucket(region)}/{key}"
