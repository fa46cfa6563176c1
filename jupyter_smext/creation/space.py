"""A Studio space and the app that runs in it: JupyterLab or Code Editor."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import msgspec

from ..kinds import kind
from ..kinds.space import APP_NAME
from ..protocol import AwsCall, FormSection, LayoutName, MadeResource
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
    app: dict[str, Any] = {"DefaultResourceSpec": spec}
    if values.idle_minutes is not None:
        idle = {"IdleTimeoutInMinutes": values.idle_minutes}
        app["AppLifecycleManagement"] = {"IdleSettings": idle}
    settings: dict[str, Any] = {"AppType": values.app, f"{values.app}AppSettings": app}
    if values.volume is not None:
        storage = {"EbsStorageSettings": {"EbsVolumeSizeInGb": values.volume}}
        settings["SpaceStorageSettings"] = storage
    found: dict[str, Any] = {
        "DomainId": values.domain,
        "SpaceName": values.name,
        "OwnershipSettings": {"OwnerUserProfileName": values.owner},
        "SpaceSharingSettings": {"SharingType": values.sharing},
        "SpaceSettings": settings,
        **tags_of(values.tags),
    }
    if values.display_name:
        found["SpaceDisplayName"] = values.display_name
    return found
