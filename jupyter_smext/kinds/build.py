"""Build: notebooks, Studio and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import space
from .kind import Kind, Verb
from .logs import LogsOf, LogSource
from .phases import Parts, PhaseWords

CHANGE = "Change instance type"
STUDIO = "/aws/sagemaker/studio"
KEEPS_FILES = "keep files, lose what is in memory"
APPS = {
    "JupyterLab": "studio-jupyterlab",
    "CodeEditor": "studio-codeeditor",
    "KernelGateway": "studio-notebook",
    "TensorBoard": "tensorboard",
    "RSessionGateway": "rstudio:rsessiongateway",
    "RStudioServerPro": "rstudio:rserver",
}
"""App types as the price list calls them; Canvas has prices of another form."""

IMAGE_SETTLED = ("CREATED", "CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")


def on_system_instance(app: Mapping[str, Any]) -> bool:
    """Studio's own servers run on a `system` instance, which is not billed."""
    return (app.get("ResourceSpec") or {}).get("InstanceType") == "system"


def app_billed_as(app: Mapping[str, Any]) -> str | None:
    return APPS.get(app.get("AppType", ""))


def app_name(app: Mapping[str, Any]) -> str | None:
    """`team-space · JupyterLab`: Studio calls the app of every space `default`."""
    owner = app.get("SpaceName") or app.get("UserProfileName")
    return f"{owner} · {app.get('AppType')}" if owner and app.get("AppName") == "default" else None


KINDS = (
    Kind(
        "NotebookInstance",
        "build",
        columns=("InstanceType", "NotebookInstanceLifecycleConfigName"),
        running=(
            "Pending",
            "InService",
            "Stopping",
            "Updating",
            "PendingMaintenance",
            "InMaintenance",
        ),
        when={
            "Start": ("Stopped", "Failed"),
            "Stop": ("InService",),
            "Update": ("Stopped", "Failed"),
            "Delete": ("Stopped", "Failed"),
        },
        effects={"Stop": "Stop; keep volume", "Delete": "Delete; its volume is lost"},
        labels={"Update": CHANGE},
        open_when=("InService",),
        instance="[[InstanceType, `1`, VolumeSizeInGB]]",
        billed_as="notebook",
        facts=("InstanceType", "VolumeSizeInGB", "PlatformIdentifier"),
        phases=(
            PhaseWords(
                "Pending",
                "Pending",
                "The instance starts with its volume; a lifecycle script has up to 5 minutes.",
            ),
        ),
        cloned={
            "SecurityGroupIds": "SecurityGroups",
            "LifecycleConfigName": "NotebookInstanceLifecycleConfigName",
        },
        page="notebook-instances/{name}",
        logs=(LogSource("/aws/sagemaker/NotebookInstances", "{NotebookInstanceName}/"),),
        given={"instance_source": "both"},
    ),
    Kind(
        "NotebookInstanceLifecycleConfig",
        "build",
        label="Notebook lifecycle configuration",
        page="notebook-lifecycle-config/{name}",
    ),
    Kind(
        "Domain",
        "build",
        columns=("DomainId",),
        effects={"Delete": "Delete; its users lose their files"},
        logs=(LogSource(STUDIO, "{DomainId}/"),),
    ),
    Kind(
        "UserProfile",
        "build",
        columns=("DomainId",),
        parent="domain",
        effects={"Delete": "Delete; the user loses their files"},
        logs=(LogSource(STUDIO, "{DomainId}/{UserProfileName}/"),),
        open_when=("InService",),
        given={
            "open_operation": "CreatePresignedDomainUrl",
            "arn_pattern": "user-profile/([^/]+)/([^/]+)",
        },
    ),
    Kind(
        "Space",
        "build",
        columns=("DomainId", "SpaceDisplayName"),
        parent="domain",
        effects={"Delete": "Delete; its files are lost"},
        logs=(LogSource(STUDIO, "{DomainId}/{SpaceName}/"),),
        labels={"Update": CHANGE},
        fields={"Create": space.NEW, "Update": space.CHANGED},
        more=(
            Verb("CreateApp", "Start", when=("InService",), on="app", given=space.app_of),
            Verb(
                "DeleteApp",
                "Stop",
                danger=True,
                effect=f"Stop; {KEEPS_FILES}",
                on="app",
                given=space.app_of,
            ),
        ),
        open_when=("InService",),
        given={
            "open_operation": "CreatePresignedDomainUrl",
            "arn_pattern": "space/([^/]+)/([^/]+)",
        },
    ),
    Kind(
        "App",
        "build",
        columns=("AppType", "SpaceName", "UserProfileName"),
        running=("Pending", "InService"),
        when={"Delete": ("Pending", "InService", "Failed")},
        effects={"Delete": f"Delete; {KEEPS_FILES}"},
        parent="domain",
        instance="[[ResourceSpec.InstanceType, `1`]]",
        billed_as=APPS["JupyterLab"],
        billed=app_billed_as,
        naming=app_name,
        idle=on_system_instance,
        phases=(PhaseWords("Pending", "Pending", "The instance starts and loads the image."),),
        # An app is of a user or of a space: the other one is empty.
        logs=(LogSource(STUDIO, "{DomainId}/{UserProfileName}{SpaceName}/{AppType}/{AppName}"),),
        open_when=("InService",),
        given={
            "open_operation": "CreatePresignedDomainUrl",
            "identity": ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
            "instance_source": "summary",
            # It says whose the app is, but not whether that is a user or a space.
            "arn_pattern": None,
        },
    ),
    Kind(
        "Image",
        "build",
        columns=("DisplayName", "Description"),
        when={"Update": IMAGE_SETTLED, "Delete": IMAGE_SETTLED},
        effects={"Delete": "Delete with all its versions"},
    ),
    Kind("AppImageConfig", "build", label="App image configuration"),
    Kind(
        "StudioLifecycleConfig",
        "build",
        label="Studio lifecycle configuration",
        columns=("StudioLifecycleConfigAppType",),
    ),
    Kind("CodeRepository", "build", page="repositories/{name}"),
    Kind("Algorithm", "build", columns=("AlgorithmDescription",), page="algorithms/{name}"),
    Kind(
        "AutoMLJob",
        "build",
        label="AutoML job",
        columns=("AutoMLJobSecondaryStatus", "EndTime"),
        running=("InProgress", "Stopping"),
        paid_by="training-job",
        logs=(
            LogsOf(
                "ListCandidatesForAutoMLJob",
                "AutoMLJobName",
                "Candidates[].CandidateSteps[].CandidateStepArn",
                "Candidates[?FailureReason].[CandidateName, FailureReason]",
            ),
        ),
        parts=Parts(
            "ListCandidatesForAutoMLJob",
            name="CandidateName",
            status="CandidateStatus",
            started="CreationTime",
            ended="EndTime",
            arn="CandidateSteps[-1].CandidateStepArn",
        ),
        given={"arn_pattern": "automl-job/([^/]+)"},
    ),
)
