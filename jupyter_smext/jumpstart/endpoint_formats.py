"""What an endpoint takes and answers: by its model's JumpStart document, its package, its image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..protocol import EndpointFormats, ExampleRequest, ModelName, Problem
from . import asset_tags
from .asset_tags import Tags
from .calls import CONFIG_TAG
from .examples import examples_of
from .image_formats import of_image, repository
from .invocation import LONGEST, LONGEST_SERVERLESS

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from .document_store import Documents
    from .model_document import Hosting, Payload


@dataclass(frozen=True)
class _Known:
    """Types and where they stand."""

    content_types: tuple[str, ...] = ()
    accept_types: tuple[str, ...] = ()
    source: str | None = None
    examples: tuple[ExampleRequest, ...] = ()


@dataclass
class _Reader:
    """Describes what an endpoint hangs together with; what it may not read it keeps as problems."""

    client: Any
    connection: str
    problems: list[Problem] = field(default_factory=list)

    def read(self, operation: str, call: Callable[..., Any], **asked: Any) -> dict[str, Any]:
        try:
            with calling(self.connection, operation):
                answer: dict[str, Any] = call(**asked)
                return answer
        except ProblemError as error:
            self.problems.append(error.problem)
            return {}

    def components(self, endpoint: str) -> tuple[str, ...]:
        answer = self.read(
            "ListInferenceComponents",
            self.client.list_inference_components,
            EndpointNameEquals=endpoint,
            MaxResults=100,
        )
        return tuple(one["InferenceComponentName"] for one in answer.get("InferenceComponents", ()))

    def model_of(self, config: dict[str, Any], components: tuple[str, ...]) -> dict[str, Any]:
        """The first container, which is the one that reads requests, as far as it is declared."""
        for variant in config.get("ProductionVariants", ()):
            if variant.get("ModelName"):
                return self._container(variant["ModelName"])
        for component in components[:1]:
            answer = self.read(
                "DescribeInferenceComponent",
                self.client.describe_inference_component,
                InferenceComponentName=component,
            )
            given = answer.get("Specification", {})
            if given.get("ModelName"):
                return self._container(given["ModelName"])
            image: dict[str, Any] = given.get("Container", {}).get("DeployedImage", {})
            return {"Image": image.get("SpecifiedImage", "")}
        return {}

    def _container(self, model: str) -> dict[str, Any]:
        answer = self.read("DescribeModel", self.client.describe_model, ModelName=model)
        containers = [answer.get("PrimaryContainer"), *answer.get("Containers", ())]
        return next((one for one in containers if one), {})

    def package(self, name: str) -> tuple[_Known, str]:
        """What a package's own specification says, and its image."""
        answer = self.read(
            "DescribeModelPackage", self.client.describe_model_package, ModelPackageName=name
        )
        given = answer.get("InferenceSpecification", {})
        known = _Known(
            tuple(given.get("SupportedContentTypes", ())),
            tuple(given.get("SupportedResponseMIMETypes", ())),
            f"the model package {name.rpartition('model-package/')[2]}",
        )
        image = next((one.get("Image", "") for one in given.get("Containers", ())), "")
        return known, image


def endpoint_formats(
    sessions: Sessions,
    connection: str,
    region: str,
    endpoint: str,
    documents: Documents,
) -> EndpointFormats:
    """Blocking. Raises ProblemError when the endpoint itself cannot be read."""
    client = sessions.client(connection, region)
    with calling(connection, "DescribeEndpoint"):
        described = client.describe_endpoint(EndpointName=endpoint)
    reader = _Reader(client, connection)
    config = reader.read(
        "DescribeEndpointConfig",
        client.describe_endpoint_config,
        EndpointConfigName=described["EndpointConfigName"],
    )
    tags = reader.read("ListTags", client.list_tags, ResourceArn=described["EndpointArn"])
    told = {tag["Key"]: tag["Value"] for tag in tags.get("Tags", ())}
    variants = config.get("ProductionVariants", ())
    components = (
        () if any(one.get("ModelName") for one in variants) else reader.components(endpoint)
    )
    known = _of_document(connection, region, told, documents, reader)
    if known is None:
        known = _of_container(reader.model_of(config, components), reader)
    serverless = any(one.get("ServerlessConfig") for one in variants)
    return EndpointFormats(
        content_types=known.content_types,
        accept_types=known.accept_types,
        source=known.source if known.content_types else None,
        examples=known.examples,
        model=_model(told),
        variants=tuple(one["VariantName"] for one in variants),
        components=components,
        asynchronous="AsyncInferenceConfig" in config,
        serverless=serverless,
        max_bytes=LONGEST_SERVERLESS if serverless else LONGEST,
        problems=tuple(reader.problems),
    )


