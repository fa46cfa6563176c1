"""A deployment as calls of AWS, field by field what the `sagemaker` SDK makes of the document.

Sources: `jumpstart/factory/model.py` and `model.py` of SDK 2; a test runs it beside this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ..protocol import AwsCall, DeployRequest, Network
from .calls import own_name, tags, takes_volume
from .model_container import HostedModel, Packing, TunedModel
from .model_document import Hosting, ModelDocument

VARIANT = "AllTraffic"


class Deployment(msgspec.Struct, frozen=True):
    """All that a deployment does, in order; only `model` and `config` come before the endpoint."""

    packing: Packing | None
    model: AwsCall
    config: AwsCall
    endpoint: AwsCall
    component: AwsCall | None
    scaling: tuple[AwsCall, ...]


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
    name = own_name(request.endpoint, launch)
    model = HostedModel(document, hosting, request, f"s3://{bucket}/{name}/model.tar.gz", tuned)
    of = _Deploying(model, name, tags(document, hosting.name, request.tags, launch))
    endpoint = {"EndpointName": request.endpoint, "EndpointConfigName": name, "Tags": of.tags}
    return Deployment(
        packing=model.packing,
        model=AwsCall("CreateModel", of.create_model()),
        config=AwsCall("CreateEndpointConfig", of.config()),
        endpoint=AwsCall("CreateEndpoint", endpoint),
        component=AwsCall("CreateInferenceComponent", of.component())
        if request.component
        else None,
        scaling=of.scaling(),
    )


@dataclass(frozen=True)
class _Deploying:
    """`name` is that of all but the endpoint."""

    model: HostedModel
    name: str
    tags: list[dict[str, str]]

    @property
    def request(self) -> DeployRequest:
        return self.model.request

    @property
    def hosting(self) -> Hosting:
        return self.model.hosting

    def create_model(self) -> dict[str, Any]:
        request = self.request
        found: dict[str, Any] = {
            "ModelName": self.name,
            "ExecutionRoleArn": request.role,
            "PrimaryContainer": self.model.container(),
            # Serverless endpoints can have neither isolation nor a VPC.
            "EnableNetworkIsolation": self.hosting.isolation and request.mode != "serverless",
            "Tags": self.tags,
        }
        if request.network is not None:
            found["VpcConfig"] = vpc(request.network)
        return found

    def config(self) -> dict[str, Any]:
        request = self.request
        found: dict[str, Any] = {
            "EndpointConfigName": self.name,
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
            found["ModelName"] = self.name
        if request.mode == "serverless":
            found["ServerlessConfig"] = {
                "MemorySizeInMB": request.memory_mb,
                "MaxConcurrency": request.concurrency,
            }
            return found
        found |= {
            "InstanceType": self.model.instance_type,
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
        if own.volume is not None and takes_volume(self.model.instance_type):
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
            **self.hosting.variants.requirements(self.model.instance_type),
        }
        copies = needs.get("copies", 1)
        return {
            "InferenceComponentName": self.name,
            "EndpointName": self.request.endpoint,
            "VariantName": VARIANT,
            "Specification": {
                "ModelName": self.name,
                "ComputeResourceRequirements": _requirements(needs),
            },
            "RuntimeConfig": {"CopyCount": copies},
            "Tags": self.tags,
        }

    def scaling(self) -> tuple[AwsCall, ...]:
        request = self.request
        if request.scaling is None:
            return ()
        if request.component:
            resource = f"inference-component/{self.name}"
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
            "PolicyName": self.name,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": request.scaling.invocations,
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            },
        }
        service = "application-autoscaling"
        return (
            AwsCall("RegisterScalableTarget", target, service),
            AwsCall("PutScalingPolicy", policy, service),
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
