"""Taking the demo away: only what it made, told by its tag, in an order that nothing is used in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from .run import Step
from .stage import DOMAIN, ENDPOINT, GROUP, LIFECYCLE, NOTEBOOK, PREFIX, TAG, Detail, Stage, found
from .studio import domain_id

_SECONDS = 300.0


def plan(stage: Stage) -> list[Step]:
    """What is there of the demo, as steps that remove it."""
    return [*_studio(stage), *_notebook(stage), *_deployed(stage), *_made(stage)]


def _studio(stage: Stage) -> Iterator[Step]:
    client, id = stage.sagemaker, domain_id(stage)
    domain = found(client.describe_domain, DomainId=id) if id else None
    if domain is None or not _ours(stage, domain["DomainArn"]):
        return
    within: Detail = {"DomainId": id}
    pages = client.get_paginator("list_apps").paginate(DomainIdEquals=id)
    for app in (app for page in pages for app in page["Apps"]):
        if app["Status"] not in ("Deleted", "Failed"):
            owner = {key: app[key] for key in ("SpaceName", "UserProfileName") if key in app}
            names = {**within, **owner, "AppType": app["AppType"], "AppName": app["AppName"]}
            yield _delete(stage, "App", names, app["AppName"], gone="Deleted")
    for operation, lists, member, noun in (
        ("list_spaces", "Spaces", "SpaceName", "Space"),
        ("list_user_profiles", "UserProfiles", "UserProfileName", "UserProfile"),
    ):
        for page in client.get_paginator(operation).paginate(DomainIdEquals=id):
            for each in page[lists]:
                yield _delete(stage, noun, {**within, member: each[member]}, each[member])
    # Its files would be kept otherwise, as on AWS.
    policy = {"RetentionPolicy": {"HomeEfsFileSystem": "Delete"}}
    yield _delete(stage, "Domain", within, DOMAIN, more=policy)


def _notebook(stage: Stage) -> Iterator[Step]:
    client = stage.sagemaker
    name = {"NotebookInstanceName": NOTEBOOK}
    instance = found(client.describe_notebook_instance, **name)
    if instance and _ours(stage, instance["NotebookInstanceArn"]):
        yield Step("notebook", f"Stop and delete notebook instance {NOTEBOOK}", _end_notebook)
    config = {"NotebookInstanceLifecycleConfigName": LIFECYCLE}
    if found(client.describe_notebook_instance_lifecycle_config, **config):
        yield _delete(stage, "NotebookInstanceLifecycleConfig", config, LIFECYCLE)


def _end_notebook(stage: Stage) -> str:
    client, name = stage.sagemaker, {"NotebookInstanceName": NOTEBOOK}

    def describe() -> Detail | None:
        return found(client.describe_notebook_instance, **name)

    instance = describe() or {}
    if instance.get("NotebookInstanceStatus") == "InService":
        client.stop_notebook_instance(**name)
    if (describe() or {}).get("NotebookInstanceStatus") != "Failed":
        going = ("InService", "Stopping", "Pending")
        stage.wait(describe, "NotebookInstanceStatus", "Stopped", going, _SECONDS)
    client.delete_notebook_instance(**name)
    stage.wait_gone(describe, _SECONDS)
    return "Gone, with its files."


def _deployed(stage: Stage) -> Iterator[Step]:
    client = stage.sagemaker
    endpoint = found(client.describe_endpoint, EndpointName=ENDPOINT)
    if endpoint and _ours(stage, endpoint["EndpointArn"]):
        yield _delete(stage, "Endpoint", {"EndpointName": ENDPOINT}, ENDPOINT)
    for operation, lists, noun in (
        ("list_endpoint_configs", "EndpointConfigs", "EndpointConfig"),
        ("list_models", "Models", "Model"),
    ):
        for page in client.get_paginator(operation).paginate(NameContains=PREFIX):
            for each in page[lists]:
                if _ours(stage, each[f"{noun}Arn"]):
                    name = each[f"{noun}Name"]
                    yield _delete(stage, noun, {f"{noun}Name": name}, name)


def _made(stage: Stage) -> Iterator[Step]:
    client = stage.sagemaker
    group = found(client.describe_model_package_group, ModelPackageGroupName=GROUP)
    if group and _ours(stage, group["ModelPackageGroupArn"]):
        pages = client.get_paginator("list_model_packages").paginate(ModelPackageGroupName=GROUP)
        for package in (each for page in pages for each in page["ModelPackageSummaryList"]):
            arn = package["ModelPackageArn"]
            label = f"{GROUP}/{package['ModelPackageVersion']}"
            yield _delete(stage, "ModelPackage", {"ModelPackageName": arn}, label)
        yield _delete(stage, "ModelPackageGroup", {"ModelPackageGroupName": GROUP}, GROUP)
    for page in client.get_paginator("list_training_jobs").paginate(NameContains=PREFIX):
        for job in page["TrainingJobSummaries"]:
            if _ours(stage, job["TrainingJobArn"]):
                name = job["TrainingJobName"]
                yield Step(f"job-{name}", f"Delete training job {name}", partial(_end_job, name))
    if _our_bucket(stage):
        yield Step("bucket", f"Delete S3 bucket {stage.bucket} with all in it", _empty)


def _end_job(name: str, stage: Stage) -> str:
    client, names = stage.sagemaker, {"TrainingJobName": name}

    def describe() -> Detail | None:
        return found(client.describe_training_job, **names)

    if (describe() or {}).get("TrainingJobStatus") == "InProgress":
        client.stop_training_job(**names)
        stage.wait(describe, "TrainingJobStatus", "Stopped", ("InProgress", "Stopping"), _SECONDS)
    client.delete_training_job(**names)
    stage.wait_gone(describe, _SECONDS)
    return "Gone; what it wrote into CloudWatch stays."


def _empty(stage: Stage) -> str:
    s3, count = stage.s3, 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=stage.bucket):
        for each in page.get("Contents", ()):
            s3.delete_object(Bucket=stage.bucket, Key=each["Key"])
            count += 1
    s3.delete_bucket(Bucket=stage.bucket)
    return f"Gone, with {count} objects."


def _delete(
    stage: Stage,
    noun: str,
    names: Detail,
    label: str,
    *,
    more: Detail | None = None,
    gone: str | None = None,
) -> Step:
    """A step that deletes one resource and waits until it is gone, or `gone` is its status."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in noun)

    def do(stage: Stage) -> str:
        snake = words.strip().replace(" ", "_")
        getattr(stage.sagemaker, f"delete_{snake}")(**names, **(more or {}))
        describe = getattr(stage.sagemaker, f"describe_{snake}")
        stage.wait_gone(lambda: _unless(gone, found(describe, **names)), _SECONDS)
        return "Gone."

    return Step(f"{noun}-{label}", f"Delete{words} {label}", do)


def _unless(gone: str | None, detail: Detail | None) -> Detail | None:
    return None if detail and gone and detail.get("Status") == gone else detail


def _ours(stage: Stage, arn: str) -> bool:
    pages = stage.sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return any(_is_ours(tag) for page in pages for tag in page["Tags"])


def _our_bucket(stage: Stage) -> bool:
    tagging = found(stage.s3.get_bucket_tagging, Bucket=stage.bucket) or {}
    return any(_is_ours(tag) for tag in tagging.get("TagSet", ()))


def _is_ours(tag: dict[str, Any]) -> bool:
    return tag == TAG
