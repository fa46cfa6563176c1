"""SageMaker's nouns, derived from botocore's model: identity, ARN, state, list, references."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from botocore.model import Shape, StructureShape

from .contract import service_model

#: Nouns whose Create puts machines or people to work, or buys: a record alone would be a lie.
COMPUTES = frozenset(
    """
    AIBenchmarkJob AIRecommendationJob App AutoMLJob AutoMLJobV2 Cluster ClusterExtension
    ClusterSchedulerConfig CompilationJob ComputeQuota EdgeDeploymentPlan EdgePackagingJob Endpoint
    GlobalInferenceGateway HyperParameterTuningJob InferenceComponent InferenceExperiment
    InferenceRecommendationsJob InferenceRouter Job LabelingJob MlflowApp MlflowTrackingServer
    ModelCardExportJob MonitoringSchedule NotebookInstance OptimizationJob PartnerApp
    PipelineExecution ProcessingJob TrainingJob TrainingPlan TrainingSession TransformJob
    """.split()
)

#: The state of a record that needs nothing more than to be there, best first.
_READY = ("InService", "Created", "CREATED", "Active", "Completed", "CreateCompleted", "Available")

#: Identities that Describe's required parameters do not tell.
_IDENTITY = {
    "App": ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
    "ImageVersion": ("ImageName", "Version"),
    "HubContent": ("HubName", "HubContentType", "HubContentName"),
    "ModelPackage": ("ModelPackageName", "ModelPackageVersion"),
    "Alias": ("ImageName", "Version", "Alias"),
    "Association": ("SourceArn", "DestinationArn"),
    "HubContentVersion": ("HubName", "HubContentType", "HubContentName", "HubContentVersion"),
    "ModelCardVersion": ("ModelCardName", "ModelCardVersion"),
}

#: ARN kinds that neither the noun nor the ARN's pattern tells (AWS "Actions, resources, and
#: condition keys for Amazon SageMaker").
_ARN_KIND = {
    "AutoMLJobV2": "automl-job",
    "AutoMLJob": "automl-job",
    "Trial": "experiment-trial",
    "TrialComponent": "experiment-trial-component",
    "DeviceFleet": "device-fleet",
    "HubContentVersion": "hub-content",
    "ModelCardVersion": "model-card",
    "Algorithm": "algorithm",
}

#: What a `Name` in NameContains and SortBy means where it is not <Noun>Name.
_NAME = {
    "AutoMLJobV2": "AutoMLJobName",
    "Artifact": "ArtifactName",
    "Domain": "DomainName",
    "HubContentVersion": "HubContentName",
    "MlflowTrackingServer": "TrackingServerName",
    "ModelCardVersion": "ModelCardName",
}

_PLURAL = {"ListTrainingJobsForHyperParameterTuningJob": "HyperParameterTrainingJob"}


@dataclass(frozen=True)
class Noun:
    """One SageMaker noun: member names are those of its Describe answer."""

    name: str
    identity: tuple[str, ...]
    label: str
    arn_member: str
    arn_kind: str
    created: str
    modified: str
    status: str | None
    ready: str | None
    envelope: str | None

    def key(self, members: Mapping[str, Any]) -> str:
        """The store's key: identity values that are given, percent-encoded, joined by commas."""
        values = (members.get(member) for member in self.identity)
        return ",".join(quote(str(value), safe="") for value in values if value is not None)

    def arn(self, region: str, account: str, members: Mapping[str, Any]) -> str:
        """arn:aws:sagemaker:REGION:ACCOUNT:KIND/ID[/ID...]."""
        values = (members.get(member) for member in self.identity)
        path = "/".join(str(value) for value in values if value is not None)
        return f"arn:aws:sagemaker:{region}:{account}:{self.arn_kind}/{path}"

    @property
    def computes(self) -> bool:
        """Whether it takes a runner to create one."""
        return self.name in COMPUTES


