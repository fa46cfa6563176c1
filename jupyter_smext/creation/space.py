"""A Studio space and the app that runs in it: JupyterLab or Code Editor."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from ..kinds import kind
from ..kinds.fields import put, take
from ..kinds.model import value_at
from ..kinds.space import APP_NAME, USUAL_APP
from ..protocol import AwsCall, FormSection, LayoutName, LayoutValues, MadeResource
from .calls import of_parameters
from .layout import Layout, Place
from .offered import offer_names, offer_types, tags_of
from .steps import CreationPlan, Make, Ready, Step
from .values import field

NAME = "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$"


class Space(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[
        str,
        field("Name", pattern=NAME, hint="Letters, digits and hyphens between them, up to 63."),
    ]
    domain: Annotated[str, field("Domain", "Its id, as d-…", names="domain")]
    owner: Annotated[str, field("Owner", "A user profile of the domain.", names="user-profile")]
    app: Annotated[
        Literal["JupyterLab", "CodeEditor"],
        field("App", titles={"JupyterLab": "JupyterLab", "CodeEditor": "Code Editor"}),
    ] = "JupyterLab"
    instance_type: Annotated[str, field("Instance type", use="studio")] = "ml.t3.medium"
    volume: Annotated[
        int | None,
        field(
            "Volume (GB)",
            "It stays while the app is stopped; empty for what the domain gives.",
            minimum=5,
            maximum=16384,
        ),
    ] = None
    idle_minutes: Annotated[
        int | None,
        field(
            "Shut down after idle minutes",
            "Counts where idle shutdown is on in the domain, within its bounds; empty for its own.",
            minimum=60,
            maximum=525600,
        ),
    ] = None
    lifecycle_config: Annotated[
        str | None,
        field(
            "Lifecycle configuration",
            "Its script runs as the app starts; the domain must have it attached.",
            names="studio-lifecycle-config",
        ),
    ] = None
    image: Annotated[
        str | None,
        field("Image", "The ARN of a SageMaker image; empty for SageMaker Distribution."),
    ] = None
    sharing: Annotated[
        Literal["Private", "Shared"],
        field("Who sees it", titles={"Private": "Its owner alone", "Shared": "All of the domain"}),
    ] = "Private"
    display_name: Annotated[str | None, field("Display name", maxLength=64)] = None
    start: Annotated[bool, field("Start it at once", "Its app is billed while it runs.")] = True
    tags: Annotated[dict[str, str], field("Tags", picker="tags")] = {}


class SpaceLayout(Layout[Space]):
    """The space, then its app if that is to start."""

    name: ClassVar[LayoutName] = LayoutName(
        "space",
        "space",
        "CreateSpace",
        "Create Studio space",
        "Files on a volume of their own, with JupyterLab or Code Editor on an instance.",
    )
    type: ClassVar[type[Any]] = Space
    sections: ClassVar[tuple[FormSection, ...]] = (
        FormSection("first", "", ("name", "domain", "owner", "app", "instance_type", "start")),
        FormSection(
            "settings",
            "Settings",
            ("volume", "idle_minutes", "lifecycle_config", "image", "sharing", "display_name"),
        ),
        FormSection("tags", "Tags", ("tags",), folded=True),
    )

    def complete(
        self, place: Place, fields: dict[str, dict[str, Any]], defaults: dict[str, Any]
    ) -> None:
        """As Layout."""
        offer_types(fields["instance_type"], "AppInstanceType")
        offer_names(place, fields)
        for name in ("domain", "owner"):
            if len(known := fields[name].get("examples", ())) == 1:
                defaults.setdefault(name, known[0])

    def plan(self, place: Place, values: Space) -> CreationPlan:
        """As Layout."""
        spec = _spec(place, values)
        parameters = _parameters(values, spec)
        target = of_parameters(kind("space"), parameters)
        steps: list[Step] = [
            Make("space", "Create the space", AwsCall("CreateSpace", parameters), target),
            Ready("space-ready", "Wait until the space is there", "space"),
        ]
        if values.start:
            app = {
                "DomainId": values.domain,
                "SpaceName": values.name,
                "AppType": values.app,
                "AppName": APP_NAME,
                "ResourceSpec": spec,
                **tags_of(values.tags),
            }
            made: MadeResource = of_parameters(kind("app"), app)
            steps += [
                Make("app", "Start the app", AwsCall("CreateApp", app), made),
                Ready("ready", "Wait until the app is in service", "app"),
            ]
        return CreationPlan(f"Space {values.name}", tuple(steps), target, parameters=parameters)

    def values(self, parameters: Mapping[str, Any], place: Place | None = None) -> LayoutValues:
        """As Layout."""
        given = copy.deepcopy(dict(parameters))
        tags = given.pop("Tags", ())
        app = value_at(given, "SpaceSettings.AppType")
        found: dict[str, Any] = {"tags": {tag["Key"]: tag["Value"] for tag in tags}}
        for name, path in _places(app).items():
            if (value := take(given, path)) is not None:
                found[name] = value
        lost = tuple(_left(given))
        return LayoutValues(None if lost else {**found, "start": False}, lost)


def _places(app: str | None) -> dict[str, str]:
    """Where CreateSpace has what each field says."""
    settings = f"SpaceSettings.{app or USUAL_APP}AppSettings"
    storage = "SpaceSettings.SpaceStorageSettings.EbsStorageSettings"
    return {
        "name": "SpaceName",
        "domain": "DomainId",
        "owner": "OwnershipSettings.OwnerUserProfileName",
        "app": "SpaceSettings.AppType",
        "instance_type": f"{settings}.DefaultResourceSpec.InstanceType",
        "image": f"{settings}.DefaultResourceSpec.SageMakerImageArn",
        "lifecycle_config": f"{settings}.DefaultResourceSpec.LifecycleConfigArn",
        "idle_minutes": f"{settings}.AppLifecycleManagement.IdleSettings.IdleTimeoutInMinutes",
        "volume": f"{storage}.EbsVolumeSizeInGb",
        "sharing": "SpaceSharingSettings.SharingType",
        "display_name": "SpaceDisplayName",
    }


def _left(given: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """The paths of all that is still in a structure."""
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from _left(value, f"{above}{name}.")
        elif value not in (None, "", []):
            yield f"{above}{name}"


def _spec(place: Place, values: Space) -> dict[str, Any]:
    """The ResourceSpec of the app. Raises ProblemError: the configuration is not there."""
    found = {"InstanceType": values.instance_type}
    if values.image:
        found["SageMakerImageArn"] = values.image
    script = values.lifecycle_config
    if script:
        found["LifecycleConfigArn"] = script if script.startswith("arn:") else _arn(place, script)
    return found


def _arn(place: Place, name: str) -> str:
    from ..aws.calls import calling

    client = place.sessions.client(place.connection, place.region)
    with calling(place.connection, "DescribeStudioLifecycleConfig"):
        answer = client.describe_studio_lifecycle_config(StudioLifecycleConfigName=name)
    return str(answer["StudioLifecycleConfigArn"])


def _parameters(values: Space, spec: dict[str, Any]) -> dict[str, Any]:
    """CreateSpace's, as Studio's own dialog makes them."""
    found: dict[str, Any] = {}
    for name, path in _places(values.app).items():
        if (value := getattr(values, name)) not in (None, ""):
            put(found, path, value)
    put(found, f"SpaceSettings.{values.app}AppSettings.DefaultResourceSpec", spec)
    return {**found, **tags_of(values.tags)}
