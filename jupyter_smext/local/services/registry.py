"""The model registry: packages and their versions, model cards, contents of hubs."""

from __future__ import annotations

import hashlib
import secrets
import time

from .. import errors, nouns
from . import listing, records
from .records import AMEND, PREPARE, Detail
from .sagemaker import Answer, Call, operation


def _model_package(call: Call, detail: Detail) -> None:
    given = call.parameters
    group, name = given.get("ModelPackageGroupName"), given.get("ModelPackageName")
    if (group is None) is (name is None):
        raise records.refuse("Give either ModelPackageName or ModelPackageGroupName, not both.")
    if given.get("ValidationSpecification"):
        raise errors.needs_aws("ModelPackage with a ValidationSpecification")
    detail["ModelPackageStatusDetails"] = {"ValidationStatuses": []}
    if group is None:
        detail["ModelPackageArn"] = call.arn("model-package", str(name))
        return
    _, owner = records.locate(call, nouns.find("ModelPackageGroup"), group)
    group = detail["ModelPackageGroupName"] = owner["ModelPackageGroupName"]
    # The counter lives with the group: a deleted version's number is never given out again.
    version = owner.get("_last", 0) + 1
    key = nouns.find("ModelPackageGroup").key(owner)
    call.engine.store.update(call.region, "ModelPackageGroup", key, {"_last": version})
    detail["ModelPackageVersion"] = version
    detail.setdefault("ModelApprovalStatus", "PendingManualApproval")
    detail["ModelPackageName"] = group
    detail["ModelPackageArn"] = call.arn("model-package", f"{group}/{version}")


def _amend_package(call: Call, detail: Detail, changes: Detail) -> None:
    added = call.parameters.get("AdditionalInferenceSpecificationsToAdd")
    if added:
        kept = detail.get("AdditionalInferenceSpecifications", [])
        changes["AdditionalInferenceSpecifications"] = [*kept, *added]


def _package(call: Call) -> Call:
    """The same call with the identity that a package's name or ARN means."""
    given = call.parameters
    value = given.get("ModelPackageName") or given["ModelPackageArn"]
    found = call.engine.store.find(value) if value.startswith("arn:") else None
    detail = found[3] if found and found[:2] == (call.region, "ModelPackage") else {}
    named = {"ModelPackageName": value, "ModelPackageVersion": None}
    identity = {name: detail.get(name) for name in named} if detail else named
    return Call(call.operation, call.region, {**given, **identity}, call.engine)


@operation("DescribeModelPackage")
def describe_model_package(call: Call) -> Answer:
    """A package by name, or a version by ARN."""
    return records.describe(_package(call), nouns.find("ModelPackage"))


@operation("UpdateModelPackage")
def update_model_package(call: Call) -> Answer:
    """Change a package, by ARN."""
    return records.update(_package(call), nouns.find("ModelPackage"))


@operation("DeleteModelPackage")
def delete_model_package(call: Call) -> Answer:
    """Delete a package by name, or a version by ARN."""
    return records.delete(_package(call), nouns.find("ModelPackage"))


PREPARE["ModelPackage"] = _model_package
AMEND["ModelPackage"] = _amend_package


def _algorithm(call: Call, detail: Detail) -> None:
    if call.parameters.get("ValidationSpecification"):
        raise errors.needs_aws("Algorithm with a ValidationSpecification")
    detail["AlgorithmStatusDetails"] = {}


PREPARE["Algorithm"] = _algorithm


def _endpoint_config(call: Call, detail: Detail) -> None:
    model = nouns.find("Model")
    for variants in ("ProductionVariants", "ShadowProductionVariants"):
        for variant in detail.get(variants, ()):
            if "ModelName" in variant:
                records.locate(call, model, variant["ModelName"])


PREPARE["EndpointConfig"] = _endpoint_config


def _model(call: Call, detail: Detail) -> None:
    if not call.parameters.get("PrimaryContainer") and not call.parameters.get("Containers"):
        raise records.refuse("Either PrimaryContainer or Containers must be given.")
    detail.setdefault("EnableNetworkIsolation", False)


PREPARE["Model"] = _model


def _pipeline(call: Call, detail: Detail) -> None:
    if call.parameters.get("PipelineDefinitionS3Location"):
        raise errors.needs_aws("Pipeline with its definition in S3")


PREPARE["Pipeline"] = _pipeline
AMEND["Pipeline"] = lambda call, detail, changes: _pipeline(call, detail)


def _human_task_ui(call: Call, detail: Detail) -> None:
    content = call.parameters["UiTemplate"]["Content"]
    detail["UiTemplate"] = {"ContentSha256": hashlib.sha256(content.encode()).hexdigest()}
    detail["_content"] = content


PREPARE["HumanTaskUi"] = _human_task_ui


def _model_card(call: Call, detail: Detail) -> None:
    detail["ModelCardVersion"] = 1
    _keep_card(call, detail)


