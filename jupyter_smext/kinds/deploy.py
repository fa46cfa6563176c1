"""Deploy: models, where they answer, and what watches, packs and orders them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..protocol import AwsCall, Deploys, InstanceGroup
from . import measured
from .kind import Describe, Kind
from .logs import LogsOf, LogSource, job
from .phases import Parts, PhaseWords
from .verbs import Verb

DEFINITION = {"JobDefinitionName": "MonitoringJobDefinitionName"}
JOB_ENDED = ("COMPLETED", "FAILED", "STOPPED")
JOB_RUNNING = ("STARTING", "INPROGRESS", "STOPPING")


def endpoint_instances(
    endpoint: Mapping[str, Any], describe: Describe
) -> tuple[InstanceGroup, ...]:
    """Types stand in the endpoint's config, counts of now in the endpoint itself."""
    name = endpoint.get("EndpointConfigName")
    config = describe("endpoint-config", name) if name else {}
    billed_as = "asyncinf" if config.get("AsyncInferenceConfig") else "hosting"
    groups = []
    for member in ("ProductionVariants", "ShadowProductionVariants"):
        counts = {
            variant.get("VariantName"): variant.get("CurrentInstanceCount")
            for variant in endpoint.get(member, ())
        }
        for variant in config.get(member, ()):
            if variant.get("ServerlessConfig"):
                # Billed by the request, not by the hour.
                continue
            count = counts.get(variant.get("VariantName"))
            if count is None:
                count = variant.get("InitialInstanceCount", 1)
            reserved = variant.get("CapacityReservationConfig")
            groups.append(
                InstanceGroup(
                    variant.get("InstanceType", ""),
                    count,
                    variant.get("VolumeSizeInGB"),
                    None if reserved else billed_as,
                )
            )
    return tuple(groups)


def weights_and_counts(endpoint: Mapping[str, Any]) -> Mapping[str, Any]:
    """What each variant has, as UpdateEndpointWeightsAndCapacities takes it."""
    variants = []
    for variant in endpoint.get("ProductionVariants", ()):
        wanted = {
            "VariantName": variant["VariantName"],
            "DesiredWeight": variant.get("DesiredWeight", variant.get("CurrentWeight")),
            "DesiredInstanceCount": variant.get(
                "DesiredInstanceCount", variant.get("CurrentInstanceCount")
            ),
        }
        variants.append({name: value for name, value in wanted.items() if value is not None})
    return {"DesiredWeightsAndCapacities": variants}


def package_name(package: Mapping[str, Any]) -> str | None:
    """`group/3`, as Studio writes a version; an unversioned package has a name of its own."""
    group, version = package.get("ModelPackageGroupName"), package.get("ModelPackageVersion")
    return f"{group}/{version}" if group and version else package.get("ModelPackageName")


