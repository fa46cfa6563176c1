"""A Studio space with a JupyterLab app: DeleteApp, UpdateSpace and CreateApp."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ...aws.errors import ProblemError
from ...kinds import kind, parameters_of
from ...protocol import Resource
from ...tones import tone
from .instance import Instance, State

APP = {"AppType": "JupyterLab", "AppName": "default"}
#: What an app is started with again, besides its type; a version is named in one way only.
_IMAGE = ("SageMakerImageArn", "SageMakerImageVersionAlias", "SageMakerImageVersionArn")


def app_id(space_id: str) -> str:
    """The row id of a space's JupyterLab app."""
    names = {**parameters_of(kind("space"), space_id), **APP}
    return ",".join(quote(names.get(part, ""), safe="") for part in kind("app").identity)


def status_of(space: str, app: str | None) -> str:
    """What both come to, as the AWS toolkit words it; `app` None: there is none.

    Of the space Update_Failed counts as failed, and Deleting and Pending stay what they are.
    """
    if space == "Updating":
        return "Updating"
    if tone(space) != "ok":
        return "Failed" if tone(space) == "bad" else space
    words = {None: "Stopped", "Deleted": "Stopped", "InService": "Running"}
    if app in words:
        return words[app]
    return {"Pending": "Starting", "Deleting": "Stopping"}.get(str(app), str(app))


def state_of(space: Resource, app: Resource | None) -> State:
    """What the two describe answers say."""
    told = space.definition
    of_app = app.definition if app is not None and app.row.status != "Deleted" else {}
    status = status_of(space.row.status, app.row.status if app is not None else None)
    storage = told.get("SpaceSettings", {}).get("SpaceStorageSettings", {})
    kind_of = (of_app.get("ResourceSpec") or {}).get("InstanceType")
    return State(
        status=status,
        tone=tone(status),
        instance_type=kind_of or default_spec(told).get("InstanceType"),
        up=status == "Running",
        rests=not of_app and tone(space.row.status) not in ("busy", "unknown"),
        reason=str(of_app.get("FailureReason") or told.get("FailureReason") or ""),
        definition={**told, "App": app.definition if app is not None else None},
        volume_gib=storage.get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb"),
    )


def default_spec(space: dict[str, Any]) -> dict[str, Any]:
    """The ResourceSpec that the space's JupyterLab starts with, as far as the space says."""
    settings = space.get("SpaceSettings", {}).get("JupyterLabAppSettings", {})
    return dict(settings.get("DefaultResourceSpec") or {})


class Space(Instance):
    use = "studio"
    operations = {"stop": "DeleteApp", "retype": "UpdateSpace", "start": "CreateApp"}

    @property
    def name(self) -> str:
        return parameters_of(kind("space"), self.at.id)["SpaceName"]

    def show(self) -> None:
        self.watched.look_at(kind("app"), app_id(self.at.id))
        self.watched.look_at(kind("space"), self.at.id)

    async def look(self) -> State | None:
        try:
            space = await self.watched.describe(kind("space"), self.at.id)
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise
        try:
            app = await self.watched.describe(kind("app"), app_id(self.at.id))
        except ProblemError as error:
            if error.problem.cause != "not_found":
                raise
            app = None
        return state_of(space, app)

    async def tell_stop(self) -> None:
        try:
            await self.watched.act(kind("app"), app_id(self.at.id), self.operations["stop"], {})
        except ProblemError as error:
            if error.problem.cause != "not_found":
                raise

    async def tell_type(self, instance_type: str, state: State) -> None:
        # The verb's fields put it in its place, with what stands beside it.
        await self.watched.act(
            kind("space"), self.at.id, self.operations["retype"], {"InstanceType": instance_type}
        )

    async def tell_start(self, state: State) -> None:
        last = (state.definition.get("App") or {}).get("ResourceSpec") or {}
        spec = _again({**default_spec(state.definition), **_image(last)})
        if state.instance_type:
            spec["InstanceType"] = state.instance_type
        given: dict[str, Any] = {**parameters_of(kind("space"), self.at.id), **APP}
        if spec:
            given["ResourceSpec"] = spec
        await self.watched.create(kind("app"), given)


def _image(spec: dict[str, Any]) -> dict[str, Any]:
    kept = (*_IMAGE, "LifecycleConfigArn")
    return {name: value for name, value in spec.items() if name in kept}


def _again(spec: dict[str, Any]) -> dict[str, Any]:
    """A ResourceSpec as it can be given again."""
    if "SageMakerImageVersionAlias" in spec:
        return {n: v for n, v in spec.items() if n != "SageMakerImageVersionArn"}
    return spec
