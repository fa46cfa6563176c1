"""A model's document in both of its forms: the spec of the S3 layout, and the hub's.

Members are those of aws/sagemaker-python-sdk `jumpstart/types.py` (JumpStartModelSpecs) and
`jumpstart/hub/interfaces.py` (HubModelDocument).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..notebooks.catalogue import notebooks_of
from .declaration import LocalModel, Parameter

#: All of them are this machine; the families are those of the SDK's that have no GPU.
INSTANCE_TYPES = ("ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge", "ml.c5.2xlarge", "ml.m4.xlarge")
_FAMILIES = ("m5", "c5", "m4", "local")
_MIN_SDK = "2.189.0"
SCHEMA_VERSION = "2.3.0"

#: What the toolkits in the images take, which is no algorithm's.
_TOOLKIT = (
    Parameter("sagemaker_submit_directory", "text", "/opt/ml/input/data/code/sourcedir.tar.gz"),
    Parameter("sagemaker_program", "text", "transfer_learning.py"),
    Parameter("sagemaker_container_log_level", "text", "20"),
)


def bucket(region: str) -> str:
    """The bucket that AWS's own catalogue is in, too."""
    return f"jumpstart-cache-prod-{region}"


def manifest_entry(model: LocalModel) -> dict[str, Any]:
    """A model's line in models_manifest.json."""
    return {
        "model_id": model.id,
        "version": model.version,
        "min_version": _MIN_SDK,
        "spec_key": model.spec_key,
        "deprecated": False,
        "provider": model.provider,
        "search_keywords": [*model.keywords, "runs on this machine"],
    }


def spec(model: LocalModel, region: str) -> dict[str, Any]:
    """A model's spec; only the region's own images are in it."""
    variants = _variants(model.image(region), region)
    found: dict[str, Any] = {
        "model_id": model.id,
        "version": model.version,
        "url": model.source,
        "min_sdk_version": _MIN_SDK,
        "provider": model.provider,
        "license": model.license,
        "training_supported": model.fine_tuning is not None,
        "fine_tuning_supported": model.fine_tuning is not None,
        "incremental_training_supported": False,
        "validation_supported": model.fine_tuning is not None and model.fine_tuning.validation,
        "hosting_instance_type_variants": variants,
        "hosting_artifact_key": model.artifact_key,
        "hosting_prepacked_artifact_key": model.artifact_key,
        "hosting_prepacked_artifact_version": model.version,
        "hosting_artifact_s3_data_type": "S3Prefix",
        "hosting_artifact_compression_type": "None",
        "hosting_script_key": model.script_key("inference"),
        "hosting_use_script_uri": False,
        "dynamic_container_deployment_supported": False,
        "inference_vulnerable": False,
        "inference_dependencies": [each.distribution for each in model.packages],
        "inference_vulnerabilities": [],
        "training_vulnerable": False,
        "training_dependencies": [],
        "training_vulnerabilities": [],
        "deprecated": False,
        "inference_environment_variables": _environment(),
        "inference_enable_network_isolation": False,
        "default_inference_instance_type": INSTANCE_TYPES[0],
        "supported_inference_instance_types": list(INSTANCE_TYPES),
        "predictor_specs": {
            "default_content_type": model.content_types[0],
            "supported_content_types": list(model.content_types),
            "default_accept_type": model.accept_types[0],
            "supported_accept_types": list(model.accept_types),
        },
        "default_payloads": {
            name: {"content_type": kind, "body": body}
            for name, (kind, body) in model.examples.items()
        },
        "resource_name_base": model.id[:40],
        "model_kwargs": {},
        "deploy_kwargs": {},
        "metrics": [],
    }
    return {**found, **_training(model, variants)}


def _training(model: LocalModel, variants: Mapping[str, Any]) -> dict[str, Any]:
    tuning = model.fine_tuning
    if tuning is None:
        return {}
    found: dict[str, Any] = {
        "training_instance_type_variants": variants,
        "training_artifact_key": model.artifact_key,
        "training_script_key": model.script_key("transfer_learning"),
        "training_prepacked_script_key": model.script_key("transfer_learning"),
        "training_prepacked_script_version": model.version,
        "training_enable_network_isolation": False,
        "default_training_instance_type": INSTANCE_TYPES[1],
        "supported_training_instance_types": list(INSTANCE_TYPES),
        "hyperparameters": [
            *(_parameter(each, "algorithm") for each in tuning.hyperparameters),
            *(_parameter(each, "container") for each in _TOOLKIT),
        ],
        "metrics": [
            {"Name": f"{model.family}:{name}", "Regex": regex}
            for name, regex in tuning.metrics.items()
        ],
        "estimator_kwargs": {"max_run": 3600},
        "fit_kwargs": {},
    }
    if tuning.dataset is not None:
        found["default_training_dataset_key"] = f"training-datasets/{tuning.dataset.name}/"
    return found


