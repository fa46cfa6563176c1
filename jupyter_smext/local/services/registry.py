"""The model registry and what it stands on: packages, models, cards, pipelines, artifacts."""

from __future__ import annotations

import hashlib
import secrets

from .. import errors, nouns
from ..contract import ServiceError
from . import records
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


@operation("BatchDescribeModelPackage")
def batch_describe_model_package(call: Call) -> Answer:
    """Several packages by ARN; what is not found is told in the error map."""
    noun = nouns.find("ModelPackage")
    found, failed = {}, {}
    for arn in call.parameters["ModelPackageArnList"]:
        one = Call(call.operation, call.region, {"ModelPackageName": arn}, call.engine)
        try:
            found[arn] = records.resolve(_package(one), noun)[1]
        except ServiceError as error:
            failed[arn] = {"ErrorCode": error.code, "ErrorResponse": error.message}
    return {"ModelPackageSummaries": found, "BatchDescribeModelPackageErrorMap": failed}


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
    if "PipelineDefinition" not in detail:
        raise records.refuse(
            "Either Pipeline Definition or Pipeline Definition S3 location should be provided"
        )


PREPARE["Pipeline"] = _pipeline
AMEND["Pipeline"] = lambda call, detail, changes: _pipeline(call, detail)


def _human_task_ui(call: Call, detail: Detail) -> None:
    content = call.parameters["UiTemplate"]["Content"]
    detail["UiTemplate"] = {"ContentSha256": hashlib.sha256(content.encode()).hexdigest()}
    detail["_content"] = content


PREPARE["HumanTaskUi"] = _human_task_ui


def _workforce(call: Call, detail: Detail, changes: Detail) -> None:
    """A VPC setting is whole, or given empty to take it off."""
    wanted = {"VpcId", "SecurityGroupIds", "Subnets"}
    given = changes.get("WorkforceVpcConfig")
    if given is not None and not wanted <= set(given):
        if given:
            raise records.refuse(f"WorkforceVpcConfig needs {', '.join(sorted(wanted))}.")
        changes["WorkforceVpcConfig"] = None


PREPARE["Workforce"] = lambda call, detail: _workforce(call, detail, detail)
AMEND["Workforce"] = _workforce


def _workload(call: Call, detail: Detail) -> None:
    if "AIWorkloadConfigs" not in detail:  # Describe requires what Create does not
        raise records.refuse("AIWorkloadConfigs must be given: a workload is nothing without.")


PREPARE["AIWorkloadConfig"] = _workload


def _model_card(call: Call, detail: Detail) -> None:
    noun, name = nouns.find("ModelCard"), detail["ModelCardName"]
    if call.engine.store.get(call.region, noun.name, noun.key(detail)) is not None:
        # Now, not after: the first version of the card that is there is kept under its name.
        raise errors.duplicate(noun.name, name, call.arn("model-card", name))
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


def _artifact(call: Call, detail: Detail) -> None:
    detail["ArtifactArn"] = call.arn("artifact", secrets.token_hex(16))


PREPARE["Artifact"] = _artifact
