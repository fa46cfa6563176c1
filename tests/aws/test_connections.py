"""Which connections there are, how they sign in, and which regions they may look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_smext.aws import connections as connections_module
from jupyter_smext.aws.sessions import Sessions

from .conftest import KEYS

Configure = Callable[[str], None]

PROFILES = f"""
[default]
region = eu-west-1
[profile keys]{KEYS}
[profile half]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
[profile new-sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = r
[profile old-sso]
sso_start_url = https://corp.example/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = r
[profile role]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = keys
[profile web]
role_arn = arn:aws:iam::123456789012:role/r
web_identity_token_file = /nowhere
[profile process]
credential_process = /bin/false
[profile login]
login_session = arn:aws:iam::123456789012:user/ann
[profile china]
region = cn-north-1
[profile gov]
region = us-gov-west-1
[profile newer]
region = eu-north-9
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example/start
"""


def test_every_profile_says_how_it_signs_in(configure: Configure) -> None:
    configure(PROFILES)
    assert {found.label: found.how for found in Sessions().connections()} == {
        "Local engine": "this machine",
        "default": "no credentials",
        "keys": "static keys",
        "half": "static keys",
        "new-sso": "SSO",
        "old-sso": "SSO",
        "role": "assume role",
        "web": "web identity",
        "process": "credential process",
        "login": "AWS sign-in",
        "china": "no credentials",
        "gov": "no credentials",
        "newer": "no credentials",
    }


def test_the_credentials_file_counts(aws_home: Path) -> None:
    (aws_home / ".aws" / "credentials").write_text(f"[only-here]{KEYS}")
    [_, only] = Sessions().connections()
    assert (only.id, only.how) == ("profile:only-here", "static keys")


def test_regions_are_those_of_the_partition(configure: Configure) -> None:
    configure(PROFILES)
    regions = {found.label: found.regions for found in Sessions().connections()}
    assert len(regions["default"]) > 30
    assert regions["Local engine"] == regions["default"] == regions["newer"]
    assert set(regions["china"]) == {"cn-north-1", "cn-northwest-1"}
    assert set(regions["gov"]) == {"us-gov-east-1", "us-gov-west-1"}


def test_the_console_is_that_of_the_partition(configure: Configure) -> None:
    configure(PROFILES)
    console = {found.label: found.console for found in Sessions().connections()}
    assert console["default"] == console["newer"] == console["keys"] == "console.aws.amazon.com"
    assert console["china"] == "console.amazonaws.cn"
    assert console["gov"] == "console.amazonaws-us-gov.com"
    chosen = {found.label: found.region for found in Sessions().connections()}
    assert (chosen["default"], chosen["keys"]) == ("eu-west-1", None)


@pytest.mark.parametrize(
    ("variables", "how"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"}, "environment"),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn"}, "web identity"),
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2"}, "container role"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/v2"}, "container role"),
    ],
)
def test_the_environment_is_a_connection_when_it_has_keys(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], how: str
) -> None:
    assert [found.id for found in Sessions().connections()] == ["local"]
    for name, value in {**variables, "AWS_DEFAULT_REGION": "us-west-2"}.items():
        monkeypatch.setenv(name, value)
    [_, environment] = Sessions().connections()
    assert (environment.id, environment.how) == ("environment", how)
    assert environment.region == "us-west-2"


def test_an_instance_role_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(self: object) -> dict[str, str]:
        asked.append(vars(self)["_timeout"])
        return {"role_name": "r"}

    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setattr(connections_module, "_may_be_ec2", lambda: True)
    monkeypatch.setattr(
        "botocore.utils.InstanceMetadataFetcher.retrieve_iam_role_credentials", fetch
    )
    connections_module.instance_how.cache_clear()
    try:
        for _ in range(2):
            [_, environment] = Sessions().connections()
            assert environment.how == "instance role"
        assert asked == [1]
    finally:
        connections_module.instance_how.cache_clear()


def test_no_question_goes_out_where_the_machine_is_not_amazons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fetch(_: object) -> dict[str, str]:
        raise AssertionError("a request to the metadata address")

    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setattr(connections_module, "_may_be_ec2", lambda: False)
    monkeypatch.setattr(
        "botocore.utils.InstanceMetadataFetcher.retrieve_iam_role_credentials", fetch
    )
    connections_module.instance_how.cache_clear()
    try:
        assert [found.id for found in Sessions().connections()] == ["local"]
    finally:
        connections_module.instance_how.cache_clear()