def _kebab(noun: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", noun).lower()


def _shape(operation: str, side: str) -> Shape | None:
    model = service_model("sagemaker")
    if operation not in model.operation_names:
        return None
    shape: Shape | None = getattr(model.operation_model(operation), f"{side}_shape")
    return shape


def _members(shape: Shape | None) -> Mapping[str, Shape]:
    return shape.members if isinstance(shape, StructureShape) else {}


@functools.cache
def described(noun: str) -> Mapping[str, Shape]:
    """The members of a noun's record: Describe's answer, or without one the list's summary."""
    members = _members(_shape(f"Describe{noun}", "output"))
    inner = _envelope(noun)
    if inner:
        return _members(members[inner])
    if members:
        return members
    operation = next((op for op, of in list_operations().items() if of == noun), "")
    return _members(summary_shape(operation)) if operation else {}


@functools.cache
def summary_shape(operation: str) -> Shape | None:
    """The shape of one element of a List operation's answer."""
    for member in _members(_shape(operation, "output")).values():
        if member.type_name == "list":
            element: Shape = member.member
            return element
    return None


def _envelope(noun: str) -> str | None:
    members = _members(_shape(f"Describe{noun}", "output"))
    if len(members) == 1:
        ((name, shape),) = members.items()
        if shape.type_name == "structure":
            return str(name)
    return None


@functools.cache
def find(name: str) -> Noun:
    """A noun by its name. Raises KeyError when SageMaker has none of that name."""
    if name not in all_nouns():
        raise KeyError(name)
    given = _members(_shape(f"Create{name}", "input"))
    made = _members(_shape(f"Create{name}", "output"))
    members = described(name)
    identity = _IDENTITY.get(name) or tuple(
        getattr(_shape(f"Describe{name}", "input"), "required_members", ()) or (f"{name}Name",)
    )
    arns = [m for m in (*made, *members) if m.endswith("Arn")]
    arn_member = next((m for m in (f"{name}Arn", *made, "Arn") if m in arns), "") or (
        arns[0] if arns else f"{name}Arn"
    )
    status = next((m for m in _status_candidates(name) if m in members), None)
    shape = members[status] if status else None
    ready = None
    if shape is not None and status not in given:
        ready = next((word for word in _READY if word in (shape.enum or ())), None)
    return Noun(
        name=name,
        identity=identity,
        label=_label(name, identity, members),
        arn_member=arn_member,
        arn_kind=_arn_kind(name, made.get(arn_member, members.get(arn_member))),
        created=next((m for m in ("CreationTime", "CreateDate", "CreatedAt") if m in members), ""),
        modified=next(
            (m for m in ("LastModifiedTime", "LastUpdatedDate", "LastModifiedAt") if m in members),
            "",
        ),
        status=status,
        ready=ready,
        envelope=_envelope(name),
    )


def _status_candidates(noun: str) -> tuple[str, ...]:
    short = re.sub("^(Mlflow|HyperParameter|AutoML)", "", noun)
    return (f"{noun}Status", f"{noun.removesuffix('V2')}Status", f"{short}Status", "Status")


def _label(noun: str, identity: tuple[str, ...], members: Mapping[str, Shape]) -> str:
    candidates = (_NAME.get(noun, f"{noun}Name"), "Name", *reversed(identity))
    return next((m for m in candidates if m in members), identity[-1])


def _arn_kind(noun: str, shape: Shape | None) -> str:
    if noun in _ARN_KIND:
        return _ARN_KIND[noun]
    pattern = shape.metadata.get("pattern", "") if shape is not None else ""
    found = re.search(r"(?:\{12\}|aws\)):([a-z-]+)\\?/", pattern)
    return found[1] if found else _kebab(noun)


@functools.cache
def list_operations() -> Mapping[str, str]:
    """Every List operation that answers records, with the noun it lists."""
    model = service_model("sagemaker")
    listed = {}
    for operation in model.operation_names:
        if not operation.startswith("List") or operation == "ListTags":
            continue
        plural = operation.removeprefix("List")
        if operation in _PLURAL:
            listed[operation] = _PLURAL[operation]
        else:
            plural = re.sub("ies$", "ys", plural)
            listed[operation] = re.sub("iases$", "iass", plural).removesuffix("s")
    return listed


@functools.cache
def all_nouns() -> frozenset[str]:
    """Every noun with a Describe or a List."""
    names = service_model("sagemaker").operation_names
    seen = {op.removeprefix("Describe") for op in names if op.startswith("Describe")}
    return frozenset(seen | set(list_operations().values()))


@functools.cache
def parents(noun: str) -> Mapping[str, str]:
    """Members of a noun's Create that name a record of another noun: {member: noun}."""
    found = {}
    given = _members(_shape(f"Create{noun}", "input")) or dict.fromkeys(find(noun).identity)
    for other in sorted(_created() - {noun}):
        identity = find(other).identity
        if len(identity) == 1 and identity[0] in given and identity[0] not in _own(noun):
            found[identity[0]] = other
    return found


@functools.cache
def _created() -> frozenset[str]:
    names = service_model("sagemaker").operation_names
    return frozenset(noun for noun in all_nouns() if f"Create{noun}" in names)


def _own(noun: str) -> tuple[str, ...]:
    """The member a noun names itself by, and names too plain to tell whose they are."""
    return (f"{noun}Name", "Name", "Arn", "JobName", "JobDefinitionName", "AutoMLJobName")


@functools.cache
def children(noun: str) -> tuple[tuple[str, str], ...]:
    """Nouns whose records name one of this noun: (child noun, member)."""
    return tuple(
        (child, member)
        for child in sorted(_created() | {"HubContent"})
        for member, parent in parents(child).items()
        if parent == noun
    )


@functools.cache
def owner(member: str) -> str | None:
    """The noun whose records a parameter of that name points at, when there is exactly one."""
    if member in ("Name", "Arn", "JobName", "JobDefinitionName"):
        return None
    owners = [noun for noun in _created() if find(noun).identity == (member,)]
    if not owners and member.endswith("Arn"):
        owners = [noun for noun in _created() if find(noun).arn_member == member]
    return min(owners, key=len) if owners else None
