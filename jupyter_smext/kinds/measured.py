"""What CloudWatch measures of a kind: namespaces, dimensions and statistics.

The source is "Amazon SageMaker AI metrics in Amazon CloudWatch" in the developer guide; of a queue
"Monitoring asynchronous endpoints" there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..protocol import MetricGroup
from .model import sentence, value_at

Definition = Mapping[str, Any]
Place = tuple[str, Mapping[str, str]]
"""What it is measured of, its host or variant, and CloudWatch's dimensions for that."""

JOBS, INVOCATIONS = "/aws/sagemaker/{}s", "AWS/SageMaker"
PERCENTILES = ("p50", "p90", "p99", "Average", "Maximum")


@dataclass(frozen=True)
class Metric:
    """A metric in CloudWatch's words; `statistics` are those worth a look, the first one first."""

    name: str
    unit: str = "None"
    statistics: tuple[str, ...] = ("Average", "Maximum")
    label: str = ""

    @property
    def words(self) -> str:
        return self.label or sentence(self.name)


@dataclass(frozen=True)
class Source:
    """The metrics of one namespace, and of what of the resource there are any.

    Both are found by the describe answer. Where that does not name the places, `listed` is a
    dimension and how its values begin: CloudWatch lists them for two weeks.
    """

    namespace: str
    group: MetricGroup
    metrics: Callable[[Definition], tuple[Metric, ...]]
    places: Callable[[Definition], tuple[Place, ...]]
    listed: Callable[[Definition], tuple[str, str]] | None = None


@dataclass(frozen=True)
class Measured:
    """All that is measured of a kind.

    `times` are the members of when that begins and ends, several where the first may be missing;
    without them it goes on as long as the resource is there.
    """

    sources: tuple[Source, ...]
    times: tuple[tuple[str, ...], tuple[str, ...]] | None = None


UTILIZATION = (
    Metric("CPUUtilization", "Percent"),
    Metric("MemoryUtilization", "Percent"),
    Metric("GPUUtilization", "Percent"),
    Metric("GPUMemoryUtilization", "Percent"),
    Metric("DiskUtilization", "Percent"),
)
NORMALIZED = tuple(
    Metric(f"{of}UtilizationNormalized", "Percent", label=f"{sentence(of)} utilization, normalized")
    for of in ("CPU", "Memory", "GPU", "GPUMemory")
)
ERRORS = (
    Metric("Invocation4XXErrors", statistics=("Sum", "Average"), label="4xx errors"),
    Metric("Invocation5XXErrors", statistics=("Sum", "Average"), label="5xx errors"),
    Metric("InvocationModelErrors", statistics=("Sum", "Average"), label="Model errors"),
)
LATENCY = (
    Metric("ModelLatency", "Microseconds", PERCENTILES),
    Metric("OverheadLatency", "Microseconds", PERCENTILES),
)
CALLS = (
    Metric("Invocations", statistics=("Sum",)),
    Metric("InvocationsPerInstance", statistics=("Sum",)),
    *LATENCY,
    *ERRORS,
    Metric("ConcurrentRequestsPerModel", statistics=("Maximum",)),
    Metric("ModelSetupTime", "Microseconds", PERCENTILES),
    Metric("ModelCacheHit", statistics=("Average",)),
    Metric("ModelLoadingWaitTime", "Microseconds"),
)
COMPONENT_CALLS = (
    Metric("Invocations", statistics=("Sum",)),
    Metric("InvocationsPerCopy", statistics=("Sum",)),
    *LATENCY,
    *ERRORS,
    Metric("ConcurrentRequestsPerCopy", statistics=("Maximum",)),
)
QUEUE = (
    Metric("ApproximateBacklogSize"),
    Metric("ApproximateBacklogSizePerInstance"),
    Metric("ApproximateAgeOfOldestRequest", "Seconds", ("Maximum",)),
)
EXECUTIONS = (
    *(
        Metric(f"Execution{word}", statistics=("Sum",), label=f"Executions {word.lower()}")
        for word in ("Started", "Succeeded", "Failed", "Stopped")
    ),
    Metric("ExecutionDuration", "Milliseconds"),
)
RECOMMENDER = (
    Metric("ClientInvocations", statistics=("Sum",)),
    Metric("ClientInvocationErrors", statistics=("Sum",)),
    Metric("ClientLatency", "Milliseconds", PERCENTILES),
    Metric("NumberOfUsers"),
)


