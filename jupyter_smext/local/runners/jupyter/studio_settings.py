"""What a Studio app starts with: settings of its space, then of its user, then of the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .place import Script, StartFailed

if TYPE_CHECKING:
    from ...store import Store

CONFIG = "StudioLifecycleConfig"

Detail = dict[str, Any]

#: Amazon SageMaker AI developer guide, "Instance Types Available for Use With Studio": the default.
DEFAULT_TYPE = "ml.t3.medium"
_IMAGE = ("SageMakerImageArn", "SageMakerImageVersionArn", "SageMakerImageVersionAlias")


@dataclass(frozen=True)
class Owners:
    """The records an app's settings come from; `profile` owns a private space."""

    domain: Detail
    space: Detail
    profile: Detail | None

    @property
    def _above(self) -> list[Mapping[str, Any]]:
        """Settings above the space: UserSettings, or for a shared space DefaultSpaceSettings."""
        if self.profile is None:
            return [self.domain.get("DefaultSpaceSettings", {})]
        own = self.profile.get("UserSettings", {})
        return [own, self.domain.get("DefaultUserSettings", {})]

    @property
    def layers(self) -> list[Mapping[str, Any]]:
        """JupyterLabAppSettings, those that win first."""
        all_of_them = [self.space.get("SpaceSettings", {}), *self._above]
        return [each.get("JupyterLabAppSettings", {}) for each in all_of_them]

    @property
    def role(self) -> str:
        """The ExecutionRole, or "" where none is set."""
        found = (each.get("ExecutionRole") for each in self._above)
        return next((str(role) for role in found if role), "")


def owners(store: Store, region: str, domain: Detail, space: Detail) -> Owners:
    """Whose settings count in a space."""
    owner = space.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    shared = space.get("SpaceSharingSettings", {}).get("SharingType") != "Private"
    profile = None
    if owner and not shared:
        profile = next(
            (
                each
                for _, _, each in store.all("UserProfile", region)
                if (each["DomainId"], each["UserProfileName"]) == (domain["DomainId"], owner)
            ),
            {},
        )
    return Owners(domain, space, profile)


def resource_spec(given: Mapping[str, Any], layers: Sequence[Mapping[str, Any]]) -> Detail:
    """The ResourceSpec an app runs with: what CreateApp gives, then each layer's default.

    The members of an image go together; "None" means none, whatever a later layer says.
    """
    specs = [given, *(layer.get("DefaultResourceSpec", {}) for layer in layers)]
    made: Detail = {}
    for spec in specs:
        has_image = any(member in made for member in _IMAGE)
        for member, value in spec.items():
            if not (member in _IMAGE and has_image):
                made.setdefault(member, value)
    made.setdefault("InstanceType", DEFAULT_TYPE)
    return {member: value for member, value in made.items() if value != "None"}


def idle_seconds(layers: Sequence[Mapping[str, Any]]) -> int | None:
    """After how long without use an app ends, if idle shutdown is on; a space may set the time.

    Whether it is on is said above the space, by the user's settings or the domain's.
    """
    space, *above = [
        layer.get("AppLifecycleManagement", {}).get("IdleSettings", {}) for layer in layers
    ]
    on = next((each["LifecycleManagement"] for each in above if "LifecycleManagement" in each), "")
    if on != "ENABLED":
        return None
    name = "IdleTimeoutInMinutes"
    minutes = next((each[name] for each in (space, *above) if name in each), None)
    return None if minutes is None else int(minutes) * 60


def script(store: Store, spec: Mapping[str, Any], app_arn: str) -> Script | None:
    """The lifecycle script of a ResourceSpec. Raises StartFailed when it is gone."""
    arn = spec.get("LifecycleConfigArn")
    if not arn:
        return None
    found = store.find(arn)
    if found is None or found[1] != CONFIG:
        raise StartFailed(f"Studio Lifecycle Config '{arn}' does not exist.")
    about = f"Studio Lifecycle Config '{arn}' for App '{app_arn}'"
    return Script.decoded("OnStart", about, found[3]["StudioLifecycleConfigContent"])
