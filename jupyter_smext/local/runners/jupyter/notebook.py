"""The notebook instance operations: who may ask for what in which state, in AWS's words."""

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
from .notebook_runner import CONFIG, NOUN, NotebookRunner

__all__ = ["NotebookRunner"]

Detail = dict[str, Any]

#: Members that Create and Update name otherwise than Describe.
_DESCRIBED_AS = {
    "SecurityGroupIds": "SecurityGroups",
    "LifecycleConfigName": "NotebookInstanceLifecycleConfigName",
}
#: Defaults as CreateNotebookInstance documents them.
_DEFAULTS: Detail = {
    "VolumeSizeInGB": 5,
    "DirectInternetAccess": "Enabled",
    "RootAccess": "Enabled",
    "IpAddressType": "ipv4",
    "PlatformIdentifier": "notebook-al2023-v1",
}
#: Default of SessionExpirationDurationInSeconds: "The default is 12 hours".
_SESSION_SECONDS = 12 * 3600


@operation("CreateNotebookInstance")
def create(call: Call) -> Answer:
    """Record an instance and start it. Its volume, role and network settings are kept as given."""
    given = call.parameters
    name = given["NotebookInstanceName"]
    arn = _arn(call, name)
    # By ARN, which is in lower case: `Demo` and `demo` are one name.
    if call.engine.store.find(arn) is not None:
        raise errors.duplicate(NOUN, name, arn)
    # The region comes from the caller's signature and becomes a folder.
    if not re.fullmatch(r"[a-z0-9-]{1,40}", call.region):
        raise ServiceError("ValidationException", f"No such region: {call.region[:40]!r}.")
    settings = _settings(call)
    call.engine.runner(NotebookRunner).admit(arn, given["InstanceType"])
    now = time.time()
    detail: Detail = {
        **_DEFAULTS,
        **settings,
        "NotebookInstanceName": name,
        "NotebookInstanceArn": arn,
        "NotebookInstanceStatus": "Pending",
        "CreationTime": now,
        "LastModifiedTime": now,
        "_arn": arn,
        "_id": f"nbi-{secrets.token_hex(8)}",
        "_tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())},
    }
    call.engine.store.put(call.region, NOUN, name, detail)
    call.engine.runner(NotebookRunner).start(call.region, name)
    return {"NotebookInstanceArn": arn}


@operation("StartNotebookInstance")
def start(call: Call) -> Answer:
    """From Stopped or Failed to Pending; InService once JupyterLab answers."""
    name, detail = _resolve(call, ("Stopped", "Failed"), "Pending")
    call.engine.runner(NotebookRunner).admit(detail["_arn"], detail["InstanceType"])
    _move(call, name, {"NotebookInstanceStatus": "Pending", "FailureReason": None})
    call.engine.runner(NotebookRunner).start(call.region, name)
    return {}


@operation("StopNotebookInstance")
def stop(call: Call) -> Answer:
    """From InService to Stopping; Stopped once no process is left. The volume stays."""
    name, _ = _resolve(call, ("InService",), "Stopping")
    _move(call, name, {"NotebookInstanceStatus": "Stopping"})
    call.engine.runner(NotebookRunner).end(call.region, name)
    return {}


@operation("UpdateNotebookInstance")
def update(call: Call) -> Answer:
    """From Stopped or Failed to Updating; Stopped, with the changes, afterwards."""
    name, detail = _resolve(call, ("Stopped", "Failed"), "Updating")
    given = call.parameters
    size, had = given.get("VolumeSizeInGB"), detail["VolumeSizeInGB"]
    if size is not None and size < had:
        raise ServiceError(
            "ValidationException",
            f"VolumeSizeInGB {size} is smaller than the {had} GB that Notebook Instance "
            f"({detail['NotebookInstanceArn']}) has. A volume can only grow.",
        )
    changes = _settings(call)
    for flag, member in (
        ("DisassociateLifecycleConfig", "LifecycleConfigName"),
        ("DisassociateDefaultCodeRepository", "DefaultCodeRepository"),
        ("DisassociateAdditionalCodeRepositories", "AdditionalCodeRepositories"),
        ("DisassociateAcceleratorTypes", "AcceleratorTypes"),
    ):
        if given.get(flag):
            if member in given:
                raise ServiceError(
                    "ValidationException", f"{flag} and {member} cannot be given together."
                )
            changes[_DESCRIBED_AS.get(member, member)] = None
    _move(call, name, {**changes, "NotebookInstanceStatus": "Updating", "FailureReason": None})
    call.engine.runner(NotebookRunner).end(call.region, name)
    return {}


@operation("DeleteNotebookInstance")
def delete(call: Call) -> Answer:
    """From Stopped or Failed to Deleting; gone once its volume is."""
    name, _ = _resolve(call, ("Stopped", "Failed"), "Deleting")
    _move(call, name, {"NotebookInstanceStatus": "Deleting"})
    call.engine.runner(NotebookRunner).end(call.region, name)
    return {}


@operation("CreatePresignedNotebookInstanceUrl")
def presign(call: Call) -> Answer:
    """A URL that signs in once, within five minutes."""
    name, detail = _resolve(call, ("InService",), None)
    process = call.engine.runner(NotebookRunner).running(call.region, name)
    if process is None:  # it ended this very moment
        raise _forbidden(detail, ("InService",), None)
    seconds = call.parameters.get("SessionExpirationDurationInSeconds", _SESSION_SECONDS)
    return {"AuthorizedUrl": process.presign(valid=SIGN_IN_SECONDS, session=seconds)}


def _arn(call: Call, name: str) -> str:
    return call.arn("notebook-instance", name.lower())


def _settings(call: Call) -> Detail:
    """What a Create or Update gives, as Describe names it. Raises ServiceError: unknown config."""
    given = call.parameters
    if "LifecycleConfigName" in given:
        records.locate(call, nouns.find(CONFIG), given["LifecycleConfigName"])
    shown = nouns.described(NOUN)
    named = {_DESCRIBED_AS.get(member, member): value for member, value in given.items()}
    return {member: value for member, value in named.items() if member in shown}


def _resolve(call: Call, allowed: tuple[str, ...], target: str | None) -> tuple[str, Detail]:
    """The instance a request names, if it is in an allowed state. Raises ServiceError."""
    name, detail = records.resolve(call, nouns.find(NOUN))
    if detail["NotebookInstanceStatus"] not in allowed:
        raise _forbidden(detail, allowed, target)
    return name, detail


def _forbidden(detail: Detail, allowed: tuple[str, ...], target: str | None) -> ServiceError:
    # AWS's words for the transitions (amazon-sagemaker-examples#1094, moto 5.2.5).
    what = f"transition to ({target})" if target else "create a presigned URL"
    return ServiceError(
        "ValidationException",
        f"Status ({detail['NotebookInstanceStatus']}) not in ([{', '.join(allowed)}]). "
        f"Unable to {what} for Notebook Instance ({detail['NotebookInstanceArn']})",
    )


def _move(call: Call, name: str, changes: Detail) -> None:
    call.engine.store.update(call.region, NOUN, name, changes)
