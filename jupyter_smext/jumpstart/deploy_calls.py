"""A deployment as calls of AWS, field by field what the `sagemaker` SDK makes of the document.

Sources: `jumpstart/factory/model.py` and `model.py` of SDK 2; a test runs it beside this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ..protocol import DeployRequest, Network
from .calls import Call, access, image_for, own_name, tags, takes_volume
from .model_document import DataSource, Hosting, ModelDocument
from .s3_places import cache_bucket, gated_bucket

PROGRAM = "inference.py"
VARIANT = "AllTraffic"


class Packing(msgspec.Struct, frozen=True):
    """A model and its script, to be put together at `to` before the model is created.

    Three S3 URIs; `model` is a tar.gz or, ending with a slash, a prefix.
    """

    model: str
    script: str
    to: str


class TunedModel(msgspec.Struct, frozen=True):
    """What a training job left: S3ModelArtifacts, which is a prefix when it is not compressed."""

    artifact: str
    compressed: bool = True
    trained_on: str = ""


class Deployment(msgspec.Struct, frozen=True):
    """All that a deployment does, in order; only `model` and `config` come before the endpoint."""

    packing: Packing | None
    model: Call
    config: Call
    endpoint: Call
    component: Call | None
    scaling: tuple[Call, ...]


@dataclass(frozen=True)
class _Names:
    """The endpoint's name is the user's; the rest carries the launch's id."""

    endpoint: str
    launch: str

    @property
    def own(self) -> str:
        return own_name(self.endpoint, self.launch)


def deployment(
    document: ModelDocument,
    request: DeployRequest,
    bucket: str,
    launch: str = "",
    tuned: TunedModel | None = None,
) -> Deployment:
    """The calls for a request that is checked.

    `bucket` is where a model is put that must be packed with its script; `launch` makes the names
    of what is made its own. Raises a 400 ProblemError: the document has no image for the type.
    """
    hosting = document.hosting_named(request.config)
    assert hosting is not None
    of = _Deploying(document, hosting, request, bucket, _Names(request.endpoint, launch), tuned)
    packing = of.packing()
    return Deployment(
        packing=packing,
        model=Call("CreateModel", of.model(packing)),
        config=Call("CreateEndpointConfig", of.config()),
        endpoint=Call(
            "CreateEndpoint",
            {
                "EndpointName": request.endpoint,
                "EndpointConfigName": of.names.own,
                "Tags": of.tags,
            },
        ),
        component=Call("CreateInferenceComponent", of.component()) if request.component else None,
        scaling=of.scaling(),
    )


def instance_type_of(hosting: Hosting, tuned_on: Any = None) -> str:
    """The type that a model is hosted on where none is chosen."""
    return str(tuned_on or hosting.instance_type or "")


