"""Studio's records: ids of domains, settings of spaces, versions and aliases of images."""

from __future__ import annotations

import secrets

from .. import errors, nouns
from . import records
from .records import AMEND, PREPARE, Detail
from .sagemaker import Answer, Call, operation


def _domain(call: Call, detail: Detail) -> None:
    for _, _, other in call.engine.store.all("Domain", call.region):
        if other["DomainName"] == detail["DomainName"]:
            raise errors.duplicate("Domain", detail["DomainName"], other["DomainArn"])
    detail["DomainId"] = f"d-{secrets.token_hex(6)}"
    detail.setdefault("AppNetworkAccessType", "PublicInternetOnly")


def _space(call: Call, detail: Detail) -> None:
    detail["_id"] = secrets.token_hex(8)
    _check_storage(call, detail)
    owner = detail.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    if owner is not None:
        profile = {"DomainId": detail["DomainId"], "UserProfileName": owner}
        whose = Call("DescribeUserProfile", call.region, profile, call.engine)
        records.resolve(whose, nouns.find("UserProfile"))
    elif detail.get("SpaceSharingSettings", {}).get("SharingType") == "Private":
        raise records.refuse("A private space needs OwnershipSettings.OwnerUserProfileName.")


def _amend_space(call: Call, detail: Detail, changes: Detail) -> None:
    if "AppType" in call.parameters.get("SpaceSettings", {}):
        raise records.refuse("Updating AppType for Space is not supported")  # boto3#4375
    _check_storage(call, {**detail, **changes}, _size(detail))