KINDS = (
    Kind(
        "Endpoint",
        "deploy",
        running=(
            "Creating",
            "Updating",
            "SystemUpdating",
            "RollingBack",
            "InService",
            "UpdateRollbackFailed",
        ),
        when={
            "Update": ("InService", "UpdateRollbackFailed"),
            "Delete": ("InService", "OutOfService", "Failed", "UpdateRollbackFailed"),
        },
        labels={"Update": "Change configuration"},
        more=(
            Verb(
                "UpdateEndpointWeightsAndCapacities",
                "Change weights and counts",
                when=("InService",),
                form=True,
                start=weights_and_counts,
            ),
        ),
        instance=endpoint_instances,
        billed_as="hosting",
        facts=("EndpointConfigName",),
        uses=(
            AwsCall(
                "InvokeEndpoint",
                {"ContentType": "application/json", "Body": '{"inputs": "…"}'},
                "sagemaker-runtime",
            ),
        ),
        page="endpoints/{name}",
        phases=(
            PhaseWords(
                "Creating",
                "Creating",
                "Its instances start and load image and model, until the container answers /ping.",
            ),
            PhaseWords(
                "Updating",
                "Updating",
                "What is new starts beside what there is, which answers until then.",
            ),
        ),
        metrics=measured.ENDPOINT,
        logs=(LogSource("/aws/sagemaker/Endpoints/{EndpointName}"),),
    ),
    Kind("EndpointConfig", "deploy", label="Endpoint configuration", page="endpointConfig/{name}"),
    Kind("Model", "deploy", deploys=Deploys("model"), page="models/{name}"),
    Kind(
        "InferenceComponent",
        "deploy",
        columns=("EndpointName", "VariantName"),
        running=("Creating", "InService", "Updating"),
        when={"Update": ("InService",), "Delete": ("InService", "Failed")},
        effects={"Delete": "Delete; its endpoint stays"},
        metrics=measured.INFERENCE_COMPONENT,
        logs=(LogSource("/aws/sagemaker/InferenceComponents/{InferenceComponentName}"),),
        parent="endpoint",
        paid_by="endpoint",
    ),
    Kind(
        "TransformJob",
        "deploy",
        label="Batch transform job",
        columns=("TransformEndTime", "FailureReason"),
        running=("InProgress", "Stopping"),
        effects={"Stop": "Stop; its output is lost"},
        instance="[TransformResources][].[InstanceType, InstanceCount]",
        billed_as="batchtransform",
        facts=("TransformStartTime", "TransformEndTime"),
        page="transform-jobs/{name}",
        metrics=measured.TRANSFORM,
        logs=(job("TransformJob"),),
    ),
    Kind("ModelPackageGroup", "deploy", columns=("ModelPackageGroupDescription",)),
    Kind(
        "ModelPackage",
        "deploy",
        columns=("ModelApprovalStatus", "ModelPackageVersion", "ModelPackageDescription"),
        effects={"Delete": "Delete; this version is lost"},
        parent="model-package-group",
        naming=package_name,
        given={
            "members": {"ModelPackageName": "ModelPackageArn"},
            "arn_pattern": "model-package/.+",
            "list_parameters": ({"ModelPackageType": "Both"},),
        },
    ),
    Kind(
        "MonitoringSchedule",
        "deploy",
        columns=("EndpointName", "MonitoringType"),
        when={"Start": ("Stopped",), "Stop": ("Scheduled",)},
        effects={"Stop": "Stop; keep its results"},
        logs=(
            LogsOf(
                "ListMonitoringExecutions",
                "MonitoringScheduleName",
                "MonitoringExecutionSummaries[].ProcessingJobArn",
                "MonitoringExecutionSummaries[?FailureReason].[ProcessingJobArn, FailureReason]",
            ),
        ),
    ),
    Kind(
        "ModelQualityJobDefinition",
        "deploy",
        columns=("EndpointName",),
        told_by=("MonitoringType", "ModelQuality"),
        given={"members": DEFINITION},
    ),
    Kind(
        "ModelExplainabilityJobDefinition",
        "deploy",
        columns=("EndpointName",),
        told_by=("MonitoringType", "ModelExplainability"),
        given={"members": DEFINITION},
    ),
    Kind(
        "CompilationJob",
        "deploy",
        columns=("CompilationTargetDevice", "CompilationEndTime"),
        running=JOB_RUNNING,
        when={"Delete": JOB_ENDED},
        effects={"Delete": "Delete; its record is lost"},
        page="compilation-jobs/{name}",
        logs=(LogSource("/aws/sagemaker/CompilationJobs", "{CompilationJobName}"),),
    ),
    Kind(
        "OptimizationJob",
        "deploy",
        label="Inference optimization job",
        columns=("OptimizationTypes", "OptimizationEndTime"),
        running=JOB_RUNNING,
        when={"Delete": JOB_ENDED},
        effects={"Delete": "Delete; its record is lost"},
        instance="[[DeploymentInstanceType, `1`]]",
        given={"instance_source": "summary"},
    ),
    Kind(
        "InferenceRecommendationsJob",
        "deploy",
        label="Inference recommender job",
        columns=("JobType", "ModelName", "CompletionTime"),
        running=("PENDING", "IN_PROGRESS", "STOPPING"),
        metrics=measured.RECOMMENDATION,
        logs=(job("InferenceRecommendationsJob", "Job"),),
    ),
    Kind(
        "EdgePackagingJob",
        "deploy",
        columns=("ModelName", "ModelVersion"),
        running=JOB_RUNNING,
    ),
    Kind("DeviceFleet", "deploy"),
    Kind(
        "Pipeline",
        "deploy",
        columns=("PipelineDisplayName", "LastExecutionTime"),
        effects={"Delete": "Delete with its executions"},
        metrics=measured.PIPELINE,
        more=(Verb("StartPipelineExecution", "Start execution", form=True),),
    ),
    Kind(
        "PipelineExecution",
        "deploy",
        columns=("PipelineExecutionDescription", "PipelineExecutionFailureReason"),
        running=("Executing", "Stopping"),
        effects={"Stop": "Stop with the jobs it started"},
        # Its name is nowhere in the answer, and the ARN stands for it.
        cloned={"PipelineName": "PipelineArn"},
        parent="pipeline",
        paid_by="training-job",
        parts=Parts(
            "ListPipelineExecutionSteps",
            name="StepName",
            status="StepStatus",
            started="StartTime",
            ended="EndTime",
            arn="Metadata.*.Arn | [0]",
        ),
        logs=(
            LogsOf(
                "ListPipelineExecutionSteps",
                "PipelineExecutionArn",
                "PipelineExecutionSteps[].Metadata.*.Arn[]",
                "PipelineExecutionSteps[?FailureReason].[StepName, FailureReason]",
            ),
        ),
        given={
            "create_operation": "StartPipelineExecution",
            "arn_pattern": "pipeline/[^/]+/execution/.+",
        },
    ),
)
