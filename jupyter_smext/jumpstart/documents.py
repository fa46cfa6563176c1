"""Reads model documents: a spec of the S3 layout, or a HubContentDocument."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from ..aws.errors import ProblemError
from .model_document import (
    DataSource,
    Declared,
    Hosting,
    Measurement,
    Metric,
    ModelDocument,
    Payload,
    Predictor,
    Training,
    Variant,
    Variants,
)
from .document_json import hostile, read_hub_document, read_spec

__all__ = ["ModelDocument", "cache_bucket", "gated_bucket", "parse_hub_document", "parse_spec"]

#: As HubContentName, but longer: ids of the S3 layout have up to 86 characters.
MODEL_ID = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,127}")

#: Proprietary models have versions of their own making (`v1.0-rc3`, `SD3_5L_v1`).
VERSION = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,31}")

_S3_URI = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>.*)", re.DOTALL)
_WEB = re.compile(r"https?://[^\s\"'<>\\]+")

#: What a config does not change (JumpStartConfigComponent of the SDK).
_FIXED = frozenset(
    """
    model_id url version min_sdk_version deprecated deprecated_message deprecate_warn_message
    resource_name_base gated_bucket training_supported incremental_training_supported
    """.split()
)


def cache_bucket(region: str) -> str:
    """JumpStart's bucket of a region, which anybody reads unsigned."""
    return f"jumpstart-cache-prod-{region}"


def gated_bucket(region: str) -> str:
    """JumpStart's bucket of models whose licence must be accepted."""
    return f"jumpstart-private-cache-prod-{region}"


def parse_spec(document: bytes, region: str) -> ModelDocument:
    """A spec of the S3 layout (`community_models/<id>/specs_v<version>.json`).

    Raises ProblemError: too large, no JSON, nothing of a model's, or hostile.
    """
    raw = read_spec(document)
    try:
        return _document(raw, region)
    except msgspec.ValidationError as error:
        raise _malformed(error) from error


def parse_hub_document(
    document: str,
    region: str,
    *,
    id: str,
    version: str,
    hub: str | None = None,
    arn: str | None = None,
    name: str | None = None,
    description: str = "",
    markdown: str = "",
    deprecated: bool = False,
) -> ModelDocument:
    """A HubContentDocument; the rest is what DescribeHubContent says beside it.

    Raises ProblemError as parse_spec.
    """
    raw = read_hub_document(document)
    raw |= {"model_id": id, "version": version}
    if deprecated:
        raw["deprecated"] = True
    try:
        read = _document(raw, region)
    except msgspec.ValidationError as error:
        raise _malformed(error) from error
    return msgspec.structs.replace(
        read,
        hub=hub,
        arn=arn,
        name=name or read.name,
        description=description or read.description,
        markdown=markdown,
    )


def _malformed(error: Exception) -> ProblemError:
    return hostile("The model's document is malformed", str(error))


class _Fields(msgspec.Struct):
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


class _Config(msgspec.Struct):
    component_names: tuple[str, ...] = ()
    benchmark_metrics: dict[str, tuple[Measurement, ...]] = {}
    acceleration_configs: tuple[dict[str, Any], ...] = ()


class _Ranking(msgspec.Struct):
    rankings: tuple[str, ...] = ()


def _fields(raw: Mapping[str, Any]) -> _Fields:
    return msgspec.convert(raw, _Fields, strict=False)


def _configs(raw: Mapping[str, Any], scope: str) -> list[tuple[str, _Config, _Fields]]:
    """The configs of `inference` or `training`, the best ranked first; one named '' without any.

    Each is the document with what its components say in its place.
    """
    configs = msgspec.convert(raw.get(f"{scope}_configs", {}), dict[str, _Config], strict=False)
    parts = msgspec.convert(
        raw.get(f"{scope}_config_components", {}), dict[str, dict[str, Any]], strict=False
    )
    ranked = msgspec.convert(
        raw.get(f"{scope}_config_rankings", {}), dict[str, _Ranking], strict=False
    )
    if not configs:
        return [("", _Config(), _fields(raw))]
    first = [name for name in ranked.get("overall", _Ranking()).rankings if name in configs]
    found = []
    for name in dict.fromkeys((*first, *sorted(configs))):
        fields = dict(raw)
        for part in configs[name].component_names:
            _override(fields, parts.get(part, {}))
        found.append((name, configs[name], _fields(fields)))
    return found


def _override(fields: dict[str, Any], part: Mapping[str, Any]) -> None:
    """As the SDK's deep_override_dict: maps are merged, all else is replaced."""
    for name, value in part.items():
        if name not in _FIXED:
            fields[name] = _merged(fields.get(name), value)


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict) and new:
        return {**old, **{key: _merged(old.get(key), each) for key, each in new.items()}}
    return new