def _amend_model_card(call: Call, detail: Detail, changes: Detail) -> None:
    changes["ModelCardVersion"] = detail["ModelCardVersion"] + 1
    _keep_card(call, {**detail, **changes})


def _keep_card(call: Call, detail: Detail) -> None:
    noun = nouns.find("ModelCardVersion")
    arn = call.arn("model-card", detail["ModelCardName"])
    copy = {**detail, "ModelCardArn": arn, "_arn": None}
    call.engine.store.put(call.region, noun.name, noun.key(copy), copy)


PREPARE["ModelCard"] = _model_card
AMEND["ModelCard"] = _amend_model_card


@operation("DescribeModelCard")
def describe_model_card(call: Call) -> Answer:
    """The card as it is, or as a version of it was."""
    noun = nouns.find("ModelCard")
    _, detail = records.resolve(call, noun)
    version = call.parameters.get("ModelCardVersion")
    if version is not None:
        past = nouns.find("ModelCardVersion")
        key = past.key({"ModelCardName": detail["ModelCardName"], "ModelCardVersion": version})
        kept = call.engine.store.get(call.region, past.name, key)
        if kept is None:
            label = f"{detail['ModelCardName']} version {version}"
            raise errors.missing("ModelCard", label, detail["ModelCardArn"])
        detail = kept
    return records.envelop(noun, detail)


@operation("ImportHubContent")
def import_hub_content(call: Call) -> Answer:
    """Put a content, or a new version of one, into a private hub."""
    given = call.parameters
    hub = records.locate(call, nouns.find("Hub"), given["HubName"])[1]["HubName"]
    now = time.time()
    version = given.get("HubContentVersion", "1.0.0")
    detail: Detail = {
        **{name: value for name, value in given.items() if name != "Tags"},
        "HubName": hub,
        "HubContentVersion": version,
        "HubContentStatus": "Available",
        "HubArn": call.arn("hub", hub),
        "CreationTime": now,
        "LastModifiedTime": now,
        "_tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())},
    }
    each = nouns.find("HubContentVersion")
    arn = detail["HubContentArn"] = each.arn(call.region, call.engine.account, detail)
    key = each.key(detail)
    if call.engine.store.get(call.region, each.name, key) is not None:
        raise errors.duplicate("HubContent", given["HubContentName"], arn)
    call.engine.store.put(call.region, each.name, key, {**detail, "_arn": None})
    _latest(call, detail)
    return detail


def _latest(call: Call, content: Detail) -> None:
    """Keep the newest version as the content itself; none left means no content."""
    noun = nouns.find("HubContent")
    same = [
        other
        for _, _, other in call.engine.store.all("HubContentVersion", call.region)
        if noun.key(other) == noun.key(content)
    ]
    if same:
        newest = max(same, key=lambda other: numbers(other["HubContentVersion"]))
        newest["_arn"] = newest["HubContentArn"]
        call.engine.store.put(call.region, noun.name, noun.key(content), newest)
    else:
        call.engine.store.delete(call.region, noun.name, noun.key(content))


def numbers(version: str) -> tuple[int, ...]:
    """A version's parts as numbers, for comparing."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


@operation("DescribeHubContent")
def describe_hub_content(call: Call) -> Answer:
    """A content: its newest version, or the one asked for."""
    records.locate(call, nouns.find("Hub"), call.parameters["HubName"])
    given = "HubContentVersion" in call.parameters
    noun = nouns.find("HubContentVersion" if given else "HubContent")
    return records.resolve(call, noun)[1]


@operation("UpdateHubContent")
def update_hub_content(call: Call) -> Answer:
    """Change a version's words."""
    noun = nouns.find("HubContentVersion")
    key, detail = records.resolve(call, noun)
    fixed = set(noun.identity)
    changes = {name: value for name, value in call.parameters.items() if name not in fixed}
    detail = call.engine.store.update(call.region, noun.name, key, changes)
    _latest(call, detail)
    return detail


@operation("DeleteHubContent")
def delete_hub_content(call: Call) -> Answer:
    """Delete one version of a content."""
    noun = nouns.find("HubContentVersion")
    key, detail = records.resolve(call, noun)
    call.engine.store.delete(call.region, noun.name, key)
    _latest(call, detail)
    return {}


for _list in ("ListHubContents", "ListHubContentVersions"):
    listing.FILTERS[_list, "MinVersion"] = lambda call, least: (
        lambda detail: numbers(detail["HubContentVersion"]) >= numbers(least)
    )
    listing.FILTERS[_list, "MaxSchemaVersion"] = lambda call, most: (
        lambda detail: numbers(detail["DocumentSchemaVersion"]) <= numbers(most)
    )


def _artifact(call: Call, detail: Detail) -> None:
    detail["ArtifactArn"] = call.arn("artifact", secrets.token_hex(16))


PREPARE["Artifact"] = _artifact
