"""A launch as code for the SageMaker SDK. What a version cannot do, its code says in a comment."""

from __future__ import annotations

from typing import Any

from ..call_code.python_source import Source, assigned, called
from ..protocol import DeployRequest, FineTuneRequest
from .calls import is_private
from .code_upload import Upload, python_upload
from .launch_plans import DeployPlan, FineTunePlan
from .model_document import ModelDocument

_V2 = "# SageMaker Python SDK 2: pip install 'sagemaker>=2.250,<3'"
_V3 = "# SageMaker Python SDK 3: pip install 'sagemaker>=3.20,<4'"


def _hub(document: ModelDocument) -> str | None:
    """Without a name the SDKs take the public one."""
    return document.hub if is_private(document) else None


def _vpc(request: DeployRequest | FineTuneRequest) -> dict[str, Any] | None:
    if request.network is None:
        return None
    return {
        "Subnets": list(request.network.subnets),
        "SecurityGroupIds": list(request.network.security_groups),
    }


def _tags(tags: dict[str, str]) -> list[dict[str, str]] | None:
    return [{"Key": key, "Value": value} for key, value in tags.items()] or None


def _inference_config(request: DeployRequest, v3: bool) -> tuple[list[str], Source | None]:
    """Its imports and its source; serverless and async have one."""
    if request.mode == "serverless":
        module = "sagemaker.core.inference_config" if v3 else "sagemaker.serverless"
        sizes = {
            "memory_size_in_mb": request.memory_mb,
            "max_concurrency": request.concurrency,
        }
        found = called("ServerlessInferenceConfig", sizes)
        return [f"from {module} import ServerlessInferenceConfig"], found
    if request.mode == "async":
        module = "sagemaker.core.inference_config" if v3 else "sagemaker.async_inference"
        found = called("AsyncInferenceConfig", {"output_path": request.output})
        return [f"from {module} import AsyncInferenceConfig"], found
    return [], None


def deploy_v2(plan: DeployPlan, request: DeployRequest) -> str:
    """JumpStartModel, or what an estimator trained."""
    document = plan.document
    imports, config = _inference_config(request, v3=False)
    named = "serverless" if request.mode == "serverless" else "async"
    deploy: dict[str, Any] = {
        "endpoint_name": request.endpoint,
        "instance_type": plan.instance_type or None,
        "initial_instance_count": request.count if plan.instance_type else None,
        "accept_eula": True if request.accept_eula and document.gated else None,
        "kms_key": request.kms_key,
        "tags": _tags(request.tags),
    }
    if config is not None:
        deploy[f"{named}_inference_config"] = config
    if request.component:
        imports.append("from sagemaker.enums import EndpointType")
        deploy["endpoint_type"] = Source("EndpointType.INFERENCE_COMPONENT_BASED")
    of = {
        "model_id": document.id,
        "model_version": document.version,
        "hub_name": _hub(document),
    }
    if request.tuned is not None:
        imports.insert(0, "from sagemaker.jumpstart.estimator import JumpStartEstimator")
        made = called("JumpStartEstimator.attach", of | {"training_job_name": request.tuned})
        deploy |= {"env": request.environment, "vpc_config": _vpc(request)}
    else:
        imports.insert(0, "from sagemaker.jumpstart.model import JumpStartModel")
        made = called(
            "JumpStartModel",
            of
            | {
                "region": request.region,
                "role": request.role,
                "config_name": request.config,
                "env": request.environment,
                "vpc_config": _vpc(request),
            },
        )
    lines = [_V2, *imports, "", assigned("model", made)]
    lines.append(assigned("predictor", called("model.deploy", deploy)))
    return "\n".join((*lines, *_scaling(request), ""))


def deploy_v3(plan: DeployPlan, request: DeployRequest) -> str:
    """ModelBuilder.from_jumpstart_config."""
    document = plan.document
    if request.tuned is not None:
        return (
            f"{_V3}\n# It deploys what a ModelTrainer of the same program has trained: of the "
            f"job\n# {request.tuned}, which is over, the boto3 code makes the endpoint.\n"
        )
    imports, config = _inference_config(request, v3=True)
    compute = None
    if plan.instance_type:
        imports.append("from sagemaker.core.training.configs import Compute")
        sizes = {"instance_type": plan.instance_type, "instance_count": request.count}
        compute = called("Compute", sizes)
    network = None
    if request.network is not None:
        imports.append("from sagemaker.core.training.configs import Networking")
        network = called(
            "Networking",
            {
                "subnets": list(request.network.subnets),
                "security_group_ids": list(request.network.security_groups),
            },
        )
    builder = called(
        "ModelBuilder.from_jumpstart_config",
        {
            "jumpstart_config": _jumpstart_config(document, request),
            "role_arn": request.role,
            "compute": compute,
            "network": network,
            "env_vars": request.environment,
        },
    )
    deploy = {
        "endpoint_name": request.endpoint,
        "initial_instance_count": request.count if plan.instance_type else None,
        "instance_type": plan.instance_type or None,
        "inference_config": config,
    }
    lines = [
        _V3,
        *imports,
        "from sagemaker.core.jumpstart.configs import JumpStartConfig",
        "from sagemaker.serve.model_builder import ModelBuilder",
        "",
        assigned("builder", builder),
        "builder.build()",
        assigned("endpoint", called("builder.deploy", deploy)),
    ]
    if request.component:
        lines.append("# An inference component: the boto3 code makes one.")
    return "\n".join((*lines, *_scaling(request), ""))