def always(*metrics: Metric) -> Callable[[Definition], tuple[Metric, ...]]:
    return lambda _: metrics


def by(member: str, dimension: str = "") -> Callable[[Definition], tuple[Place, ...]]:
    """One place: the resource itself, by a member of its describe answer."""
    return lambda definition: (("", {dimension or member: str(definition.get(member, ""))}),)


def variants(definition: Definition) -> tuple[Place, ...]:
    """The variants of an endpoint, also those that only shadow another one."""
    found = (
        variant["VariantName"]
        for member in ("ProductionVariants", "ShadowProductionVariants")
        for variant in definition.get(member, ())
    )
    endpoint = definition.get("EndpointName", "")
    return tuple((name, {"EndpointName": endpoint, "VariantName": name}) for name in found)


def queue(definition: Definition) -> tuple[Place, ...]:
    """The queue of an asynchronous endpoint."""
    return by("EndpointName")(definition) if definition.get("AsyncInferenceConfig") else ()


def hosts(name: str, resources: str) -> Callable[[Definition], tuple[Place, ...]]:
    """`JOB/algo-N` for each instance that the structure at the path `resources` asks for."""

    def found(definition: Definition) -> tuple[Place, ...]:
        asked = value_at(definition, resources) or {}
        count = asked.get("SelectedInstanceCount") or asked.get("InstanceCount")
        if not count:
            count = sum(group.get("InstanceCount", 0) for group in asked.get("InstanceGroups", ()))
        job = definition.get(name, "")
        return tuple(
            (f"algo-{number}", {"Host": f"{job}/algo-{number}"}) for number in range(1, count + 1)
        )

    return found


def defined(job: Definition) -> tuple[Metric, ...]:
    """The metrics that a training job's log is searched for, and those found in the end."""
    specified = (job.get("AlgorithmSpecification") or {}).get("MetricDefinitions", ())
    names = [each["Name"] for each in specified]
    names += [each["MetricName"] for each in job.get("FinalMetricDataList", ())]
    return tuple(Metric(name, label=name, statistics=("Average",)) for name in dict.fromkeys(names))


def job(noun: str, resources: str, *more: Source) -> Measured:
    """A job with hosts that are numbered."""
    at = noun.removesuffix("Job")
    instances = Source(
        JOBS.format(noun), "instance", always(*UTILIZATION), hosts(f"{noun}Name", resources)
    )
    return Measured((*more, instances), ((f"{at}StartTime", "CreationTime"), (f"{at}EndTime",)))


TRAINING = job(
    "TrainingJob",
    "ResourceConfig",
    Source(JOBS.format("TrainingJob"), "algorithm", defined, by("TrainingJobName")),
)
PROCESSING = job("ProcessingJob", "ProcessingResources.ClusterConfig")
TRANSFORM = Measured(
    (
        Source(
            JOBS.format("TransformJob"),
            "instance",
            always(*UTILIZATION[:-1]),
            lambda _: (),
            lambda transform: ("Host", f"{transform.get('TransformJobName', '')}/"),
        ),
    ),
    (("TransformStartTime", "CreationTime"), ("TransformEndTime",)),
)
ENDPOINT = Measured(
    (
        Source(INVOCATIONS, "invocations", always(*CALLS), variants),
        Source(INVOCATIONS, "invocations", always(*QUEUE), queue),
        Source(
            "/aws/sagemaker/Endpoints",
            "instance",
            always(*UTILIZATION, Metric("LoadedModelCount")),
            variants,
        ),
    )
)
INFERENCE_COMPONENT = Measured(
    (
        Source(INVOCATIONS, "invocations", always(*COMPONENT_CALLS), by("InferenceComponentName")),
        Source(
            "/aws/sagemaker/InferenceComponents",
            "instance",
            always(*NORMALIZED),
            by("InferenceComponentName"),
        ),
    )
)
PIPELINE = Measured(
    (
        Source(
            "AWS/Sagemaker/ModelBuildingPipeline",
            "invocations",
            always(*EXECUTIONS),
            by("PipelineName"),
        ),
    )
)
RECOMMENDATION = Measured(
    (
        Source(
            "/aws/sagemaker/InferenceRecommendationsJobs",
            "invocations",
            always(*RECOMMENDER),
            by("JobName"),
        ),
    ),
    (("CreationTime",), ("CompletionTime",)),
)
