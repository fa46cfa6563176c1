"""STS: whose key it is, and credentials for a time that every service really checks."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import ClientError

from jupyter_smext.local import sessions
from jupyter_smext.local.keys import Keys
from tests.local_engine import RunningEngine

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
ASSUMED = "arn:aws:sts::000000000000:assumed-role/SageMakerLocalExecutionRole/me"


def client(
    engine: RunningEngine, service: str, credentials: dict[str, Any], region: str = "us-east-1"
) -> Any:
    """A client that signs with session credentials."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=engine.url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(retries={"total_max_attempts": 1}),
    )


def refusal(function: Any, **parameters: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as error:
        function(**parameters)
    answer = error.value.response
    return (
        answer["Error"]["Code"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
        answer["Error"]["Message"],
    )


@pytest.fixture
def credentials(engine: RunningEngine) -> dict[str, Any]:
    answer = engine.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")
    found: dict[str, Any] = answer["Credentials"]
    return found


def test_the_caller_is_the_local_user(engine: RunningEngine) -> None:
    for region in ("us-east-1", "eu-west-3"):
        answer = engine.client("sts", region).get_caller_identity()
        assert answer["Account"] == "000000000000"
        assert answer["Arn"] == "arn:aws:iam::000000000000:user/local"
        assert answer["UserId"] == engine.keys.access_key
        assert answer["ResponseMetadata"]["RequestId"]


def test_the_rest_of_sts_needs_aws(engine: RunningEngine) -> None:
    code, _, message = refusal(engine.client("sts").get_federation_token, Name="me")
    assert code == "InvalidAction"
    assert "needs AWS" in message


def test_a_role_is_assumed_for_a_time(engine: RunningEngine) -> None:
    before = datetime.now(timezone.utc).replace(microsecond=0)
    answer = engine.client("sts").assume_role(
        RoleArn=ROLE, RoleSessionName="me", DurationSeconds=900, SourceIdentity="alice"
    )
    role = engine.client("iam").get_role(RoleName="SageMakerLocalExecutionRole")["Role"]
    assert answer["AssumedRoleUser"] == {"Arn": ASSUMED, "AssumedRoleId": f"{role['RoleId']}:me"}
    assert answer["SourceIdentity"] == "alice"
    seconds = (answer["Credentials"]["Expiration"] - before).total_seconds()
    assert 900 <= seconds <= 960
    identity = client(engine, "sts", answer["Credentials"]).get_caller_identity()
    assert identity["Arn"] == ASSUMED
    assert identity["UserId"] == f"{role['RoleId']}:me"


def test_every_service_takes_a_session(engine: RunningEngine, credentials: dict[str, Any]) -> None:
    assert client(engine, "sagemaker", credentials).list_models()["Models"] == []
    assert client(engine, "logs", credentials, "eu-west-1").describe_log_groups()["logGroups"] == []
    assert client(engine, "cloudwatch", credentials).list_metrics()["Metrics"] == []
    assert client(engine, "iam", credentials).list_roles()["Roles"]
    s3 = client(engine, "s3", credentials)
    assert s3.list_buckets()["Buckets"] == []


def test_s3_objects_and_links_work_in_a_session(
    fresh_engine: RunningEngine,
) -> None:
    answer = fresh_engine.client("sts").get_session_token()
    s3 = client(fresh_engine, "s3", answer["Credentials"])
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="key", Body=b"data")
    assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == b"data"
    presigned = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=fresh_engine.url,
        aws_access_key_id=answer["Credentials"]["AccessKeyId"],
        aws_secret_access_key=answer["Credentials"]["SecretAccessKey"],
        aws_session_token=answer["Credentials"]["SessionToken"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    ).generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    with urllib.request.urlopen(presigned) as link:
        assert link.read() == b"data"
    other = presigned.replace("X-Amz-Security-Token=", "X-Amz-Security-Token=A")
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(other)
    error.value.close()
    assert error.value.code == 400


def test_sessions_last_over_a_restart(fresh_engine: RunningEngine) -> None:
    answer = fresh_engine.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")
    fresh_engine.restart()
    sts = client(fresh_engine, "sts", answer["Credentials"])
    assert sts.get_caller_identity()["Arn"] == ASSUMED


def test_what_does_not_belong_together_is_refused(
    engine: RunningEngine, credentials: dict[str, Any]
) -> None:
    other = engine.client("sts").get_session_token()["Credentials"]
    unknown = {
        "no token": {**credentials, "SessionToken": None},
        "another token": {**credentials, "SessionToken": other["SessionToken"]},
        "a changed token": {
            **credentials,
            "SessionToken": credentials["SessionToken"].swapcase(),
        },
        "no base64": {**credentials, "SessionToken": "?x"},
        "another key": {**credentials, "AccessKeyId": other["AccessKeyId"]},
    }
    for why, wrong in unknown.items():
        found = refusal(client(engine, "sts", wrong).get_caller_identity)
        assert found[:2] == ("InvalidClientTokenId", 403), why
        found = refusal(client(engine, "sagemaker", wrong).list_models)
        assert found[:2] == ("UnrecognizedClientException", 403), why
        found = refusal(client(engine, "s3", wrong).list_buckets)
        words = ("InvalidToken", 400) if wrong["SessionToken"] else ("InvalidAccessKeyId", 403)
        assert found[:2] == words, why
    forged = {**credentials, "SecretAccessKey": other["SecretAccessKey"]}
    found = refusal(client(engine, "sts", forged).get_caller_identity)
    assert found[:2] == ("SignatureDoesNotMatch", 403)
    found = refusal(client(engine, "s3", forged).list_buckets)
    assert found[:2] == ("SignatureDoesNotMatch", 403)


def test_a_session_that_is_over_is_refused_as_expired(engine: RunningEngine) -> None:
    over = sessions.issue(engine.keys, ASSUMED, "id", -1)
    credentials = {
        "AccessKeyId": over.keys.access_key,
        "SecretAccessKey": over.keys.secret_key,
        "SessionToken": over.token,
    }
    found = refusal(client(engine, "sts", credentials).get_caller_identity)
    assert found[:2] == ("ExpiredToken", 403)
    found = refusal(client(engine, "sagemaker", credentials).list_models)
    assert found[:2] == ("ExpiredTokenException", 400)
    found = refusal(client(engine, "s3", credentials).list_buckets)
    assert found[:2] == ("ExpiredToken", 400)


def test_a_session_ends_by_the_second() -> None:
    keys = Keys("LOCALKEY", "secret")
    session = sessions.issue(keys, "arn", "id", 900)
    key, token = session.keys.access_key, session.token
    assert sessions.signer(keys, key, token, session.expires - 0.001) == session.keys
    with pytest.raises(sessions.Expired):
        sessions.signer(keys, key, token, session.expires)
    assert sessions.signer(Keys("LOCALKEY", "other"), key, token, time.time()) is None
    assert sessions.signer(keys, "LOCALKEY", "", time.time()) == keys
    assert session.keys.secret_key not in repr(session)
    assert token not in repr(session)


def test_what_cannot_be_assumed(engine: RunningEngine, credentials: dict[str, Any]) -> None:
    sts = engine.client("sts")
    nowhere = "arn:aws:iam::000000000000:role/nowhere"
    code, status, message = refusal(sts.assume_role, RoleArn=nowhere, RoleSessionName="me")
    assert (code, status) == ("AccessDenied", 403)
    assert "create it first" in message
    code, _, message = refusal(
        sts.assume_role, RoleArn=ROLE, RoleSessionName="me", DurationSeconds=3601
    )
    assert code == "ValidationError"
    assert "MaxSessionDuration" in message
    code, _, _ = refusal(sts.assume_role, RoleArn=ROLE, RoleSessionName="me", Policy="{")
    assert code == "MalformedPolicyDocument"
    code, _, message = refusal(
        sts.assume_role,
        RoleArn=ROLE,
        RoleSessionName="me",
        SerialNumber="arn:aws:iam::1:mfa/x",
        TokenCode="123456",
    )
    assert (code, "MFA" in message) == ("ValidationError", True)
    inside = client(engine, "sts", credentials)
    assert refusal(inside.get_session_token)[:2] == ("AccessDenied", 403)


def test_a_session_may_assume_on_for_an_hour_at_most(
    engine: RunningEngine, credentials: dict[str, Any]
) -> None:
    iam = engine.client("iam")
    name = "SageMakerLocalExecutionRole"
    iam.update_role(RoleName=name, MaxSessionDuration=43200)
    inside = client(engine, "sts", credentials)
    answer = inside.assume_role(RoleArn=ROLE, RoleSessionName="again", DurationSeconds=3600)
    again = client(engine, "sts", answer["Credentials"]).get_caller_identity()
    assert again["Arn"].endswith("/again")
    code, _, message = refusal(
        inside.assume_role, RoleArn=ROLE, RoleSessionName="again", DurationSeconds=7200
    )
    assert (code, "role chaining" in message) == ("ValidationError", True)
    outside = engine.client("sts").assume_role(
        RoleArn=ROLE, RoleSessionName="long", DurationSeconds=43200
    )
    hours = outside["Credentials"]["Expiration"] - datetime.now(timezone.utc)
    assert hours.total_seconds() > 43_000


def test_botocores_own_assume_role_provider_works(engine: RunningEngine) -> None:
    """What a profile with role_arn and source_profile uses."""
    session = boto3.session.Session()._session
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=lambda service, **_: engine.client(service),
        source_credentials=boto3.session.Session(
            engine.keys.access_key, engine.keys.secret_key
        ).get_credentials(),
        role_arn=ROLE,
        extra_args={"RoleSessionName": "profile"},
    )
    session._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    sts = session.create_client("sts", region_name="us-east-1", endpoint_url=engine.url)
    assert sts.get_caller_identity()["Arn"].endswith("/profile")