@dataclass(frozen=True)
class _Deploying:
    document: ModelDocument
    hosting: Hosting
    request: DeployRequest
    bucket: str
    names: _Names
    tuned: TunedModel | None

    @property
    def instance_type(self) -> str:
        training = self.document.training
        variant = None
        if self.tuned is not None and training is not None:
            variant = training.variants.first(self.tuned.trained_on, "instance_type")
        return self.request.instance_type or instance_type_of(self.hosting, variant)

    @property
    def tags(self) -> list[dict[str, str]]:
        return tags(self.document, self.hosting.name, self.request.tags, launch=self.names.launch)

    @property
    def artifact(self) -> str | None:
        """The model's place in S3, the script in it or not."""
        if self.tuned is not None:
            artifact = self.tuned.artifact
            return artifact if self.tuned.compressed else f"{artifact.rstrip('/')}/"
        kind = "artifact" if self._unpacked else "prepacked"
        variant = self.hosting.variants.first(self.instance_type, kind)
        own = self.hosting.artifact if self._unpacked else self.hosting.prepacked
        return str(variant) if variant else own or self.hosting.artifact

    @property
    def _unpacked(self) -> bool:
        """Whether the script must be given beside the model."""
        return self.hosting.prepacked is None and self.hosting.use_script

    def packing(self) -> Packing | None:
        artifact, script = self.artifact, self.hosting.script
        if not self._unpacked or script is None or artifact is None:
            return None
        # A prefix is hosted as it is: the script is then read from where it lies.
        if artifact.endswith("/"):
            return None
        return Packing(artifact, script, f"s3://{self.bucket}/{self.names.own}/model.tar.gz")

    def environment(self, packing: Packing | None) -> dict[str, str]:
        found = {
            each.name: str(each.default)
            for each in self.hosting.environment
            if each.required_for_model_class
        }
        found |= self.hosting.variants.environment(self.instance_type)
        found |= self.request.environment
        if self._unpacked and self.hosting.script is not None:
            found |= {
                "SAGEMAKER_PROGRAM": PROGRAM,
                "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"
                if packing is not None
                else self.hosting.script,
                "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
                "SAGEMAKER_REGION": self.request.region,
            }
        return found

    def model(self, packing: Packing | None) -> dict[str, Any]:
        request = self.request
        found: dict[str, Any] = {
            "ModelName": self.names.own,
            "ExecutionRoleArn": request.role,
            "PrimaryContainer": self.container(packing),
            # Serverless endpoints can have neither isolation nor a VPC.
            "EnableNetworkIsolation": self.hosting.isolation and request.mode != "serverless",
            "Tags": self.tags,
        }
        if request.network is not None:
            found["VpcConfig"] = vpc(request.network)
        return found

    def container(self, packing: Packing | None) -> dict[str, Any]:
        package = (
            self.hosting.variants.first(self.instance_type, "model_package")
            or self.hosting.model_package
        )
        if package:
            container: dict[str, Any] = {"ModelPackageName": package}
            if self.request.environment:
                container["Environment"] = dict(self.request.environment)
            return container
        container = {
            "Image": image_for(self.hosting, self.instance_type, self.request.region),
            "Environment": self.environment(packing),
        }
        container |= self._data(packing.to if packing is not None else self.artifact)
        if more := [self._more(each) for each in self.hosting.more_data if _is_draft(each)]:
            container["AdditionalModelDataSources"] = more
        return container

    def _data(self, uri: str | None) -> dict[str, Any]:
        if uri is None:
            return {}
        read_with = access(self.document, self.request.accept_eula) if self.tuned is None else {}
        if not uri.endswith("/") and not read_with:
            return {"ModelDataUrl": uri}
        whole = uri.endswith("/")
        source = {
            "S3Uri": uri,
            "S3DataType": "S3Prefix" if whole else "S3Object",
            "CompressionType": "None" if whole else "Gzip",
        }
        return {"ModelDataSource": {"S3DataSource": {**source, **read_with}}}

    def _more(self, each: DataSource) -> dict[str, Any]:
        source: dict[str, Any] = {
            "S3Uri": _draft_place(each, self.request.region),
            "S3DataType": each.data_type,
            "CompressionType": each.compression,
        }
        if each.accept_eula is not None:
            source["ModelAccessConfig"] = {
                "AcceptEula": each.accept_eula or self.request.accept_eula
            }
        return {"ChannelName": each.channel, "S3DataSource": source}

    def config(self) -> dict[str, Any]:
        request = self.request
        found: dict[str, Any] = {
            "EndpointConfigName": self.names.own,
            "ProductionVariants": [self.variant()],
            "Tags": self.tags,
        }
        if request.component:
            found["ExecutionRoleArn"] = request.role
            if request.network is not None:
                found["VpcConfig"] = vpc(request.network)
            found["EnableNetworkIsolation"] = self.hosting.isolation
        if request.kms_key:
            found["KmsKeyId"] = request.kms_key
        if request.mode == "async":
            found["AsyncInferenceConfig"] = {"OutputConfig": {"S3OutputPath": request.output}}
        return found

    def variant(self) -> dict[str, Any]:
        request = self.request
        found: dict[str, Any] = {"VariantName": VARIANT}
        if not request.component:
            found["ModelName"] = self.names.own
        if request.mode == "serverless":
            found["ServerlessConfig"] = {
                "MemorySizeInMB": request.memory_mb,
                "MaxConcurrency": request.concurrency,
            }
            return found
        found |= {
            "InstanceType": self.instance_type,
            "InitialInstanceCount": request.count,
        }
        if not request.component:
            found["InitialVariantWeight"] = 1
        elif request.scaling is not None:
            found["ManagedInstanceScaling"] = {
                "Status": "ENABLED",
                "MinInstanceCount": request.scaling.least,
                "MaxInstanceCount": request.scaling.most,
            }
        own = self.hosting
        if own.volume is not None and takes_volume(self.instance_type):
            found["VolumeSizeInGB"] = own.volume
        if own.download_timeout is not None:
            found["ModelDataDownloadTimeoutInSeconds"] = own.download_timeout
        if own.startup_timeout is not None:
            found["ContainerStartupHealthCheckTimeoutInSeconds"] = own.startup_timeout
        if own.ami is not None:
            found["InferenceAmiVersion"] = own.ami
        return found

    def component(self) -> dict[str, Any]:
        needs = {
            **self.hosting.requirements,
            **self.hosting.variants.requirements(self.instance_type),
        }
        copies = needs.get("copies", 1)
        return {
            "InferenceComponentName": self.names.own,
            "EndpointName": self.request.endpoint,
            "VariantName": VARIANT,
            "Specification": {
                "ModelName": self.names.own,
                "ComputeResourceRequirements": _requirements(needs),
            },
            "RuntimeConfig": {"CopyCount": copies},
            "Tags": self.tags,
        }

    def scaling(self) -> tuple[Call, ...]:
        request = self.request
        if request.scaling is None:
            return ()
        if request.component:
            resource = f"inference-component/{self.names.own}"
            dimension = "inference-component:DesiredCopyCount"
            metric = "SageMakerInferenceComponentInvocationsPerCopy"
        else:
            resource = f"endpoint/{request.endpoint}/variant/{VARIANT}"
            dimension = "variant:DesiredInstanceCount"
            metric = "SageMakerVariantInvocationsPerInstance"
        named = {
            "ServiceNamespace": "sagemaker",
            "ResourceId": resource,
            "ScalableDimension": f"sagemaker:{dimension}",
        }
        target = {
            **named,
            "MinCapacity": request.scaling.least,
            "MaxCapacity": request.scaling.most,
        }
        policy = {
            **named,
            "PolicyName": self.names.own,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": request.scaling.invocations,
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            },
        }
        service = "application-autoscaling"
        return (
            Call("RegisterScalableTarget", target, service),
            Call("PutScalingPolicy", policy, service),
        )