def _jumpstart_config(document: ModelDocument, request: DeployRequest | FineTuneRequest) -> Source:
    deploys = isinstance(request, DeployRequest)
    return called(
        "JumpStartConfig",
        {
            "model_id": document.id,
            "model_version": document.version,
            "hub_name": _hub(document),
            "accept_eula": True if request.accept_eula and document.gated else None,
            "inference_config_name": request.config if deploys else None,
            "training_config_name": None if deploys else request.config,
        },
    )


def _scaling(request: DeployRequest) -> tuple[str, ...]:
    if request.scaling is None:
        return ()
    return ("# Automatic scaling is not the SDK's: see the end of the boto3 code.",)


def fine_tune_v2(plan: FineTunePlan, request: FineTuneRequest, upload: Upload | None) -> str:
    """JumpStartEstimator."""
    document, network = plan.document, request.network
    resources = plan.call.parameters["ResourceConfig"]
    stopping = plan.call.parameters["StoppingCondition"]
    estimator = called(
        "JumpStartEstimator",
        {
            "model_id": document.id,
            "model_version": document.version,
            "hub_name": _hub(document),
            "config_name": request.config,
            "region": request.region,
            "role": request.role,
            "instance_type": request.instance_type,
            "instance_count": request.count,
            "volume_size": resources["VolumeSizeInGB"],
            "output_path": request.output,
            "hyperparameters": request.hyperparameters,
            "max_run": request.max_seconds,
            "use_spot_instances": request.spot or None,
            "max_wait": stopping.get("MaxWaitTimeInSeconds"),
            "subnets": list(network.subnets) if network else None,
            "security_group_ids": list(network.security_groups) if network else None,
            "output_kms_key": request.kms_key,
            "volume_kms_key": resources.get("VolumeKmsKeyId"),
            "tags": _tags(request.tags),
            "environment": {"accept_eula": "true"}
            if request.accept_eula and document.gated
            else None,
        },
    )
    fit = called("estimator.fit", {"inputs": {"training": plan.dataset}, "job_name": request.job})
    lines = (
        _V2,
        "from sagemaker.jumpstart.estimator import JumpStartEstimator",
        "",
        *_uploading(upload, request),
        assigned("estimator", estimator),
        fit,
        "",
    )
    return "\n".join(lines)


def _uploading(upload: Upload | None, request: FineTuneRequest) -> tuple[str, ...]:
    return (*python_upload(upload, request.region), "") if upload is not None else ()


def fine_tune_v3(plan: FineTunePlan, request: FineTuneRequest, upload: Upload | None) -> str:
    """ModelTrainer.from_jumpstart_config."""
    resources = plan.call.parameters["ResourceConfig"]
    stopping = plan.call.parameters["StoppingCondition"]
    compute = called(
        "Compute",
        {
            "instance_type": request.instance_type,
            "instance_count": request.count,
            "volume_size_in_gb": resources["VolumeSizeInGB"],
            "volume_kms_key_id": resources.get("VolumeKmsKeyId"),
            "enable_managed_spot_training": request.spot or None,
        },
    )
    networking = None
    if request.network is not None:
        networking = called(
            "Networking",
            {
                "subnets": list(request.network.subnets),
                "security_group_ids": list(request.network.security_groups),
            },
        )
    wait = stopping.get("MaxWaitTimeInSeconds")
    trainer = called(
        "ModelTrainer.from_jumpstart_config",
        {
            "jumpstart_config": _jumpstart_config(plan.document, request),
            "role": request.role,
            "base_job_name": request.job,
            "compute": compute,
            "networking": networking,
            "stopping_condition": called(
                "StoppingCondition",
                {
                    "max_runtime_in_seconds": request.max_seconds,
                    "max_wait_time_in_seconds": wait,
                },
            ),
            "output_data_config": called(
                "OutputDataConfig",
                {"s3_output_path": request.output, "kms_key_id": request.kms_key},
            ),
            "hyperparameters": request.hyperparameters,
        },
    )
    data = called("InputData", {"channel_name": "training", "data_source": plan.dataset})
    lines = (
        _V3,
        "from sagemaker.core.jumpstart.configs import JumpStartConfig",
        "from sagemaker.core.training.configs import (",
        "    Compute,",
        "    InputData,",
        "    Networking,",
        "    OutputDataConfig,",
        "    StoppingCondition,",
        ")",
        "from sagemaker.train import ModelTrainer",
        "",
        *_uploading(upload, request),
        assigned("trainer", trainer),
        f"trainer.train(input_data_config=[{data}])",
        "",
    )
    return "\n".join(lines)
