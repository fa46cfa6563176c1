"""Reads model documents: a spec of the S3 layout, or a HubContentDocument."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from ..aws.errors import ProblemError
from ..decoding import convert
from .document_fields import Config, Fields, configs_of, fields_of
from .document_json import hostile, read_hub_document, read_spec
from .document_notebooks import notebooks_of
from .document_variants import variants
from .model_document import DataSource, Hosting, ModelDocument, Training
from .s3_places import cache_bucket, check_key, gated_bucket, place

__all__ = ["ModelDocument", "cache_bucket", "gated_bucket", "parse_hub_document", "parse_spec"]

#: As HubContentName, but longer: ids of the S3 layout have up to 86 characters.
MODEL_ID = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,127}")

#: Proprietary models have versions of their own making (`v1.0-rc3`, `SD3_5L_v1`).
VERSION = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,31}")

_WEB = re.compile(r"https?://[^\s\"'<>\\]+")


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
    failure: str | None = None,
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
        failure=failure,
    )


def _malformed(error: Exception) -> ProblemError:
    return hostile("The model's document is malformed", str(error))


def _document(raw: dict[str, Any], region: str) -> ModelDocument:
    hostings = tuple(
        _hosting(name, config, fields, region)
        for name, config, fields in configs_of(raw, "inference")
    )
    fields = fields_of(raw)
    if not MODEL_ID.fullmatch(fields.model_id) or not VERSION.fullmatch(fields.version):
        raise hostile(
            "The model's document names no model",
            f"{fields.model_id[:80]!r}, version {fields.version[:80]!r}",
        )
    trainings: tuple[Training, ...] = ()
    if fields.training_supported:
        trainings = tuple(
            _training(name, of, region) for name, _, of in configs_of(raw, "training")
        )
    help = fields.contextual_help if isinstance(fields.contextual_help, dict) else {}
    return ModelDocument(
        id=fields.model_id,
        version=fields.version,
        region=region,
        hub=None,
        arn=None,
        failure=None,
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
        trainings=trainings,
        data_format=_paragraphs(help.get("hub_format_train_data")),
        dataset_about=_paragraphs(help.get("hub_default_train_data")),
        notebooks=notebooks_of(fields.notebook_locations or fields.notebook_location_uris),
    )


def _hosting(name: str, config: Config, of: Fields, region: str) -> Hosting:
    cache = cache_bucket(region)
    models = gated_bucket(region) if of.gated_bucket else cache
    given = of.deploy_kwargs
    # A model package brings an environment of its own (JumpStartMetadataConfig of the SDK).
    package = of.hosting_model_package_arns.get(region) or of.hosting_model_package_arn
    return Hosting(
        name=name,
        container=of.hosting_ecr_specs,
        ecr=of.hosting_ecr_uri,
        variants=variants(of.hosting_instance_type_variants, region, models),
        artifact=place(of.hosting_artifact_uri, of.hosting_artifact_key, models),
        prepacked=place(
            of.hosting_prepacked_artifact_uri, of.hosting_prepacked_artifact_key, models
        ),
        artifact_data_type=of.hosting_artifact_s3_data_type,
        artifact_compression=of.hosting_artifact_compression_type,
        script=place(of.hosting_script_uri, of.hosting_script_key, cache),
        use_script=of.hosting_use_script_uri,
        eula=place(of.hosting_eula_uri, of.hosting_eula_key, cache),
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


def _training(name: str, of: Fields, region: str) -> Training:
    cache = cache_bucket(region)
    models = gated_bucket(region) if of.gated_bucket else cache
    given = of.estimator_kwargs
    return Training(
        name=name,
        container=of.training_ecr_specs,
        ecr=of.training_ecr_uri,
        variants=variants(of.training_instance_type_variants, region, models),
        artifact=place(of.training_artifact_uri, of.training_artifact_key, models),
        script=place(of.training_prepacked_script_uri, of.training_prepacked_script_key, cache)
        or place(of.training_script_uri, of.training_script_key, cache),
        model_package_artifact=of.training_model_package_artifact_uris.get(region)
        or of.training_model_package_artifact_uri,
        instance_type=of.default_training_instance_type,
        instance_types=of.supported_training_instance_types,
        hyperparameters=of.hyperparameters,
        environment=of.training_environment_variables,
        metrics=of.training_metrics or of.metrics,
        isolation=of.training_enable_network_isolation,
        volume=of.training_volume_size,
        dataset=place(of.default_training_dataset_uri, of.default_training_dataset_key, cache),
        validation=of.validation_supported,
        incremental=of.incremental_training_supported,
        max_run=_whole(of.max_runtime_in_seconds, given.get("max_run")),
        encrypt_traffic=bool(
            of.encrypt_inter_container_traffic or given.get("encrypt_inter_container_traffic")
        ),
        uncompressed_output=of.disable_output_compression
        if of.disable_output_compression is not None
        else convert(given.get("disable_output_compression"), bool | None, strict=False),
        model_dir=of.model_dir or _text(given.get("model_dir")),
        dependencies=of.training_dependencies,
        vulnerable=of.training_vulnerable,
        vulnerabilities=of.training_vulnerabilities,
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
        for one in convert(sources, list[_DataSource], strict=False):
            data = one.s3_data_source
            accept = data.model_access_config.get("accept_eula")
            check_key(data.s3_uri.removeprefix("s3://"))
            found.append(
                DataSource(
                    use=use,
                    channel=one.channel_name,
                    uri=data.s3_uri,
                    data_type=data.s3_data_type,
                    compression=data.compression_type,
                    accept_eula=convert(accept, bool | None, strict=False),
                    provider=one.provider,
                )
            )
    return tuple(found)


def _web(url: str | None) -> str | None:
    """A link of the web; one that is anything else is none."""
    return url if url is not None and _WEB.fullmatch(url) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole(*values: Any) -> int | None:
    """The first of them that there is, as a whole number."""
    found = next((value for value in values if value is not None), None)
    return convert(found, int | None, strict=False)


def _paragraphs(value: Any) -> str:
    """A text, or the paragraphs of one."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n\n".join(each.strip() for each in value if isinstance(each, str))
    return ""
