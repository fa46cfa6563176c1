"""Prepare: labelling, processing, features, and the baselines that monitoring compares with."""

from __future__ import annotations

from . import measured
from .kind import Kind
from .logs import LogSource, job

DEFINITION = {"JobDefinitionName": "MonitoringJobDefinitionName"}
ENDED = ("Completed", "Failed", "Stopped")

KINDS = (
    Kind(
        "LabelingJob",
        "prepare",
        columns=("LabelCounters", "FailureReason"),
        running=("Initializing", "InProgress", "Stopping"),
        effects={"Stop": "Stop; keep labels made so far"},
        page="groundtruth#/labeling-jobs/details/{name}",
        logs=(LogSource("/aws/sagemaker/LabelingJobs", "{LabelingJobName}"),),
    ),
    Kind(
        "Workteam",
        "prepare",
        label="Work team",
        columns=("Description",),
        cloned={
            "WorkteamName": "Workteam.WorkteamName",
            "MemberDefinitions": "Workteam.MemberDefinitions",
            "Description": "Workteam.Description",
            "NotificationConfiguration": "Workteam.NotificationConfiguration",
            "WorkerAccessConfiguration": "Workteam.WorkerAccessConfiguration",
        },
        given={"arn_pattern": "workteam/private-crowd/([^/]+)"},
    ),
    Kind(
        "ProcessingJob",
        "prepare",
        columns=("ProcessingEndTime", "ExitMessage"),
        running=("InProgress", "Stopping"),
        when={"Delete": ENDED},
        effects={"Delete": "Delete; its record is lost"},
        instance=(
            "[ProcessingResources.ClusterConfig][].[SelectedInstanceType || InstanceType, "
            "SelectedInstanceCount || InstanceCount, VolumeSizeInGB]"
        ),
        billed_as="processing",
        facts=("AppSpecification.ImageUri", "ProcessingStartTime", "ProcessingEndTime"),
        page="processing-jobs/{name}",
        metrics=measured.PROCESSING,
        logs=(job("ProcessingJob"),),
    ),
    Kind(
        "FeatureGroup",
        "prepare",
        columns=("OfflineStoreStatus",),
        effects={"Delete": "Delete; online records are lost"},
        page="feature-groups/{name}/details",
    ),
    Kind(
        "DataQualityJobDefinition",
        "prepare",
        columns=("EndpointName",),
        told_by=("MonitoringType", "DataQuality"),
        given={"members": DEFINITION},
    ),
    Kind(
        "ModelBiasJobDefinition",
        "prepare",
        columns=("EndpointName",),
        told_by=("MonitoringType", "ModelBias"),
        given={"members": DEFINITION},
    ),
)
