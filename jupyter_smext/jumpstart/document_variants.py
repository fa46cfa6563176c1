"""What a model document says of single instance types and of their families."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..decoding import convert
from .model_document import Declared, Metric, Variant, Variants
from .s3_places import place


class _Properties(msgspec.Struct):
    """What specs and hub documents say of an instance type or a family."""

    image_uri: str | None = None
    model_package_arn: str | None = None
    artifact_key: str | None = None
    artifact_uri: str | None = None
    prepacked_artifact_key: str | None = None
    prepacked_artifact_uri: str | None = None
    training_artifact_key: str | None = None
    training_artifact_uri: str | None = None
    gated_model_key_env_var_value: str | None = None
    gated_model_env_var_uri: str | None = None
    environment_variables: dict[str, Any] = {}
    hyperparameters: tuple[Declared, ...] = ()
    metrics: tuple[Metric, ...] = ()
    resource_requirements: dict[str, Any] = {}
    default_inference_instance_type: str | None = None
    supported_inference_instance_types: tuple[str, ...] = ()


class _ByRegion(msgspec.Struct):
    properties: dict[str, Any] = {}
    regional_properties: dict[str, str] = {}


def variants(raw: Mapping[str, Any], region: str, models: str) -> Variants:
    found = convert(raw.get("variants", {}), dict[str, _ByRegion], strict=False)
    aliases = convert(
        raw.get("regional_aliases", {}).get(region, {})
        if isinstance(raw.get("regional_aliases", {}), dict)
        else {},
        dict[str, str],
    )
    return Variants(
        {
            name: _variant(
                {**each.properties, **_regional(each.regional_properties, aliases)}, models
            )
            for name, each in found.items()
        }
    )


def _regional(properties: Mapping[str, str], aliases: Mapping[str, str]) -> dict[str, str]:
    """What `$alias` stands for in the region; what has none there is left out."""
    return {
        name: aliases[value[1:]]
        for name, value in properties.items()
        if value.startswith("$") and value[1:] in aliases
    }


def _variant(raw: Mapping[str, Any], models: str) -> Variant:
    of = convert(raw, _Properties, strict=False)
    return Variant(
        image=of.image_uri,
        model_package=of.model_package_arn,
        artifact=place(of.artifact_uri, of.artifact_key, models),
        prepacked=place(of.prepacked_artifact_uri, of.prepacked_artifact_key, models),
        training_artifact=place(of.training_artifact_uri, of.training_artifact_key, models),
        gated_artifact=place(of.gated_model_env_var_uri, of.gated_model_key_env_var_value, models),
        instance_type=of.default_inference_instance_type,
        instance_types=of.supported_inference_instance_types,
        environment={name: str(value) for name, value in of.environment_variables.items()},
        hyperparameters=of.hyperparameters,
        metrics=of.metrics,
        requirements=of.resource_requirements,
    )
