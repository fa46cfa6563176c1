"""The operations of Studio's apps: who may ask for what in which state, in AWS's words."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from ... import errors, nouns
from ...contract import ServiceError
from ...jupyter_token import SIGN_IN_SECONDS
from ...services import records
from ...services.sagemaker import Answer, Call, operation
from . import studio_settings
from .process import JupyterProcess
from .studio_runner import NOUN, AppRunner

__all__ = ["AppRunner"]

Detail = dict[str, Any]

#: "The session expiration duration in seconds. This value defaults to 43200."
_SESSION_SECONDS = 43200
_LANDING = re.compile(r"app:JupyterLab:(.*)", re.DOTALL)


@operation("CreateApp")
def create(call: Call) -> Answer:
    """Record an app and start it. Image and execution role are kept as given.

    Over what is Deleted a new one is made; any other must be deleted first.
    """
    given = call.parameters
    app = nouns.find(NOUN)
    _check_kind(given)
    # The region comes from the caller's signature and becomes a folder.
    if not re.fullmatch(r"[a-z0-9-]{1,40}", call.region):
        raise records.refuse(f"No such region: {call.region[:40]!r}.")
    _, domain = records.locate(call, nouns.find("Domain"), given["DomainId"])
    space_key, space = _space(call, given["SpaceName"])
    if space["Status"] != "InService":
        raise _in_use(f"Space [{space['SpaceArn']}] is {space['Status']}.")
    meant = space.get("SpaceSettings", {}).get("AppType", "JupyterLab")
    if meant != given["AppType"]:
        raise records.refuse(f"Space [{space['SpaceArn']}] is for apps of type {meant}.")
    detail: Detail = {member: given[member] for member in app.identity if member in given}
    key, arn = app.key(detail), app.arn(call.region, call.engine.account, detail)
    for _, other_key, other in call.engine.store.all(NOUN, call.region):
        if other["Status"] == "Deleted" or not _same_space(other, detail):
            continue
        if other_key == key:
            raise errors.duplicate(NOUN, given["AppName"], arn)
        raise _in_use(
            f"App [{other['AppArn']}] is {other['Status']} in the space. One app at a time uses "
            "a space's files: delete it first."
        )
    whose = studio_settings.owners(call.engine.store, call.region, domain, space)
    spec = studio_settings.resource_spec(given.get("ResourceSpec", {}), whose.layers)
    _check_spec(call, spec)
    call.engine.runner(AppRunner).admit(arn, spec["InstanceType"])
    if "_id" not in space:  # of an engine that ran no apps yet
        space["_id"] = secrets.token_hex(8)
        call.engine.store.update(call.region, "Space", space_key, {"_id": space["_id"]})
    detail |= {
        "AppArn": arn,
        "Status": "Pending",
        "CreationTime": time.time(),
        "ResourceSpec": spec,
        "_arn": arn,
        "_id": space["_id"],
        "_tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())},
    }
    if "RecoveryMode" in given:
        detail["RecoveryMode"] = given["RecoveryMode"]
    call.engine.store.put(call.region, NOUN, key, detail)
    call.engine.runner(AppRunner).start(call.region, key)
    return {"AppArn": arn}


@operation("DeleteApp")
def delete(call: Call) -> Answer:
    """To Deleting; Deleted once no process is left, and so listed for 24 hours. Files stay."""
    key, detail = records.resolve(call, nouns.find(NOUN))
    if detail["Status"] == "Deleted":
        # terraform-provider-aws internal/service/sagemaker/app.go matches on these words.
        raise records.refuse(f"App [{detail['AppArn']}] has already been deleted.")
    if detail["Status"] == "Deleting":
        raise _in_use(f"App [{detail['AppArn']}] is Deleting.")
    call.engine.store.update(call.region, NOUN, key, {"Status": "Deleting"})
    call.engine.runner(AppRunner).end(call.region, key)
    return {}


@operation("DeleteSpace")
def delete_space(call: Call) -> Answer:
    """To Deleting; gone once its files are. Refused while an app is in it."""
    noun = nouns.find("Space")
    key, space = records.resolve(call, noun)
    records.check_unused(call, noun, space)
    runner = call.engine.runner(AppRunner)
    if not runner.has_files(call.region, space):
        return records.delete(call, noun)
    call.engine.store.update(call.region, "Space", key, {"Status": "Deleting"})
    runner.delete_space(call.region, key)
    return {}


@operation("CreatePresignedDomainUrl")
def presign(call: Call) -> Answer:
    """A URL that signs in once to the JupyterLab of a space.

    Studio's own home page is AWS's: without a SpaceName the URL leads to the app that the user
    started last, and is refused when none of theirs runs.
    """
    given = call.parameters
    _, domain = records.locate(call, nouns.find("Domain"), given["DomainId"])
    if domain.get("AuthMode") != "IAM":
        raise records.refuse("This operation can only be called when the AuthMode is IAM.")
    records.resolve(call, nouns.find("UserProfile"))
    landing = ""
    if given.get("LandingUri"):
        found = _LANDING.fullmatch(given["LandingUri"])
        if found is None:
            raise errors.needs_aws(f"Landing at {given['LandingUri'].partition(':')[0]}:")
        landing = found[1].lstrip("/")
    process = _running(call)
    url = process.presign(
        valid=given.get("ExpiresInSeconds", SIGN_IN_SECONDS),
        session=given.get("SessionExpirationDurationInSeconds", _SESSION_SECONDS),
        landing=landing,
    )
    return {"AuthorizedUrl": url}


def _running(call: Call) -> JupyterProcess:
    """The app in service that a presigned URL is for. Raises ServiceError."""
    given = call.parameters
    wanted = given.get("SpaceName")
    allowed = {}
    if wanted is not None:
        _, space = _space(call, wanted)
        if not _may_open(space, given["UserProfileName"]):
            raise records.refuse(f"Space [{space['SpaceArn']}] is private to {_owner(space)}.")
        allowed[wanted] = space
    else:
        for _, _, space in call.engine.store.all("Space", call.region):
            if space["DomainId"] == given["DomainId"]:
                if _may_open(space, given["UserProfileName"]):
                    allowed[space["SpaceName"]] = space
    apps = [
        (app["CreationTime"], key)
        for _, key, app in call.engine.store.all(NOUN, call.region)
        if app["DomainId"] == given["DomainId"] and app.get("SpaceName") in allowed
        if app["Status"] == "InService"
    ]
    for _, key in sorted(apps, reverse=True):
        process = call.engine.runner(AppRunner).running(call.region, key)
        if process is not None:
            return process
    if wanted is None:
        raise records.refuse(
            f"No app of {given['UserProfileName']} is InService, and the local engine has no home "
            "page of Studio to open: create an app with CreateApp, or choose an AWS connection."
        )
    # AWS's words: aws-samples/sagemaker-studio-apps-lifecycle-config-examples#10.
    raise records.refuse(
        f"App [default] associated with space [{wanted}] and userprofile [null] is not found or in "
        "unusable state. Please try again after making sure that the app is created and InService"
    )


def _may_open(space: Detail, profile: str) -> bool:
    private = space.get("SpaceSharingSettings", {}).get("SharingType") == "Private"
    return not private or _owner(space) == profile


def _owner(space: Detail) -> str | None:
    owner: str | None = space.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    return owner


def _check_kind(given: Detail) -> None:
    """Raises ServiceError for an app that is not a JupyterLab in a space."""
    if given["AppType"] != "JupyterLab":
        raise errors.needs_aws(f"An app of type {given['AppType']}")
    if "SpaceName" not in given or "UserProfileName" in given:
        raise records.refuse(
            "An app of type JupyterLab runs in a space: give SpaceName, and not UserProfileName."
        )


def _check_spec(call: Call, spec: Detail) -> None:
    """Raises ServiceError for a ResourceSpec that nothing can be started with."""
    if spec["InstanceType"] == "system":
        raise records.refuse("An app of type JupyterLab needs an InstanceType other than system.")
    if "TrainingPlanArn" in spec:
        raise errors.needs_aws("An app on a training plan")
    arn = spec.get("LifecycleConfigArn")
    if arn:
        found = call.engine.store.find(arn)
        if found is None or found[1] != studio_settings.CONFIG:
            raise errors.missing(studio_settings.CONFIG, arn.rpartition("/")[2], arn)
        kind = found[3].get("StudioLifecycleConfigAppType")
        if kind != "JupyterLab":
            raise records.refuse(f"Studio Lifecycle Config '{arn}' is for apps of type {kind}.")


def _space(call: Call, name: str) -> tuple[str, Detail]:
    """The space with that name in the call's domain. Raises ServiceError."""
    parameters = {"DomainId": call.parameters["DomainId"], "SpaceName": name}
    return records.resolve(
        Call(call.operation, call.region, parameters, call.engine), nouns.find("Space")
    )


def _same_space(one: Detail, other: Detail) -> bool:
    return all(one.get(member) == other.get(member) for member in ("DomainId", "SpaceName"))


def _in_use(why: str) -> ServiceError:
    return ServiceError("ResourceInUse", why)