def vpc(network: Network) -> dict[str, Any]:
    return {
        "Subnets": list(network.subnets),
        "SecurityGroupIds": list(network.security_groups),
    }


#: hosting_resource_requirements → ComputeResourceRequirements (jumpstart/artifacts/
#: resource_requirements.py of the SDK).
_REQUIREMENTS = {
    "num_accelerators": "NumberOfAcceleratorDevicesRequired",
    "num_cpus": "NumberOfCpuCoresRequired",
    "min_memory_mb": "MinMemoryRequiredInMb",
    "max_memory_mb": "MaxMemoryRequiredInMb",
}


def _requirements(needs: dict[str, Any]) -> dict[str, Any]:
    found = {ours: needs[theirs] for theirs, ours in _REQUIREMENTS.items() if theirs in needs}
    # The one member that AWS requires.
    return {"MinMemoryRequiredInMb": 1024, **found}


def _is_draft(each: DataSource) -> bool:
    return each.use == "speculative_decoding"


def _draft_place(each: DataSource, region: str) -> str:
    """Whose bucket a draft model is in (get_draft_model_content_bucket of the SDK)."""
    key = each.uri.removeprefix("s3://").partition("/")[2] if "://" in each.uri else each.uri
    if each.provider.get("name") != "JumpStart":
        return f"s3://sagemaker-sd-models-prod-{region}/{key}"
    gated = each.provider.get("classification") == "gated"
    return f"s3://{gated_bucket(region) if gated else cache_bucket(region)}/{key}"
