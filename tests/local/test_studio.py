"""Ids, versions and states of Studio's records are made as AWS makes them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"


@pytest.fixture
def client(engine: RunningEngine) -> Any:
    return engine.client("sagemaker")


def test_a_domain_gets_an_id_and_its_profiles_hang_on_it(client: Any) -> None:
    domain = client.create_domain(
        DomainName="studio", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": ROLE}
    )
    assert re.fullmatch("d-[a-z0-9]{12}", domain["DomainId"])
    assert domain["DomainArn"].endswith(f":domain/{domain['DomainId']}")
    for number in (1, 2):
        profile = client.create_user_profile(
            DomainId=domain["DomainId"], UserProfileName=f"user-{number}"
        )
        assert profile["UserProfileArn"].endswith(
            f":user-profile/{domain['DomainId']}/user-{number}"
        )
    found = client.list_user_profiles(DomainIdEquals=domain["DomainId"])["UserProfiles"]
    assert [one["UserProfileName"] for one in found] == ["user-1", "user-2"]
    assert {one["Status"] for one in found} == {"InService"}
    assert client.list_user_profiles(DomainIdEquals="d-other")["UserProfiles"] == []
    contained = client.list_user_profiles(UserProfileNameContains="user-2")["UserProfiles"]
    assert [one["UserProfileName"] for one in contained] == ["user-2"]


def test_an_update_of_settings_keeps_those_it_does_not_name(client: Any) -> None:
    domain = client.create_domain(
        DomainName="kept",
        AuthMode="IAM",
        DefaultUserSettings={
            "ExecutionRole": ROLE,
            "JupyterLabAppSettings": {"CodeRepositories": [{"RepositoryUrl": "https://a.b"}]},
        },
        DomainSettings={"DockerSettings": {"EnableDockerAccess": "DISABLED"}},
    )["DomainId"]
    client.update_domain(
        DomainId=domain,
        DefaultUserSettings={"StudioWebPortal": "DISABLED"},
        DomainSettingsForUpdate={"DockerSettings": {"EnableDockerAccess": "ENABLED"}},
    )
    found = client.describe_domain(DomainId=domain)
    assert found["DefaultUserSettings"]["ExecutionRole"] == ROLE
    assert found["DefaultUserSettings"]["StudioWebPortal"] == "DISABLED"
    assert found["DomainSettings"]["DockerSettings"] == {"EnableDockerAccess": "ENABLED"}


def test_a_space_summary_shows_its_settings(client: Any) -> None:
    domain = client.create_domain(DomainName="spaces", AuthMode="IAM", DefaultUserSettings={})
    client.create_user_profile(DomainId=domain["DomainId"], UserProfileName="me")
    client.create_space(
        DomainId=domain["DomainId"],
        SpaceName="lab",
        SpaceSettings={"AppType": "JupyterLab"},
        OwnershipSettings={"OwnerUserProfileName": "me"},
        SpaceSharingSettings={"SharingType": "Private"},
    )
    (space,) = client.list_spaces(DomainIdEquals=domain["DomainId"])["Spaces"]
    assert space["SpaceSettingsSummary"] == {"AppType": "JupyterLab"}
    assert space["OwnershipSettingsSummary"] == {"OwnerUserProfileName": "me"}
    assert space["SpaceSharingSettingsSummary"] == {"SharingType": "Private"}


def test_an_app_other_than_jupyterlab_needs_aws(client: Any) -> None:
    with pytest.raises(ClientError, match="needs AWS"):
        client.create_app(DomainId="d-abcdefgh1234", AppType="KernelGateway", AppName="default")


def test_versions_of_an_image_are_numbered_and_go_with_it(client: Any) -> None:
    client.create_image(ImageName="pics", RoleArn=ROLE)
    for aliases in ([], ["latest"], ["latest", "new"]):
        client.create_image_version(
            ImageName="pics", BaseImage="repo:tag", ClientToken="t", Aliases=aliases
        )
    assert client.describe_image_version(ImageName="pics")["Version"] == 3
    assert client.describe_image_version(ImageName="pics", Alias="latest")["Version"] == 3
    assert client.describe_image_version(ImageName="pics", Version=1)["Version"] == 1
    assert client.list_aliases(ImageName="pics", Version=2)["SageMakerImageVersionAliases"] == []
    client.update_image_version(ImageName="pics", Version=2, AliasesToAdd=["latest"])
    assert client.describe_image_version(ImageName="pics", Alias="latest")["Version"] == 2
    assert client.list_aliases(ImageName="pics")["SageMakerImageVersionAliases"] == [
        "latest",
        "new",
    ]
    found = client.list_image_versions(ImageName="pics")["ImageVersions"]
    assert [one["Version"] for one in found] == [3, 2, 1]
    client.delete_image_version(ImageName="pics", Version=1)
    with pytest.raises(ClientError):
        client.describe_image_version(ImageName="pics", Version=1)
    client.delete_image(ImageName="pics")
    with pytest.raises(ClientError):
        client.list_image_versions(ImageName="pics")


def test_a_feature_group_does_not_claim_a_store(client: Any) -> None:
    client.create_feature_group(
        FeatureGroupName="facts",
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="at",
        FeatureDefinitions=[
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "at", "FeatureType": "String"},
        ],
        OfflineStoreConfig={"S3StorageConfig": {"S3Uri": "s3://bucket/features"}},
        RoleArn=ROLE,
    )
    found = client.describe_feature_group(FeatureGroupName="facts")
    assert found["FeatureGroupStatus"] == "Created"
    assert found["OfflineStoreStatus"]["Status"] == "Blocked"
    assert "record only" in found["OfflineStoreStatus"]["BlockedReason"]
    added = [{"FeatureName": "size", "FeatureType": "Integral"}]
    client.update_feature_group(FeatureGroupName="facts", FeatureAdditions=added)
    found = client.describe_feature_group(FeatureGroupName="facts")
    assert [f["FeatureName"] for f in found["FeatureDefinitions"]] == ["id", "at", "size"]
    with pytest.raises(ClientError, match="already exists"):
        client.update_feature_group(FeatureGroupName="facts", FeatureAdditions=added)


def test_a_project_from_a_template_needs_aws(client: Any) -> None:
    with pytest.raises(ClientError, match="needs AWS"):
        client.create_project(
            ProjectName="p", ServiceCatalogProvisioningDetails={"ProductId": "prod-1"}
        )
    client.create_project(ProjectName="plain")
    assert client.describe_project(ProjectName="plain")["ProjectStatus"] == "CreateCompleted"
