"""The demo's Studio: a domain, somebody in it, and a space with its JupyterLab."""

from __future__ import annotations

from .stage import DOMAIN, PROFILE, SPACE, TAGS, Detail, Stage, found

APP = {"AppType": "JupyterLab", "AppName": "default"}
_SECONDS = 300.0


def open_domain(stage: Stage) -> str:
    """The domain, with a user profile in it."""
    client = stage.sagemaker
    id = domain_id(stage)
    kept = id is not None
    if id is None:
        arn = client.create_domain(
            DomainName=DOMAIN,
            AuthMode="IAM",
            DefaultUserSettings={"ExecutionRole": stage.role},
            DefaultSpaceSettings={"ExecutionRole": stage.role},
            # Kept as given: there is no network of AWS's here.
            SubnetIds=["subnet-00000000"],
            VpcId="vpc-00000000",
            Tags=TAGS,
        )["DomainArn"]
        id = str(arn).rpartition("/")[2]
    domain = {"DomainId": id}
    stage.wait(
        lambda: found(client.describe_domain, **domain),
        "Status",
        "InService",
        ("Pending", "Updating"),
        _SECONDS,
    )
    profile = {**domain, "UserProfileName": PROFILE}
    if found(client.describe_user_profile, **profile) is None:
        client.create_user_profile(**profile, Tags=TAGS)
    stage.wait(
        lambda: found(client.describe_user_profile, **profile),
        "Status",
        "InService",
        ("Pending", "Updating"),
        _SECONDS,
    )
    return f"{DOMAIN} with {PROFILE}" + (", kept." if kept else ".")


def open_space(stage: Stage) -> str:
    """A private space of the user's, and its JupyterLab in service."""
    client = stage.sagemaker
    space = {"DomainId": domain_id(stage), "SpaceName": SPACE}
    if found(client.describe_space, **space) is None:
        client.create_space(
            **space,
            SpaceDisplayName="Demo",
            OwnershipSettings={"OwnerUserProfileName": PROFILE},
            SpaceSharingSettings={"SharingType": "Private"},
            SpaceSettings={
                "AppType": APP["AppType"],
                "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}},
            },
            Tags=TAGS,
        )
    stage.wait(
        lambda: found(client.describe_space, **space),
        "Status",
        "InService",
        ("Pending", "Updating"),
        _SECONDS,
    )
    app = {**space, **APP}

    def describe() -> Detail | None:
        return found(client.describe_app, **app)

    running = describe()
    kept = running is not None and running["Status"] in ("Pending", "InService")
    if not kept:
        client.create_app(**app, ResourceSpec={"InstanceType": "ml.t3.medium"}, Tags=TAGS)
    stage.wait(describe, "Status", "InService", ("Pending",), _SECONDS)
    return f"{SPACE}: its JupyterLab is in service" + (", kept." if kept else ".")


def domain_id(stage: Stage) -> str | None:
    """The demo's domain by its name, which AWS knows it by nowhere else."""
    for page in stage.sagemaker.get_paginator("list_domains").paginate():
        for domain in page["Domains"]:
            if domain["DomainName"] == DOMAIN and domain["Status"] != "Deleting":
                return str(domain["DomainId"])
    return None
