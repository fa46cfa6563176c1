"""A model's document, one type for what the specs on S3 and the hubs say of it.

Specs name objects by their keys in JumpStart's buckets of the region, hub documents by whole URIs;
here all are URIs. Sources: the `sagemaker` SDK's `jumpstart/types.py` and `jumpstart/hub/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from ..protocol import ModelNotebook

FAMILY = re.compile(r"ml[._]([a-z\d-]+)\.?\w*")


class Declared(msgspec.Struct, frozen=True):
    """A hyperparameter or environment variable; `scope` is `algorithm` or `container`.

    `type` is text, int, float, bool or list. Bounds that are exclusive are named so.
    """

    name: str
    type: str = "text"
    default: Any = None
    scope: str = "algorithm"
    min: float | None = None
    max: float | None = None
    exclusive_min: float | None = None
    exclusive_max: float | None = None
    options: tuple[Any, ...] = ()
    required_for_model_class: bool = False


class Metric(msgspec.Struct, frozen=True, rename="pascal"):
    """As AlgorithmSpecification.MetricDefinitions takes it."""

    name: str
    regex: str


class Predictor(msgspec.Struct, frozen=True):
    """Media types of requests and answers."""

    supported_content_types: tuple[str, ...] = ()
    supported_accept_types: tuple[str, ...] = ()
    default_content_type: str = ""
    default_accept_type: str = ""


class Payload(msgspec.Struct, frozen=True):
    """A sample request; `body` is sent as JSON, or as it is where it is text."""

    content_type: str = ""
    accept: str | None = None
    body: Any = None
    prompt_key: str | None = None


class Measurement(msgspec.Struct, frozen=True):
    """A benchmark number of the document's, taken by JumpStart."""

    name: str
    value: Any
    unit: str = ""
    concurrency: Any = None


class DataSource(msgspec.Struct, frozen=True):
    """Data that is mounted beside the model, as CreateModel's AdditionalModelDataSources.

    `uri` is as the document has it: a key where `use` is `speculative_decoding` in a spec.
    """

    use: str
    channel: str
    uri: str
    data_type: str
    compression: str
    accept_eula: bool | None
    provider: Mapping[str, Any]


class Variant(msgspec.Struct, frozen=True):
    """What is different on an instance type, or on all of a family; None and empty: nothing."""

    image: str | None = None
    model_package: str | None = None
    artifact: str | None = None
    prepacked: str | None = None
    training_artifact: str | None = None
    gated_artifact: str | None = None
    instance_type: str | None = None
    instance_types: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    hyperparameters: tuple[Declared, ...] = ()
    metrics: tuple[Metric, ...] = ()
    requirements: Mapping[str, Any] = {}


class Variants(msgspec.Struct, frozen=True):
    """Variants by instance type (`ml.g5.2xlarge`) and by family (`g5`, `local_gpu`)."""

    by_type: Mapping[str, Variant] = {}

    def of(self, instance_type: str) -> tuple[Variant, Variant]:
        """The variant of the type itself, and that of its family."""
        family = FAMILY.fullmatch(instance_type)
        nothing = Variant()
        return (
            self.by_type.get(instance_type, nothing),
            self.by_type.get(family[1] if family else instance_type, nothing),
        )

    def first(self, instance_type: str, field: str) -> Any:
        """A field of the type, else of its family; None where neither has it."""
        own, familys = self.of(instance_type)
        return getattr(own, field) or getattr(familys, field) or None

    def environment(self, instance_type: str) -> dict[str, str]:
        own, familys = self.of(instance_type)
        return {**familys.environment, **own.environment}

    def requirements(self, instance_type: str) -> dict[str, Any]:
        own, familys = self.of(instance_type)
        return {**familys.requirements, **own.requirements}

    def hyperparameters(self, instance_type: str) -> tuple[Declared, ...]:
        own, familys = self.of(instance_type)
        names = {each.name for each in own.hyperparameters}
        more = (each for each in familys.hyperparameters if each.name not in names)
        return (*own.hyperparameters, *more)

    def metrics(self, instance_type: str) -> tuple[Metric, ...]:
        own, familys = self.of(instance_type)
        names = {each.name for each in own.metrics}
        return (*own.metrics, *(each for each in familys.metrics if each.name not in names))


