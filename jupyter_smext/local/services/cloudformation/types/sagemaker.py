"""AWS::SageMaker::*: made by Create<Noun>, whose members are the type's properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.model import StructureShape

from .... import nouns
from ....nouns import Noun
from .place import Detail, Failed, Made, Place, ResourceType
from .property_values import fit, input_shape

#: Types of CloudFormation ("Amazon SageMaker AI resource type reference") that the engine has
#: operations for. Those that need AWS's machines fail with the words of the operation.
_TYPES = """
    AIWorkloadConfig Action Algorithm App AppImageConfig Artifact Cluster CodeRepository Context
    DataQualityJobDefinition DeviceFleet Domain Endpoint EndpointConfig Experiment FeatureGroup Hub
    HumanTaskUi Image ImageVersion InferenceComponent InferenceExperiment MlflowTrackingServer Model
    ModelBiasJobDefinition ModelCard ModelExplainabilityJobDefinition ModelPackage
    ModelPackageGroup ModelQualityJobDefinition MonitoringSchedule NotebookInstance
    NotebookInstanceLifecycleConfig PartnerApp Pipeline ProcessingJob Space StudioLifecycleConfig
    TrialComponent UserProfile Workforce Workteam
""".split()

#: Whose name the stack makes where the template gives none: it is no required property of these.
_NAMED_BY_STACK = frozenset(
    """
    Cluster CodeRepository DataQualityJobDefinition Endpoint EndpointConfig InferenceComponent Model
    ModelBiasJobDefinition ModelExplainabilityJobDefinition ModelQualityJobDefinition
    NotebookInstance NotebookInstanceLifecycleConfig ProcessingJob Workteam
    """.split()
)

#: What Ref gives where it is not the ARN ("Return values" of each type), joined by |.
_REF: Mapping[str, tuple[str, ...]] = {
    "App": ("AppName", "AppType", "DomainId", "UserProfileName"),
    "AppImageConfig": ("AppImageConfigName",),
    "DeviceFleet": ("DeviceFleetName",),
    "Domain": ("DomainId",),
    "FeatureGroup": ("FeatureGroupName",),
    "InferenceExperiment": ("Name",),
    "MlflowTrackingServer": ("TrackingServerName",),
    "ModelCard": ("ModelCardName",),
    "Pipeline": ("PipelineName",),
    "Space": ("DomainId", "SpaceName"),
    "StudioLifecycleConfig": ("StudioLifecycleConfigName",),
    "UserProfile": ("UserProfileName", "DomainId"),
}

#: Types that call their ARN so, and not by their name.
_PLAIN_ARN = frozenset({"Action", "Artifact", "Context", "Experiment"})

#: Properties that are for an update of the resource alone.
_FOR_UPDATES = frozenset(
    {"ExcludeRetainedVariantProperties", "RetainAllVariantProperties", "RetainDeploymentConfig"}
)

#: Properties that have other names in the operation.
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "Image": {
        "ImageDescription": "Description",
        "ImageDisplayName": "DisplayName",
        "ImageRoleArn": "RoleArn",
    }
}


def _pipeline(properties: Detail) -> Detail:
    definition = properties.get("PipelineDefinition")
    if not isinstance(definition, dict):
        return properties
    changed = {name: one for name, one in properties.items() if name != "PipelineDefinition"}
    for name, member in (
        ("PipelineDefinitionBody", "PipelineDefinition"),
        ("PipelineDefinitionS3Location", "PipelineDefinitionS3Location"),
    ):
        if name in definition:
            changed[member] = definition[name]
    return changed


def _endpoint(properties: Detail) -> Detail:
    return {name: one for name, one in properties.items() if name not in _FOR_UPDATES}


_PREPARE: Mapping[str, Callable[[Detail], Detail]] = {"Endpoint": _endpoint, "Pipeline": _pipeline}


@dataclass(frozen=True)
class SageMakerType(ResourceType):
    """A type of the name `AWS::SageMaker::<name>`; the model is read when the first is made."""

    name: str

    @property
    def noun(self) -> Noun:
        """The noun whose operations make it."""
        return nouns.find(self.name)

    @property
    def _arn(self) -> str:
        return "Arn" if self.name in _PLAIN_ARN else self.noun.arn_member

    def has(self, attribute: str) -> bool:
        noun, given = self.noun, self._create_shape().members
        if attribute in (self._arn, noun.label):
            return True
        shape = nouns.described(self.name).get(attribute)
        scalar = shape is not None and shape.type_name not in ("structure", "list", "map")
        return scalar and attribute not in given

    async def find(self, place: Place, properties: Detail) -> Made | None:
        noun, marks = self.noun, place.marks()
        for _, _, detail in place.engine.store.all(noun.name, place.region):
            if marks.items() <= detail.get("_tags", {}).items() and not _gone(detail):
                return self._made(detail)
        if "Tags" not in self._create_shape().members:
            key = noun.key(self._parameters(place, properties))
            detail = place.engine.store.get(place.region, noun.name, key) or {}
            return self._made(detail) if detail else None
        return None

    async def create(self, place: Place, properties: Detail) -> Made:
        parameters = self._parameters(place, properties)
        answer = await place.ask("sagemaker", f"Create{self.name}", **parameters)
        found = place.engine.store.find(str(answer[self.noun.arn_member]))
        if found is None:
            raise Failed(f"{self.name} was gone as soon as it was made.")
        return self._made(found[3])

    async def settle(self, place: Place, made: Made, properties: Detail) -> Made:
        while True:
            detail = self._record(place, made)
            if detail is None:
                raise Failed(f"{self.name} {made.ref} was deleted while it was being made.")
            status = self._status(detail)
            if "fail" in status.lower():
                raise Failed(str(detail.get("FailureReason") or f"{self.name} is {status}."))
            if not _under_way(status):
                return self._made(detail)
            await place.pause()

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        while (detail := self._record(place, made)) and _under_way(self._status(detail)):
            await place.pause()
        if detail is None:
            return
        if self.name == "NotebookInstance" and self._status(detail) == "InService":
            await place.ask("sagemaker", "StopNotebookInstance", **made.identity)
            while (detail := self._record(place, made)) and _under_way(self._status(detail)):
                await place.pause()
        members = input_shape("sagemaker", f"Delete{self.name}").members
        given = {name: one for name, one in made.identity.items() if name in members}
        if self.name == "ModelPackage":
            given = {"ModelPackageName": made.ref}
        await place.ask("sagemaker", f"Delete{self.name}", **given)
        while (detail := self._record(place, made)) and _under_way(self._status(detail)):
            await place.pause()
        if detail is not None:
            reason = detail.get("FailureReason") or f"{self.name} is {self._status(detail)}."
            raise Failed(str(reason))

    def _parameters(self, place: Place, properties: Detail) -> Detail:
        renamed = _RENAMED.get(self.name, {})
        named = {renamed.get(name, name): one for name, one in properties.items()}
        given: Detail = fit(self._create_shape(), _PREPARE.get(self.name, dict)(named))
        members = self._create_shape().members
        if self.name in _NAMED_BY_STACK:
            most = members[self.noun.label].metadata.get("max", 63)
            given.setdefault(self.noun.label, place.physical_name(most))
        if "Tags" in members:
            given["Tags"] = place.tags(given.get("Tags", ()))
        return given

    def _create_shape(self) -> StructureShape:
        return input_shape("sagemaker", f"Create{self.name}")

    def _record(self, place: Place, made: Made) -> Detail | None:
        key = self.noun.key(made.identity)
        detail = place.engine.store.get(place.region, self.name, key)
        return None if detail is None or _gone(detail) else detail

    def _status(self, detail: Detail) -> str:
        return str(detail.get(self.noun.status, "")) if self.noun.status else ""

    def _made(self, detail: Detail) -> Made:
        noun = self.noun
        arn = str(detail.get(noun.arn_member) or detail.get("_arn"))
        ref = "|".join(str(detail.get(one, "")) for one in _REF.get(self.name, ())) or arn
        shown = {name: one for name, one in detail.items() if self.has(name)}
        identity = {name: detail[name] for name in noun.identity if name in detail}
        return Made(ref, identity, {**shown, self._arn: arn})


def _under_way(status: str) -> bool:
    """Creating, Pending, InProgress, CREATE_IN_PROGRESS, ...; a state that another one follows."""
    return status.lower().replace("_", "").endswith(("ing", "inprogress"))


def _gone(detail: Detail) -> bool:
    """An app that is Deleted is remembered for a day, and no more than that."""
    return detail.get("Status") == "Deleted"


SAGEMAKER: Mapping[str, ResourceType] = {
    f"AWS::SageMaker::{name}": SageMakerType(name) for name in _TYPES
}