def test_the_engines_own_key_has_no_token(
    engine: RunningEngine, credentials: dict[str, Any]
) -> None:
    """AWS refuses a token that does not belong to the key, as one left in AWS_SESSION_TOKEN."""
    own = {"AccessKeyId": engine.keys.access_key, "SecretAccessKey": engine.keys.secret_key}
    invalid = "The security token included in the request is invalid."
    for token in ("of another account", credentials["SessionToken"]):
        left = {**own, "SessionToken": token}
        found = refusal(client(engine, "sts", left).get_caller_identity)
        assert found == ("InvalidClientTokenId", 403, invalid)
        found = refusal(client(engine, "sagemaker", left).list_models)
        assert found == ("UnrecognizedClientException", 403, invalid)
        found = refusal(client(engine, "s3", left).list_buckets)
        assert found[:2] == ("InvalidToken", 400)
    arn = client(engine, "sts", {**own, "SessionToken": None}).get_caller_identity()["Arn"]
    assert arn == "arn:aws:iam::000000000000:user/local"


def test_a_clients_way_from_a_session_to_its_role(
    engine: RunningEngine, credentials: dict[str, Any]
) -> None:
    """What the SageMaker SDK does to find the role that it runs as (get_caller_identity_arn)."""
    arn = client(engine, "sts", credentials).get_caller_identity()["Arn"]
    name = arn.split("/")[1]
    assert client(engine, "iam", credentials).get_role(RoleName=name)["Role"]["Arn"] == ROLE
