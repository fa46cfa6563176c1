"""A Studio space: what its app is started with, and what of it is changed in a small form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from . import model
from .fields import Answer, Describe, Fields, Unread

USUAL_APP = "JupyterLab"
#: Studio calls the app of every space so.
APP_NAME = "default"

MINUTES = "IdleTimeoutInMinutes"
VOLUME = "EbsVolumeSizeInGb"
SWITCH = "LifecycleManagement"
FROM_THE_NEXT_START = "An app that runs takes it once the space is started again."
OFF = "Idle shutdown is off in the domain and for the user, so it has no effect."


def app_type(space: Answer) -> str:
    """The type of app that a space is for."""
    return model.value_at(space, "SpaceSettings.AppType") or USUAL_APP


def app_of(space: Answer) -> dict[str, Any]:
    """What CreateApp takes to run a space: its one app, on what the space is set to."""
    kind = app_type(space)
    app: dict[str, Any] = {"AppType": kind, "AppName": APP_NAME}
    spec = model.value_at(space, f"SpaceSettings.{kind}AppSettings.DefaultResourceSpec")
    if spec:
        app["ResourceSpec"] = spec
    return app


def _places(space: Answer) -> dict[str, str]:
    kind = app_type(space)
    settings = f"SpaceSettings.{kind if kind in IDLE else USUAL_APP}AppSettings"
    return {
        "InstanceType": f"{settings}.DefaultResourceSpec.InstanceType",
        MINUTES: f"{settings}.AppLifecycleManagement.IdleSettings.{MINUTES}",
        VOLUME: f"SpaceSettings.SpaceStorageSettings.EbsStorageSettings.{VOLUME}",
    }


def _new_places(_: Answer) -> dict[str, str]:
    return {
        "OwnerUserProfileName": "OwnershipSettings.OwnerUserProfileName",
        "SharingType": "SpaceSharingSettings.SharingType",
        "AppType": "SpaceSettings.AppType",
        **_places({}),
    }


#: The apps whose settings in a space tell a type and an idle time.
IDLE = ("JupyterLab", "CodeEditor")


def _bounds(space: Answer, describe: Describe) -> dict[str, Mapping[str, Any]]:
    """How many minutes the settings above the space allow, and whether they count at all."""
    words = ["Without use for so long, its app is shut down."]
    minutes: dict[str, Any] = {}
    try:
        idle = list(_above(space, describe))
    except Unread as why:
        words.append(f"What the domain allows could not be read ({why}).")
    else:
        for bound, member in (("minimum", f"Min{MINUTES}"), ("maximum", f"Max{MINUTES}")):
            found = next((settings[member] for settings in idle if member in settings), None)
            if found is not None:
                minutes[bound] = found
        words += _allowed(**minutes)
        switch = next((one[SWITCH] for one in idle if SWITCH in one), None)
        words.append(FROM_THE_NEXT_START if switch == "ENABLED" else OFF)
    minutes["description"] = " ".join(words)
    return {"InstanceType": {"description": FROM_THE_NEXT_START}, MINUTES: minutes}


def _allowed(minimum: int | None = None, maximum: int | None = None) -> Iterator[str]:
    if minimum is not None and maximum is not None:
        yield f"{minimum:,} to {maximum:,} are allowed here."
    elif minimum is not None:
        yield f"At least {minimum:,} are needed here."
    elif maximum is not None:
        yield f"At most {maximum:,} are allowed here."


def _above(space: Answer, describe: Describe) -> Iterator[Mapping[str, Any]]:
    """Idle settings above a space, those that win first: its owner's, then the domain's."""
    domain = describe("domain", quote(str(space.get("DomainId", "")), safe=""))
    path = f"{app_type(space)}AppSettings.AppLifecycleManagement.IdleSettings"
    owner = model.value_at(space, "OwnershipSettings.OwnerUserProfileName")
    private = model.value_at(space, "SpaceSharingSettings.SharingType") == "Private"
    if owner and private:
        names = (str(space["DomainId"]), str(owner))
        user = describe("user-profile", ",".join(quote(name, safe="") for name in names))
        yield model.value_at(user, f"UserSettings.{path}") or {}
    settings = "DefaultUserSettings" if private else "DefaultSpaceSettings"
    yield model.value_at(domain, f"{settings}.{path}") or {}


# Studio's own dialog makes them so; without these members it is a space of Studio Classic.
NEW = Fields(
    _new_places,
    needed=("OwnerUserProfileName",),
    usual={"SharingType": "Private", "AppType": USUAL_APP, "InstanceType": "ml.t3.medium"},
)

# boto3#4375: "Updating AppType for Space is not supported", even to what it is.
CHANGED = Fields(_places, fixed=("SpaceSettings.AppType",), bounds=_bounds)