def _document(raw: dict[str, Any], region: str) -> ModelDocument:
    hostings = tuple(
        _hosting(name, config, fields, region)
        for name, config, fields in _configs(raw, "inference")
    )
    fields = _fields(raw)
    if not MODEL_ID.fullmatch(fields.model_id) or not VERSION.fullmatch(fields.version):
        raise hostile(
            "The model's document names no model",
            f"{fields.model_id[:80]!r}, version {fields.version[:80]!r}",
        )
    training = None
    if fields.training_supported:
        training = _training(_configs(raw, "training")[0][2], region)
    help = fields.contextual_help if isinstance(fields.contextual_help, dict) else {}
    return ModelDocument(
        id=fields.model_id,
        version=fields.version,
        region=region,
        hub=None,
        arn=None,
        name=None,
        description="",
        markdown="",
        url=_web(fields.url),
        provider=fields.provider,
        task=fields.task,
        data_type=fields.data_type or fields.datatype,
        framework=fields.framework,
        license=fields.license,
        proprietary="PROPRIETARY" in fields.model_types
        or fields.model_subscription_link is not None
        or any(each.model_package for each in hostings),
        subscription=_web(fields.model_subscription_link),
        resource_name=fields.resource_name_base or fields.model_id,
        min_sdk_version=fields.min_sdk_version,
        deprecated=fields.deprecated,
        deprecated_message=fields.deprecated_message or fields.deprecate_warn_message,
        hostings=hostings,
        training=training,
        data_format=_paragraphs(help.get("hub_format_train_data")),
        dataset_about=_paragraphs(help.get("hub_default_train_data")),
        notebooks=_notebooks(fields.notebook_locations or fields.notebook_location_uris),
    )


def _hosting(name: str, config: _Config, of: _Fields, region: str) -> Hosting:
    cache = cache_bucket(region)
    models = gated_bucket(region) if of.gated_bucket else cache
    given = of.deploy_kwargs
    # A model package brings an environment of its own (JumpStartMetadataConfig of the SDK).
    package = of.hosting_model_package_arns.get(region) or of.hosting_model_package_arn
    return Hosting(
        name=name,
        container=of.hosting_ecr_specs,
        ecr=of.hosting_ecr_uri,
        variants=_variants(of.hosting_instance_type_variants, region, models),
        artifact=_place(of.hosting_artifact_uri, of.hosting_artifact_key, models),
        prepacked=_place(
            of.hosting_prepacked_artifact_uri, of.hosting_prepacked_artifact_key, models
        ),
        artifact_data_type=of.hosting_artifact_s3_data_type,
        artifact_compression=of.hosting_artifact_compression_type,
        script=_place(of.hosting_script_uri, of.hosting_script_key, cache),
        use_script=of.hosting_use_script_uri,
        eula=_place(of.hosting_eula_uri, of.hosting_eula_key, cache),
        gated=of.gated_bucket,
        model_package=package,
        instance_type=of.default_inference_instance_type,
        instance_types=of.supported_inference_instance_types,
        environment=() if package and name else of.inference_environment_variables,
        isolation=of.inference_enable_network_isolation,
        volume=of.inference_volume_size,
        download_timeout=_whole(
            of.model_data_download_timeout, given.get("model_data_download_timeout")
        ),
        startup_timeout=_whole(
            of.container_startup_health_check_timeout,
            given.get("container_startup_health_check_timeout"),
        ),
        ami=of.inference_ami_version or _text(given.get("inference_ami_version")),
        components=of.dynamic_container_deployment_supported,
        requirements=of.hosting_resource_requirements,
        predictor=of.sage_maker_sdk_predictor_specifications or of.predictor_specs,
        payloads=of.default_payloads,
        more_data=_more_data(of.hosting_additional_data_sources),
        dependencies=of.inference_dependencies,
        vulnerable=of.inference_vulnerable,
        vulnerabilities=of.inference_vulnerabilities,
        benchmarks=config.benchmark_metrics,
        accelerations=config.acceleration_configs,
    )


def _training(of: _Fields, region: str) -> Training:
    cache = cache_bucket(region)
    models = gated_bucket(region) if of.gated_bucket else cache
    given = of.estimator_kwargs
    return Training(
        container=of.training_ecr_specs,
        ecr=of.training_ecr_uri,
        variants=_variants(of.training_instance_type_variants, region, models),
        artifact=_place(of.training_artifact_uri, of.training_artifact_key, models),
        script=_place(of.training_prepacked_script_uri, of.training_prepacked_script_key, cache)
        or _place(of.training_script_uri, of.training_script_key, cache),
        model_package_artifact=of.training_model_package_artifact_uris.get(region)
        or of.training_model_package_artifact_uri,
        instance_type=of.default_training_instance_type,
        instance_types=of.supported_training_instance_types,
        hyperparameters=of.hyperparameters,
        environment=of.training_environment_variables,
        metrics=of.training_metrics or of.metrics,
        isolation=of.training_enable_network_isolation,
        volume=of.training_volume_size,
        dataset=_place(of.default_training_dataset_uri, of.default_training_dataset_key, cache),
        validation=of.validation_supported,
        incremental=of.incremental_training_supported,
        max_run=_whole(of.max_runtime_in_seconds, given.get("max_run")),
        encrypt_traffic=bool(
            of.encrypt_inter_container_traffic or given.get("encrypt_inter_container_traffic")
        ),
        uncompressed_output=of.disable_output_compression
        if of.disable_output_compression is not None
        else msgspec.convert(given.get("disable_output_compression"), bool | None, strict=False),
        model_dir=of.model_dir or _text(given.get("model_dir")),
        dependencies=of.training_dependencies,
        vulnerable=of.training_vulnerable,
        vulnerabilities=of.training_vulnerabilities,
    )


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


