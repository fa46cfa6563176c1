"""Train: jobs, tuning, clusters and the record of experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..protocol import Deploys, InstanceGroup
from . import measured
from .kind import Describe, Kind
from .logs import LogsOf, LogSource, job
from .phases import Parts, PhaseWords

ENDED = ("Completed", "Failed", "Stopped")

TRAINING_PHASES = (
    PhaseWords(
        "Pending",
        "Waiting for capacity",
        "No instance of this type is free at the moment; the job goes on as soon as one is.",
    ),
    PhaseWords("Starting", "Preparing the instances", "The instances are started.", expected=True),
    PhaseWords("LaunchingMLInstances", "Launching the instances", "The instances are started."),
    PhaseWords("PreparingTrainingStack", "Preparing the instances", "They are being prepared."),
    PhaseWords(
        "Downloading", "Downloading data", "Its input is copied to the instances.", expected=True
    ),
    PhaseWords(
        "DownloadingTrainingImage",
        "Downloading the image",
        "The training image is copied to the instances.",
    ),
    PhaseWords("Training", "Training", expected=True, own=True),
    PhaseWords("Uploading", "Uploading the model", "What it made is copied to S3.", expected=True),
    PhaseWords(
        "Interrupted",
        "Interrupted",
        "AWS took the spot capacity back; the job goes on from its last checkpoint, or from the "
        "beginning without one.",
    ),
    PhaseWords("Restarting", "Restarting", "The job is started once more."),
    PhaseWords("Updating", "Updating", "A change of the job is put into effect."),
    PhaseWords("Stopping", "Stopping", "What there is of the model is copied to S3."),
)


def inactive(server: Mapping[str, Any]) -> bool:
    return server.get("IsActive") == "Inactive"


def training_billed_as(job: Mapping[str, Any]) -> str | None:
    """Spot has no list price, and the instances of a training plan are paid for before."""
    planned = (job.get("ResourceConfig") or {}).get("TrainingPlanArn")
    return None if planned or job.get("EnableManagedSpotTraining") else "training"


def cluster_instances(cluster: Mapping[str, Any], _: Describe) -> tuple[InstanceGroup, ...]:
    """Groups of a training plan, or of spot capacity, are not billed by the price list."""
    return tuple(
        InstanceGroup(
            group.get("InstanceType", ""),
            group.get("CurrentCount", 0),
            None,
            None
            if group.get("TrainingPlanArn") or (group.get("CapacityRequirements") or {}).get("Spot")
            else "cluster",
        )
        for group in cluster.get("InstanceGroups", ())
    )


KINDS = (
    Kind(
        "TrainingJob",
        "train",
        columns=("SecondaryStatus", "TrainingEndTime"),
        running=("InProgress", "Stopping"),
        when={"Update": ("InProgress", "Completed"), "Delete": ENDED},
        effects={"Stop": "Stop; keep checkpoints", "Delete": "Delete; its record is lost"},
        instance=(
            "[[ResourceConfig.[SelectedInstanceType || InstanceType, SelectedInstanceCount || "
            "InstanceCount, VolumeSizeInGB]], "
            "ResourceConfig.InstanceGroups[].[InstanceType, InstanceCount]][]"
        ),
        billed_as="training",
        billed=training_billed_as,
        facts=(
            "SecondaryStatus",
            "FinalMetricDataList",
            "AlgorithmSpecification.TrainingImage",
            "AlgorithmSpecification.AlgorithmName",
            "TrainingStartTime",
            "TrainingEndTime",
            "BillableTimeInSeconds",
            "ModelArtifacts.S3ModelArtifacts",
        ),
        deploys=Deploys("job", ("Completed", "Stopped")),
        page="jobs/{name}",
        phases=TRAINING_PHASES,
        metrics=measured.TRAINING,
        logs=(job("TrainingJob"),),
    ),
    Kind(
        "HyperParameterTuningJob",
        "train",
        label="Hyperparameter tuning job",
        columns=("Strategy", "HyperParameterTuningEndTime"),
        running=("InProgress", "Stopping"),
        when={"Delete": (*ENDED, "DeleteFailed")},
        effects={
            "Stop": "Stop with its training jobs; keep results",
            "Delete": "Delete; keep its training jobs",
        },
        instance=(
            "[TrainingJobDefinition.ResourceConfig, TrainingJobDefinitions[].ResourceConfig][]"
            ".[InstanceType, InstanceCount]"
        ),
        paid_by="training-job",
        facts=("HyperParameterTuningJobConfig.Strategy", "BestTrainingJob.TrainingJobName"),
        page="hyper-tuning-jobs/{name}",
        parts=Parts(
            "ListTrainingJobsForHyperParameterTuningJob",
            name="TrainingJobName",
            status="TrainingJobStatus",
            started="CreationTime",
            ended="TrainingEndTime",
            arn="TrainingJobArn",
        ),
        logs=(
            LogsOf(
                "ListTrainingJobsForHyperParameterTuningJob",
                "HyperParameterTuningJobName",
                "TrainingJobSummaries[].TrainingJobArn",
                "TrainingJobSummaries[?FailureReason].[TrainingJobName, FailureReason]",
            ),
        ),
    ),
    Kind(
        "Experiment",
        "train",
        columns=("DisplayName",),
    ),
    Kind(
        "Trial",
        "train",
        columns=("DisplayName",),
        parent="experiment",
        given={"arn_pattern": "experiment-trial/([^/]+)"},
    ),
    Kind(
        "TrialComponent",
        "train",
        columns=("DisplayName", "StartTime", "EndTime"),
        effects={"Delete": "Delete; its metrics are lost"},
        given={"arn_pattern": "experiment-trial-component/([^/]+)"},
    ),
    Kind(
        "Cluster",
        "train",
        label="HyperPod cluster",
        columns=("ImageVersionStatus",),
        running=("Creating", "InService", "RollingBack", "SystemUpdating", "Updating"),
        when={"Update": ("InService",), "Delete": ("InService", "Failed")},
        effects={"Delete": "Delete; what is on its nodes is lost"},
        instance=cluster_instances,
        page="cluster-management/{name}",
        # The group goes on with the cluster's id, the streams are of instance groups' nodes:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-observability.html
        logs=(LogSource("/aws/sagemaker/Clusters/{ClusterName}/", groups=True),),
        # Its ARN holds an id that is not its name.
        given={"arn_pattern": None},
    ),
    Kind(
        "MlflowTrackingServer",
        "train",
        label="MLflow tracking server",
        columns=("MlflowVersion", "IsActive"),
        running=(
            "Creating",
            "Created",
            "Updating",
            "Updated",
            "UpdateFailed",
            "Starting",
            "Started",
            "Stopping",
            "StopFailed",
            "DeleteFailed",
            "MaintenanceInProgress",
            "MaintenanceComplete",
            "MaintenanceFailed",
        ),
        when={
            "Start": ("Stopped", "StartFailed"),
            "Stop": (
                "Created",
                "Updated",
                "UpdateFailed",
                "Started",
                "StopFailed",
                "MaintenanceComplete",
                "MaintenanceFailed",
            ),
        },
        effects={"Stop": "Stop; keep runs", "Delete": "Delete; keep artifacts in S3"},
        open_when=("Created", "Updated", "UpdateFailed", "Started", "MaintenanceComplete"),
        instance="[[TrackingServerSize, `1`]]",
        phases=(PhaseWords("Creating", "Creating", "AWS says that it may take up to 25 minutes."),),
        idle=inactive,
        facts=("TrackingServerSize", "ArtifactStoreUri"),
    ),
)