class Hosting(msgspec.Struct, frozen=True, kw_only=True):
    """One way to host a model: an inference config over what the document has for all of them.

    `artifact` and `prepacked` (the model with its script inside) are S3 URIs, either may be
    missing; `use_script` says that the script must be given beside the artifact where nothing is
    prepacked. `container` is the framework and its versions; `ecr` the image where no variant has
    one. `gated`: artifacts are in the bucket that only who accepts the EULA can read. `framework`
    etc. as in the document. Sizes in GB, timeouts in seconds, None where the document says nothing.
    """

    name: str
    container: Mapping[str, Any]
    ecr: str | None
    variants: Variants
    artifact: str | None
    prepacked: str | None
    artifact_data_type: str | None
    artifact_compression: str | None
    script: str | None
    use_script: bool
    eula: str | None
    gated: bool
    model_package: str | None
    instance_type: str | None
    instance_types: tuple[str, ...]
    environment: tuple[Declared, ...]
    isolation: bool
    volume: int | None
    download_timeout: int | None
    startup_timeout: int | None
    ami: str | None
    components: bool
    requirements: Mapping[str, Any]
    predictor: Predictor
    payloads: Mapping[str, Payload]
    more_data: tuple[DataSource, ...]
    dependencies: tuple[str, ...]
    vulnerable: bool
    vulnerabilities: tuple[str, ...]
    benchmarks: Mapping[str, tuple[Measurement, ...]]
    accelerations: tuple[Mapping[str, Any], ...]

    def image(self, instance_type: str) -> str | None:
        """The container's image on an instance type; None: the document has none for it."""
        found = self.variants.first(instance_type, "image") or self.ecr
        return str(found) if found else None


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """One way to fine-tune a model, a training config; URIs, sizes and timeouts as in Hosting.

    `name` is empty where the document has no such configs. `max_run` in seconds; `script` is the
    prepacked one where there is one.
    """

    name: str
    container: Mapping[str, Any]
    ecr: str | None
    variants: Variants
    artifact: str | None
    script: str | None
    model_package_artifact: str | None
    instance_type: str | None
    instance_types: tuple[str, ...]
    hyperparameters: tuple[Declared, ...]
    environment: tuple[Declared, ...]
    metrics: tuple[Metric, ...]
    isolation: bool
    volume: int | None
    dataset: str | None
    validation: bool
    incremental: bool
    max_run: int | None
    encrypt_traffic: bool
    uncompressed_output: bool | None
    model_dir: str | None
    dependencies: tuple[str, ...]
    vulnerable: bool
    vulnerabilities: tuple[str, ...]

    def image(self, instance_type: str) -> str | None:
        """As Hosting.image."""
        found = self.variants.first(instance_type, "image") or self.ecr
        return str(found) if found else None


class ModelDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a model.

    `hub` and `arn` are those of the hub content it was read from, None for a spec; `failure` is why
    that content cannot be used, None where it can. `hostings` has at least one, the best ranked
    first; so have `trainings`, but for a model that cannot be tuned. Texts are AWS's or a
    publisher's: Markdown without HTML. `subscription` is the page of a proprietary model in AWS
    Marketplace.
    """

    id: str
    version: str
    region: str
    hub: str | None
    arn: str | None
    failure: str | None
    name: str | None
    description: str
    markdown: str
    url: str | None
    provider: str | None
    task: str | None
    data_type: str | None
    framework: str | None
    license: str | None
    proprietary: bool
    subscription: str | None
    resource_name: str
    min_sdk_version: str | None
    deprecated: bool
    deprecated_message: str | None
    hostings: tuple[Hosting, ...]
    trainings: tuple[Training, ...]
    data_format: str
    dataset_about: str
    notebooks: tuple[ModelNotebook, ...]

    @property
    def hosting(self) -> Hosting:
        """The best ranked way to host it."""
        return self.hostings[0]

    @property
    def training(self) -> Training | None:
        """The best ranked way to fine-tune it; None: it cannot be."""
        return self.trainings[0] if self.trainings else None

    def trained_as(self, config: str | None) -> ModelDocument | None:
        """The document with that training config alone; itself for None; None: it has none such."""
        if config is None:
            return self
        chosen = tuple(each for each in self.trainings if each.name == config)
        return replace(self, trainings=chosen) if chosen else None

    @property
    def gated(self) -> bool:
        """Whether a licence must be accepted."""
        return self.hosting.gated or self.hosting.eula is not None

    def hosting_named(self, config: str | None) -> Hosting | None:
        """The inference config of that name; None: there is none. The best ranked for None."""
        if config is None:
            return self.hosting
        return next((each for each in self.hostings if each.name == config), None)