def endpoint_artifact(
    sessions: Sessions, connection: str, region: str, endpoint: str, component: str | None
) -> str | None:
    """The S3 URI of what an endpoint's model is made of; None without one. Blocking.

    Raises ProblemError.
    """
    reader = _Reader(sessions.client(connection, region), connection)
    described = reader.read(
        "DescribeEndpoint", reader.client.describe_endpoint, EndpointName=endpoint
    )
    config = reader.read(
        "DescribeEndpointConfig",
        reader.client.describe_endpoint_config,
        EndpointConfigName=described.get("EndpointConfigName", ""),
    )
    container = reader.model_of(config, (component,) if component else ())
    if reader.problems:
        raise ProblemError(reader.problems[0])
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    return container.get("ModelDataUrl") or source.get("S3Uri") or None


def endpoint_payloads(
    sessions: Sessions, connection: str, region: str, endpoint: str, documents: Documents
) -> Mapping[str, Payload]:
    """The samples of the document of an endpoint's model. Blocking. Raises ProblemError."""
    client = sessions.client(connection, region)
    with calling(connection, "DescribeEndpoint"):
        arn = client.describe_endpoint(EndpointName=endpoint)["EndpointArn"]
    hosting = _hosting(
        connection, region, asset_tags.of_resource(sessions, connection, region, arn), documents
    )
    return hosting.payloads if hosting is not None else {}


def _model(told: Tags) -> ModelName | None:
    """The JumpStart model that tags name; its version is empty where they do not say it."""
    id, version, hub = asset_tags.model_of(told)
    return ModelName(hub, id, version or "") if id else None


def _hosting(connection: str, region: str, told: Tags, documents: Documents) -> Hosting | None:
    """The part of the document that tags name; None without one. Raises ProblemError."""
    model = _model(told)
    if model is None or not model.version:
        return None
    document = documents.read(connection, region, model.id, model.version, model.hub)
    return document.hosting_named(told.get(CONFIG_TAG)) or document.hosting


def _of_document(
    connection: str, region: str, told: Tags, documents: Documents, reader: _Reader
) -> _Known | None:
    """What the document of a JumpStart model says; None without one, or when it says nothing."""
    try:
        hosting = _hosting(connection, region, told, documents)
    except ProblemError as error:
        reader.problems.append(error.problem)
        return None
    if hosting is None:
        return None
    predictor = hosting.predictor
    takes = (predictor.default_content_type, *predictor.supported_content_types)
    answers = (predictor.default_accept_type, *predictor.supported_accept_types)
    known = _Known(
        tuple(dict.fromkeys(one for one in takes if one)),
        tuple(dict.fromkeys(one for one in answers if one)),
        f"JumpStart’s document of {asset_tags.model_of(told)[0]}",
        tuple(examples_of(hosting.payloads)),
    )
    return known if known.content_types else None


def _of_container(container: dict[str, Any], reader: _Reader) -> _Known:
    image = container.get("Image", "")
    package = container.get("ModelPackageName")
    if package:
        known, image = reader.package(package)
        if known.content_types:
            return known
    formats = of_image(image)
    if formats is None:
        return _Known()
    return _Known(formats.takes, formats.answers, f"the image {repository(image)}")