def _variants(raw: Mapping[str, Any], region: str, models: str) -> Variants:
    found = msgspec.convert(raw.get("variants", {}), dict[str, _ByRegion], strict=False)
    aliases = msgspec.convert(
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
    of = msgspec.convert(raw, _Properties, strict=False)
    return Variant(
        image=of.image_uri,
        model_package=of.model_package_arn,
        artifact=_place(of.artifact_uri, of.artifact_key, models),
        prepacked=_place(of.prepacked_artifact_uri, of.prepacked_artifact_key, models),
        training_artifact=_place(of.training_artifact_uri, of.training_artifact_key, models),
        gated_artifact=_place(of.gated_model_env_var_uri, of.gated_model_key_env_var_value, models),
        instance_type=of.default_inference_instance_type,
        instance_types=of.supported_inference_instance_types,
        environment={name: str(value) for name, value in of.environment_variables.items()},
        hyperparameters=of.hyperparameters,
        metrics=of.metrics,
        requirements=of.resource_requirements,
    )


class _S3DataSource(msgspec.Struct):
    s3_uri: str
    s3_data_type: str = "S3Prefix"
    compression_type: str = "None"
    model_access_config: dict[str, Any] = {}


class _DataSource(msgspec.Struct):
    channel_name: str
    s3_data_source: _S3DataSource
    provider: dict[str, Any] = {}


def _more_data(raw: Mapping[str, list[dict[str, Any]]]) -> tuple[DataSource, ...]:
    found = []
    for use, sources in raw.items():
        for one in msgspec.convert(sources, list[_DataSource], strict=False):
            data = one.s3_data_source
            accept = data.model_access_config.get("accept_eula")
            _checked_key(data.s3_uri.removeprefix("s3://"))
            found.append(
                DataSource(
                    use=use,
                    channel=one.channel_name,
                    uri=data.s3_uri,
                    data_type=data.s3_data_type,
                    compression=data.compression_type,
                    accept_eula=msgspec.convert(accept, bool | None, strict=False),
                    provider=one.provider,
                )
            )
    return tuple(found)


def _place(uri: str | None, key: str | None, bucket: str) -> str | None:
    """The URI, or that of a key in a bucket. Raises ProblemError for what is no plain S3 object."""
    if not uri and not key:
        return None
    if not uri:
        uri = key if key and key.startswith("s3://") else f"s3://{bucket}/{key}"
    parts = _S3_URI.fullmatch(uri or "")
    if parts is None:
        raise hostile(
            "The model's document names no place in S3", f"{(uri or '')[:200]!r} is no S3 URI."
        )
    _checked_key(parts["key"])
    return uri


def _checked_key(key: str) -> None:
    segments = key.split("/")
    if (
        not key
        or len(key) > 1024
        or not key.isprintable()
        or "\\" in key
        or ".." in segments
        or key.startswith("/")
    ):
        raise hostile(
            "The model's document names no place in S3", f"{key[:200]!r} is no key of a model's."
        )


def _web(url: str | None) -> str | None:
    """A link of the web; one that is anything else is none."""
    return url if url is not None and _WEB.fullmatch(url) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole(*values: Any) -> int | None:
    """The first of them that there is, as a whole number."""
    found = next((value for value in values if value is not None), None)
    return msgspec.convert(found, int | None, strict=False)


def _paragraphs(value: Any) -> str:
    """A text, or the paragraphs of one."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n\n".join(each.strip() for each in value if isinstance(each, str))
    return ""


def _notebooks(value: Any) -> tuple[str, ...]:
    """The S3 URIs of the notebooks, whatever they are for."""
    found: dict[str, None] = {}

    def look(inside: Any) -> None:
        if isinstance(inside, str) and _S3_URI.fullmatch(inside) and inside.endswith(".ipynb"):
            found[inside] = None
        elif isinstance(inside, (list, dict)):
            for each in inside.values() if isinstance(inside, dict) else inside:
                look(each)

    look(value)
    return tuple(found)
