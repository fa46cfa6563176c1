"""The members of a model document, as specs name them, and what its configs change of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..decoding import convert
from .document_json import hostile
from .model_document import Declared, Measurement, Metric, Payload, Predictor

CONFIGS_LIMIT = 64
"""Each makes a copy of the document; real ones have 10 or so."""

#: What a config does not change (JumpStartConfigComponent of the SDK).
_FIXED = frozenset(
    """
    model_id url version min_sdk_version deprecated deprecated_message deprecate_warn_message
    resource_name_base gated_bucket training_supported incremental_training_supported
    """.split()
)


class Fields(msgspec.Struct):
    """What is read of a document, as specs name it; what only hub documents have is below them."""

    model_id: str
    version: str
    url: str | None = None
    min_sdk_version: str | None = None
    provider: str | None = None
    deprecated: bool = False
    deprecated_message: str | None = None
    deprecate_warn_message: str | None = None
    resource_name_base: str | None = None
    gated_bucket: bool = False
    model_subscription_link: str | None = None
    hosting_ecr_specs: dict[str, Any] = {}
    hosting_artifact_key: str | None = None
    hosting_artifact_s3_data_type: str | None = None
    hosting_artifact_compression_type: str | None = None
    hosting_prepacked_artifact_key: str | None = None
    hosting_script_key: str | None = None
    hosting_use_script_uri: bool = True
    hosting_eula_key: str | None = None
    hosting_model_package_arns: dict[str, str] = {}
    hosting_instance_type_variants: dict[str, Any] = {}
    hosting_resource_requirements: dict[str, Any] = {}
    hosting_additional_data_sources: dict[str, list[dict[str, Any]]] = {}
    default_inference_instance_type: str | None = None
    supported_inference_instance_types: tuple[str, ...] = ()
    inference_environment_variables: tuple[Declared, ...] = ()
    inference_enable_network_isolation: bool = False
    inference_volume_size: int | None = None
    inference_dependencies: tuple[str, ...] = ()
    inference_vulnerable: bool = False
    inference_vulnerabilities: tuple[str, ...] = ()
    dynamic_container_deployment_supported: bool = False
    predictor_specs: Predictor = Predictor()
    default_payloads: dict[str, Payload] = {}
    deploy_kwargs: dict[str, Any] = {}
    training_supported: bool = False
    incremental_training_supported: bool = False
    validation_supported: bool = False
    training_ecr_specs: dict[str, Any] = {}
    training_artifact_key: str | None = None
    training_script_key: str | None = None
    training_prepacked_script_key: str | None = None
    training_model_package_artifact_uris: dict[str, str] = {}
    training_instance_type_variants: dict[str, Any] = {}
    default_training_instance_type: str | None = None
    supported_training_instance_types: tuple[str, ...] = ()
    training_enable_network_isolation: bool = False
    training_volume_size: int | None = None
    training_dependencies: tuple[str, ...] = ()
    training_vulnerable: bool = False
    training_vulnerabilities: tuple[str, ...] = ()
    training_environment_variables: tuple[Declared, ...] = ()
    default_training_dataset_key: str | None = None
    hyperparameters: tuple[Declared, ...] = ()
    metrics: tuple[Metric, ...] = ()
    estimator_kwargs: dict[str, Any] = {}

    hosting_ecr_uri: str | None = None
    hosting_artifact_uri: str | None = None
    hosting_prepacked_artifact_uri: str | None = None
    hosting_script_uri: str | None = None
    hosting_eula_uri: str | None = None
    hosting_model_package_arn: str | None = None
    inference_ami_version: str | None = None
    model_data_download_timeout: int | None = None
    container_startup_health_check_timeout: int | None = None
    sage_maker_sdk_predictor_specifications: Predictor | None = None
    training_ecr_uri: str | None = None
    training_artifact_uri: str | None = None
    training_script_uri: str | None = None
    training_prepacked_script_uri: str | None = None
    training_model_package_artifact_uri: str | None = None
    default_training_dataset_uri: str | None = None
    training_metrics: tuple[Metric, ...] = ()
    encrypt_inter_container_traffic: bool | None = None
    max_runtime_in_seconds: int | None = None
    disable_output_compression: bool | None = None
    model_dir: str | None = None
    model_types: tuple[str, ...] = ()
    task: str | None = None
    data_type: str | None = None
    datatype: str | None = None
    framework: str | None = None
    license: str | None = None
    contextual_help: Any = None
    notebook_locations: Any = None
    notebook_location_uris: Any = None


class Config(msgspec.Struct):
    component_names: tuple[str, ...] = ()
    benchmark_metrics: dict[str, tuple[Measurement, ...]] = {}
    acceleration_configs: tuple[dict[str, Any], ...] = ()


class _Ranking(msgspec.Struct):
    rankings: tuple[str, ...] = ()


def fields_of(raw: Mapping[str, Any]) -> Fields:
    """Raises msgspec.ValidationError, which names the member that is not as it should be."""
    return convert(raw, Fields, strict=False)


def configs_of(raw: Mapping[str, Any], scope: str) -> list[tuple[str, Config, Fields]]:
    """The configs of `inference` or `training`, the best ranked first; one named '' without any.

    Each is the document with what its components say in its place. Raises as fields_of, and
    ProblemError for too many.
    """
    configs = convert(raw.get(f"{scope}_configs", {}), dict[str, Config], strict=False)
    parts = convert(
        raw.get(f"{scope}_config_components", {}), dict[str, dict[str, Any]], strict=False
    )
    ranked = convert(raw.get(f"{scope}_config_rankings", {}), dict[str, _Ranking], strict=False)
    if not configs:
        return [("", Config(), fields_of(raw))]
    if len(configs) > CONFIGS_LIMIT:
        raise hostile(
            "The model's document has too many configs",
            f"It has {len(configs):,} for {scope}; {CONFIGS_LIMIT} are read.",
        )
    first = [name for name in ranked.get("overall", _Ranking()).rankings if name in configs]
    found = []
    for name in dict.fromkeys((*first, *sorted(configs))):
        whole = dict(raw)
        for part in configs[name].component_names:
            _override(whole, parts.get(part, {}))
        found.append((name, configs[name], fields_of(whole)))
    return found


def _override(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    """As the SDK's deep_override_dict: maps are merged, all else is replaced."""
    for name, value in part.items():
        if name not in _FIXED:
            whole[name] = _merged(whole.get(name), value)


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict) and new:
        return {**old, **{key: _merged(old.get(key), each) for key, each in new.items()}}
    return new