def _size(space: Detail) -> int:
    storage = space.get("SpaceSettings", {}).get("SpaceStorageSettings", {})
    return int(storage.get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb", 0))


def _check_storage(call: Call, space: Detail, had: int = 0) -> None:
    """Raises ServiceError: a volume that shrinks, or grows past what the domain allows."""
    size = _size(space)
    if size < had:
        raise records.refuse(f"EbsVolumeSizeInGb {size} is smaller than {had}: it can only grow.")
    _, domain = records.locate(call, nouns.find("Domain"), space["DomainId"])
    private = space.get("SpaceSharingSettings", {}).get("SharingType") == "Private"
    settings = domain.get("DefaultUserSettings" if private else "DefaultSpaceSettings", {})
    allowed = settings.get("SpaceStorageSettings", {}).get("DefaultEbsStorageSettings")
    if allowed and size > allowed["MaximumEbsVolumeSizeInGb"]:
        raise records.refuse(
            f"EbsVolumeSizeInGb {size} is more than the {allowed['MaximumEbsVolumeSizeInGb']} GB "
            "that the domain allows."
        )


@operation("DeleteUserProfile")
def delete_user_profile(call: Call) -> Answer:
    """Delete a user that owns no space and has no app."""
    noun = nouns.find("UserProfile")
    _, profile = records.resolve(call, noun)
    for _, _, space in call.engine.store.all("Space", call.region):
        owner = space.get("OwnershipSettings", {}).get("OwnerUserProfileName")
        if (space["DomainId"], owner) == (profile["DomainId"], profile["UserProfileName"]):
            by = "Space(s) are associated with it"
            raise errors.in_use(noun.name, profile["UserProfileArn"], by)
    return records.delete(call, noun)


def _image_version(call: Call, detail: Detail) -> None:
    image = call.parameters["ImageName"]
    taken = [
        other["Version"]
        for _, _, other in call.engine.store.all("ImageVersion", call.region)
        if other["ImageName"] == image
    ]
    detail["Version"] = max(taken, default=0) + 1
    detail["ImageArn"] = call.arn("image", image)
    detail["_aliases"] = []
    _rename(call, detail, call.parameters.get("Aliases", []), [])


def _rename(call: Call, detail: Detail, add: list[str], remove: list[str]) -> None:
    """An alias names one version of an image at a time."""
    for _, key, other in call.engine.store.all("ImageVersion", call.region):
        same = other["ImageName"] == detail["ImageName"]
        if same and other["Version"] != detail["Version"] and set(other["_aliases"]) & set(add):
            left = [alias for alias in other["_aliases"] if alias not in add]
            call.engine.store.update(call.region, "ImageVersion", key, {"_aliases": left})
    kept = [alias for alias in detail["_aliases"] if alias not in remove and alias not in add]
    detail["_aliases"] = kept + [alias for alias in add if alias not in remove]


def _amend_image_version(call: Call, detail: Detail, changes: Detail) -> None:
    given = call.parameters
    _rename(call, detail, given.get("AliasesToAdd", []), given.get("AliasesToDelete", []))
    changes["_aliases"] = detail["_aliases"]
    changes.pop("Version", None)


def _amend_image(call: Call, detail: Detail, changes: Detail) -> None:
    changes.update({name: None for name in call.parameters.get("DeleteProperties", [])})


PREPARE["Domain"] = _domain
PREPARE["Space"] = _space
AMEND["Space"] = _amend_space
PREPARE["ImageVersion"] = _image_version
AMEND["ImageVersion"] = _amend_image_version
AMEND["Image"] = _amend_image


def _version(call: Call) -> Call:
    """The same call with the version that an alias, or the absence of both, means."""
    given = call.parameters
    if "Version" in given:
        return call
    records.locate(call, nouns.find("Image"), given["ImageName"])
    found = [
        other["Version"]
        for _, _, other in call.engine.store.all("ImageVersion", call.region)
        if other["ImageName"] == given["ImageName"]
        and ("Alias" not in given or given["Alias"] in other["_aliases"])
    ]
    version = max(found, default=0)
    return Call(call.operation, call.region, {**given, "Version": version}, call.engine)


@operation("DescribeImageVersion")
def describe_image_version(call: Call) -> Answer:
    """The version asked for, that an alias names, or the newest."""
    return records.describe(_version(call), nouns.find("ImageVersion"))


@operation("UpdateImageVersion")
def update_image_version(call: Call) -> Answer:
    """Change a version's facts and aliases."""
    return records.update(_version(call), nouns.find("ImageVersion"))


@operation("DeleteImageVersion")
def delete_image_version(call: Call) -> Answer:
    """Delete a version by number or alias."""
    return records.delete(_version(call), nouns.find("ImageVersion"))


@operation("ListAliases")
def list_aliases(call: Call) -> Answer:
    """Aliases of an image's versions; there are too few for a second page."""
    given = call.parameters
    records.locate(call, nouns.find("Image"), given["ImageName"])
    aliases = sorted(
        alias
        for _, _, other in call.engine.store.all("ImageVersion", call.region)
        if other["ImageName"] == given["ImageName"]
        and given.get("Version", other["Version"]) == other["Version"]
        for alias in other["_aliases"]
        if given.get("Alias", alias) == alias
    )
    return {"SageMakerImageVersionAliases": aliases}


def _feature_group(call: Call, detail: Detail) -> None:
    detail["NextToken"] = ""  # Describe requires one; all features are on its first page
    if "OfflineStoreConfig" in detail:
        reason = "The local engine keeps the record only: no offline store takes data."
        detail["OfflineStoreStatus"] = {"Status": "Blocked", "BlockedReason": reason}


def _amend_feature_group(call: Call, detail: Detail, changes: Detail) -> None:
    added = call.parameters.get("FeatureAdditions")
    if added:
        taken = {feature["FeatureName"] for feature in detail["FeatureDefinitions"]}
        for feature in added:
            if feature["FeatureName"] in taken:
                raise records.refuse(f"Feature {feature['FeatureName']} already exists.")
        changes["FeatureDefinitions"] = [*detail["FeatureDefinitions"], *added]
        changes["LastUpdateStatus"] = {"Status": "Successful"}
    if "ThroughputConfig" in changes:
        was = detail.get("ThroughputConfig", {"ThroughputMode": "OnDemand"})
        changes["ThroughputConfig"] = {**was, **changes["ThroughputConfig"]}


PREPARE["FeatureGroup"] = _feature_group
AMEND["FeatureGroup"] = _amend_feature_group


def _project(call: Call, detail: Detail) -> None:
    given = call.parameters
    if given.get("ServiceCatalogProvisioningDetails") or given.get("TemplateProviders"):
        raise errors.needs_aws("Project with a template")
    detail["ProjectId"] = f"p-{secrets.token_hex(6)}"


PREPARE["Project"] = _project