def _variants(image: str, region: str) -> dict[str, Any]:
    each = {"regional_properties": {"image_uri": "$cpu_ecr_uri_1"}}
    return {
        "regional_aliases": {region: {"cpu_ecr_uri_1": image}},
        "variants": dict.fromkeys(_FAMILIES, each),
    }


def _hub_variants(image: str) -> dict[str, Any]:
    return {"Variants": dict.fromkeys(_FAMILIES, {"Properties": {"ImageUri": image}})}


def _environment() -> list[dict[str, Any]]:
    given = {
        "SAGEMAKER_PROGRAM": ("inference.py", True),
        "SAGEMAKER_SUBMIT_DIRECTORY": ("/opt/ml/model/code", False),
        "SAGEMAKER_CONTAINER_LOG_LEVEL": ("20", False),
        "SAGEMAKER_MODEL_SERVER_WORKERS": ("1", True),
    }
    return [
        {
            "name": name,
            "type": "text",
            "default": value,
            "scope": "container",
            "required_for_model_class": required,
        }
        for name, (value, required) in given.items()
    ]


def _parameter(parameter: Parameter, scope: str) -> dict[str, Any]:
    found = {
        "name": parameter.name,
        "type": parameter.type,
        "default": parameter.default,
        "scope": scope,
    }
    if parameter.options:
        found["options"] = list(parameter.options)
    for name, bound in (("min", parameter.min), ("max", parameter.max)):
        if bound is not None:
            found[name] = bound
    return found


#: What a hub's document says otherwise: whole URIs, the region's own image, other names.
_LEFT_OUT = frozenset(
    """
    model_id version deprecated metrics license model_kwargs deploy_kwargs estimator_kwargs
    fit_kwargs hosting_instance_type_variants training_instance_type_variants predictor_specs
    """.split()
)


def hub_document(model: LocalModel, region: str) -> dict[str, Any]:
    """A model's HubContentDocument."""
    of = spec(model, region)
    found: dict[str, Any] = {}
    for name, value in of.items():
        if name in _LEFT_OUT:
            continue
        if name.endswith("_key"):
            name, value = f"{name[:-4]}_uri", f"s3://{bucket(region)}/{value}"
        named = name == "default_payloads"
        found[_capitals(name)] = _renamed(value, named=named)
    found |= {
        "HostingEcrUri": model.image(region),
        "HostingInstanceTypeVariants": _hub_variants(model.image(region)),
        "SageMakerSdkPredictorSpecifications": _renamed(of["predictor_specs"]),
        "License": model.license,
        "Task": model.task,
        "Framework": model.framework,
        "DataType": model.data_type,
        "ModelTypes": ["OPEN_WEIGHTS"],
        "NotebookLocations": _notebooks(model, region),
    }
    tuning = model.fine_tuning
    if tuning is not None:
        about = tuning.dataset.about if tuning.dataset else ""
        found |= {
            "TrainingEcrUri": model.image(region),
            "TrainingInstanceTypeVariants": _hub_variants(model.image(region)),
            "TrainingArtifactS3DataType": "S3Prefix",
            "TrainingArtifactCompressionType": "None",
            "TrainingMetrics": of["metrics"],
            "MaxRuntimeInSeconds": of["estimator_kwargs"]["max_run"],
            "ContextualHelp": {
                "HubFormatTrainData": [tuning.format],
                "HubDefaultTrainData": [about],
            },
        }
    return found


def _notebooks(model: LocalModel, region: str) -> dict[str, Any]:
    notebooks = [
        {"Title": each.title, "S3Uri": f"s3://{bucket(region)}/{each.key}"}
        for each in notebooks_of(model)
    ]
    usual, *others = notebooks
    return {
        "DemoNotebook": usual["S3Uri"],
        "DemoNotebooks": [
            {**usual, "IsDefault": True},
            *({**each, "IsDefault": False} for each in others),
        ],
    }


def _renamed(value: Any, *, named: bool = False) -> Any:
    """With a hub's names of members; `named`: the keys at the top are names of their own."""
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    if isinstance(value, dict):
        return {name if named else _capitals(name): _renamed(value[name]) for name in value}
    return value


def _capitals(name: str) -> str:
    """HostingArtifactS3DataType of hosting_artifact_s3_data_type."""
    return re.sub(r"(?:^|_)([a-z])", lambda found: found[1].upper(), name)
