"""A model: an image with an artifact, or what a training job made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from ..aws.default_bucket import default_bucket
from ..kinds import kind
from ..protocol import AwsCall, FormSection, LayoutName, LayoutValues
from .calls import of_parameters
from .layout import Layout, Place
from .model_values import ARTIFACT, ENVIRONMENT, IMAGE, JOB, NAME, NAME_HINT, Name
from .offered import free_name, network, offer_names, offer_roles, tags_of, wrong
from .steps import CreationPlan, Make, Pack, Step
from .trained import Trained, trained
from .values import field


class Container(msgspec.Struct, frozen=True):
    """One more container of a model that has several."""

    image: Annotated[str, field("Image", picker="image")]
    artifact: Annotated[str | None, field("Model artifact", picker="s3-object")] = None
    hostname: Annotated[
        str | None,
        field("Host name", "By which a request names it.", pattern=NAME, hint=NAME_HINT),
    ] = None


class Model(msgspec.Struct, frozen=True, kw_only=True):
    name: Name
    source: Annotated[
        Literal["job", "artifact", "image", "package"],
        field(
            "Of",
            titles={
                "job": "What a training job made",
                "artifact": "An artifact in S3",
                "image": "An image alone",
                "package": "A model package",
            },
        ),
    ] = "job"
    job: Annotated[str | None, JOB] = None
    artifact: Annotated[str | None, ARTIFACT] = None
    package: Annotated[
        str | None,
        field(
            "Model package",
            "Its ARN.",
            names="model-package",
            when={"source": ("package",)},
            needed=True,
        ),
    ] = None
    image: Annotated[
        str | None,
        field("Image", IMAGE, picker="image", when={"source": ("job", "artifact", "image")}),
    ] = None
    instance_type: Annotated[
        str | None,
        field(
            "To run on",
            "Chooses between the images with and without CUDA.",
            use="hosting",
            when={"source": ("job",)},
        ),
    ] = None
    environment: Annotated[dict[str, str], ENVIRONMENT] = {}
    role: Annotated[
        str, field("Role", "It reads the artifact and the image from AWS.", picker="role")
    ]
    containers: Annotated[
        tuple[Container, ...],
        field("More containers", "They come after the one above.", rows=True, maxItems=14),
    ] = ()
    mode: Annotated[
        Literal["Serial", "Direct"],
        field(
            "Several containers",
            titles={
                "Serial": "Each is given what the one before answered",
                "Direct": "A request names the one that answers",
            },
        ),
    ] = "Serial"
    isolation: Annotated[
        bool, field("Network isolation", "The containers reach nothing outside.")
    ] = False
    subnets: Annotated[tuple[str, ...], field("Subnets", picker="subnets", maxItems=16)] = ()
    security_groups: Annotated[
        tuple[str, ...], field("Security groups", picker="security-groups", maxItems=5)
    ] = ()
    tags: Annotated[dict[str, str], field("Tags", picker="tags")] = {}


class ModelLayout(Layout[Model]):
    """The script packed into the artifact where that has to be, then the model."""

    name: ClassVar[LayoutName] = LayoutName(
        "model",
        "model",
        "CreateModel",
        "Create model",
        "An image with an artifact: what endpoints and transform jobs run.",
    )
    type: ClassVar[type[Any]] = Model
    sections: ClassVar[tuple[FormSection, ...]] = (
        FormSection(
            "first",
            "",
            ("name", "source", "job", "artifact", "package", "image", "instance_type", "role"),
        ),
        FormSection("environment", "Environment", ("environment",)),
        FormSection("containers", "Several containers", ("containers", "mode"), folded=True),
        FormSection("network", "Network", ("isolation", "subnets", "security_groups"), folded=True),
        FormSection("tags", "Tags", ("tags",), folded=True),
    )

    def complete(
        self, place: Place, fields: dict[str, dict[str, Any]], defaults: dict[str, Any]
    ) -> None:
        """As Layout."""
        if defaults.get("job"):
            defaults.setdefault("name", free_name(place, "model", str(defaults["job"])))
        offer_roles(place, fields, defaults)
        offer_names(place, fields)

    def plan(self, place: Place, values: Model) -> CreationPlan:
        """As Layout."""
        found = None
        if values.source == "job" and values.job:
            on = values.instance_type or ""
            found = trained(place, values.job, on, values.image)
        steps: list[Step] = []
        container = first_container(values, found)
        if found is not None and found.script:
            pack = packing(place, values.name, found)
            container["ModelDataUrl"] = pack.to
            steps.append(pack)
        parameters = _parameters(values, container)
        target = of_parameters(kind("model"), parameters)
        call = AwsCall("CreateModel", parameters)
        steps.append(Make("model", "Create the model", call, target))
        return CreationPlan(f"Model {values.name}", tuple(steps), target, parameters=parameters)

    def values(self, parameters: Mapping[str, Any], place: Place | None = None) -> LayoutValues:
        """As Layout."""
        given = dict(parameters)
        found: dict[str, Any] = {"name": given.pop("ModelName", "")}
        containers = list(given.pop("Containers", ()))
        if "PrimaryContainer" in given:
            containers.insert(0, given.pop("PrimaryContainer"))
        lost: list[str] = []
        if containers:
            first, *more = (dict(each) for each in containers)
            found |= {
                "source": "artifact" if "ModelDataUrl" in first else "image",
                "environment": first.pop("Environment", {}),
            }
            if "ModelPackageName" in first:
                found |= {"source": "package", "package": first.pop("ModelPackageName")}
            for name, member in (("image", "Image"), ("artifact", "ModelDataUrl")):
                if member in first:
                    found[name] = first.pop(member)
            first.pop("Mode", None)
            source = first.pop("ModelDataSource", {}).get("S3DataSource", {})
            # AWS tells the same place in both ways.
            if source and source.get("S3Uri") != found.get("artifact"):
                lost.append("ModelDataSource")
            lost += [f"PrimaryContainer.{name}" for name in first]
            lost += ["Containers"] if more else []
        found["isolation"] = given.pop("EnableNetworkIsolation", False)
        vpc = given.pop("VpcConfig", {})
        found |= {
            "role": given.pop("ExecutionRoleArn", ""),
            "subnets": vpc.get("Subnets", []),
            "security_groups": vpc.get("SecurityGroupIds", []),
            "tags": {tag["Key"]: tag["Value"] for tag in given.pop("Tags", ())},
        }
        lost += given
        return LayoutValues(None if lost else found, tuple(lost))


def first_container(values: Any, found: Trained | None) -> dict[str, Any]:
    """The container that the fields say; `found` is what the training job left. Raises Wrong."""
    if getattr(values, "package", None) and values.source == "package":
        container: dict[str, Any] = {"ModelPackageName": values.package}
    elif found is not None:
        container = {"Image": found.image, **artifact(found.artifact)}
    else:
        if not values.image:
            raise wrong("image", "It is needed.")
        container = {"Image": values.image}
        if values.source == "artifact":
            container |= artifact(values.artifact)
    environment = {**(found.environment if found else {}), **values.environment}
    if environment:
        container["Environment"] = environment
    return container


def artifact(uri: str) -> dict[str, Any]:
    """An archive, or all below a prefix as it is."""
    if not uri.endswith("/"):
        return {"ModelDataUrl": uri}
    source = {"S3Uri": uri, "S3DataType": "S3Prefix", "CompressionType": "None"}
    return {"ModelDataSource": {"S3DataSource": source}}


def packing(place: Place, name: str, found: Trained) -> Pack:
    """The step that puts a job's script into its model's archive. Raises ProblemError."""
    assert found.script is not None
    if found.artifact.endswith("/"):
        raise wrong("job", "Its model is no archive, so the script cannot be put into it.")
    account = place.sessions.identity(place.connection, place.region).account
    bucket = default_bucket(account or "", place.region)
    to = f"s3://{bucket}/{name}/model.tar.gz"
    return Pack("pack", "Put the script into the model's archive", found.artifact, found.script, to)


def _parameters(values: Model, container: dict[str, Any]) -> dict[str, Any]:
    """CreateModel's. Raises Wrong."""
    found: dict[str, Any] = {"ModelName": values.name, "ExecutionRoleArn": values.role}
    if values.containers:
        more = [_container(each) for each in values.containers]
        found |= {
            "Containers": [container, *more],
            "InferenceExecutionConfig": {"Mode": values.mode},
        }
    else:
        found["PrimaryContainer"] = container
    if values.isolation:
        found["EnableNetworkIsolation"] = True
    return {**found, **network(values.subnets, values.security_groups), **tags_of(values.tags)}


def _container(given: Container) -> dict[str, Any]:
    found: dict[str, Any] = {"Image": given.image}
    if given.artifact:
        found |= artifact(given.artifact)
    if given.hostname:
        found["ContainerHostname"] = given.hostname
    return found
