"""moto's Logs, IAM and STS, written by others, are asked the same; AWS's words decide differences.

The table names what of AWS's documentation the engine follows. Agreement with moto proves agreement
with moto, not with AWS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.local import beside_moto
from tests.local.beside_moto import Outcome
from tests.local_engine import RunningEngine

Steps = Iterator[tuple[str, Outcome]]
Clients = Callable[[str], Any]

ACCOUNT = "000000000000"
MOTOS = "123456789012"
#: moto runs in this process, and so do its failures.
CRASHES = (AttributeError, IndexError, KeyError, NotImplementedError, TypeError, ValueError)
#: What is different by nature: times, ids and tokens; and two members that moto is behind in:
#: every group has a logGroupClass, searchedLogStreams "is no longer supported" (FilterLogEvents).
IGNORED = {
    "AccessKeyId",
    "AssumedRoleId",
    "CreateDate",
    "Expiration",
    "PolicyId",
    "ResponseMetadata",
    "RoleId",
    "SecretAccessKey",
    "SessionToken",
    "UpdateDate",
    "UserId",
    "creationTime",
    "eventId",
    "ingestionTime",
    "lastIngestionTime",
    "logGroupClass",
    "nextBackwardToken",
    "nextForwardToken",
    "nextSequenceToken",
    "searchedLogStreams",
    "uploadSequenceToken",
}
NOW = int(time.time()) * 1000
DAY = 86_400_000


def plain(value: Any) -> Any:
    """An answer without what differs by nature, and without what is empty or a default."""
    if isinstance(value, dict):
        shown = {
            name: "given" if name == "nextToken" else plain(one)
            for name, one in value.items()
            if name not in IGNORED
        }
        return {name: one for name, one in shown.items() if one not in (None, "", [], {}, False)}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.replace(MOTOS, ACCOUNT) if isinstance(value, str) else value


def ask(client: Any, operation: str, **parameters: Any) -> Outcome:
    """What came back: ("ok", answer), or ("error", code, status)."""
    try:
        answer = getattr(client, operation)(**parameters)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return ("error", error.response["Error"]["Code"], status)
    except CRASHES as crash:
        return ("crash", type(crash).__name__)
    return ("ok", plain(answer))


def groups(clients: Clients) -> Steps:
    logs = clients("logs")
    for name in ("g", "/aws/a", "/aws/b"):
        yield f"create group {name}", ask(logs, "create_log_group", logGroupName=name)
    yield "create group again", ask(logs, "create_log_group", logGroupName="g")
    yield "long group name", ask(logs, "create_log_group", logGroupName="x" * 513)
    yield "create stream", ask(logs, "create_log_stream", logGroupName="g", logStreamName="s")
    yield "create stream again", ask(logs, "create_log_stream", logGroupName="g", logStreamName="s")
    yield "stream, no group", ask(logs, "create_log_stream", logGroupName="n", logStreamName="s")
    yield "describe groups", ask(logs, "describe_log_groups")
    yield "groups by prefix", ask(logs, "describe_log_groups", logGroupNamePrefix="/aws")
    yield "groups by pattern", ask(logs, "describe_log_groups", logGroupNamePattern="/a")
    yield "groups, limit 51", ask(logs, "describe_log_groups", limit=51)
    yield "describe streams", ask(logs, "describe_log_streams", logGroupName="g")
    yield "streams, no group", ask(logs, "describe_log_streams", logGroupName="n")
    both = {"orderBy": "LastEventTime", "logStreamNamePrefix": "s"}
    yield "streams by time and prefix", ask(logs, "describe_log_streams", logGroupName="g", **both)
    yield "retention", ask(logs, "put_retention_policy", logGroupName="g", retentionInDays=7)
    yield "group with retention", ask(logs, "describe_log_groups", logGroupNamePrefix="g")
    yield "no retention", ask(logs, "delete_retention_policy", logGroupName="g")
    yield (
        "retention, no group",
        ask(logs, "put_retention_policy", logGroupName="n", retentionInDays=7),
    )
    arn = clients("sts").get_caller_identity()["Account"]
    arn = f"arn:aws:logs:us-east-1:{arn}:log-group:g"
    yield "tag", ask(logs, "tag_resource", resourceArn=arn, tags={"a": "1", "b": "2"})
    yield "untag", ask(logs, "untag_resource", resourceArn=arn, tagKeys=["a"])
    yield "tags", ask(logs, "list_tags_for_resource", resourceArn=arn)
    yield "old tag", ask(logs, "tag_log_group", logGroupName="g", tags={"c": "3"})
    yield "old tags", ask(logs, "list_tags_log_group", logGroupName="g")
    yield "tags, no group", ask(logs, "list_tags_for_resource", resourceArn=arn + "n")
    # At the end, as moto takes these.
    yield "bad retention", ask(logs, "put_retention_policy", logGroupName="g", retentionInDays=8)
    yield "bad group name", ask(logs, "create_log_group", logGroupName="a b")
    yield "delete stream", ask(logs, "delete_log_stream", logGroupName="g", logStreamName="s")
    yield "delete stream again", ask(logs, "delete_log_stream", logGroupName="g", logStreamName="s")
    yield "delete group", ask(logs, "delete_log_group", logGroupName="g")
    yield "delete group again", ask(logs, "delete_log_group", logGroupName="g")


def events(clients: Clients) -> Steps:
    logs = clients("logs")
    logs.create_log_group(logGroupName="e")
    for name in ("s1", "s2"):
        logs.create_log_stream(logGroupName="e", logStreamName=name)

    def put(stream: str, *given: tuple[int, str], group: str = "e") -> Outcome:
        listed = [{"timestamp": NOW + at, "message": text} for at, text in given]
        where = {"logGroupName": group, "logStreamName": stream}
        return ask(logs, "put_log_events", logEvents=listed, **where)

    yield "put", put("s1", (-9, "INFO a"), (-5, "WARN b"), (-5, "ERROR c"), (-1, '{"x": 1}'))
    yield "put other", put("s2", (-7, "INFO d"), (-3, "ERROR e"))
    yield "put, not in order", put("s1", (0, "b"), (-1, "a"))
    yield "put, no stream", put("n", (0, "a"))
    yield "put, no group", put("s1", (0, "a"), group="n")
    yield "put too old", put("s2", (-15 * DAY, "a"))
    yield "put too new", put("s2", (3 * 3_600_000, "a"))
    where = {"logGroupName": "e", "logStreamName": "s1"}
    yield "get", ask(logs, "get_log_events", **where)
    yield "get from head", ask(logs, "get_log_events", startFromHead=True, limit=2, **where)
    yield "get the last", ask(logs, "get_log_events", limit=2, **where)
    times = {"startTime": NOW - 9, "endTime": NOW - 1}
    yield "get of a time", ask(logs, "get_log_events", **times, **where)
    yield "get, bad token", ask(logs, "get_log_events", nextToken="x", **where)
    yield "get, no stream", ask(logs, "get_log_events", **{**where, "logStreamName": "n"})
    first = logs.get_log_events(startFromHead=True, limit=2, **where)
    token = first["nextForwardToken"]
    rest = logs.get_log_events(startFromHead=True, nextToken=token, **where)
    yield "get the rest", ("ok", [event["message"] for event in rest["events"]])
    token = rest["nextForwardToken"]
    end = logs.get_log_events(startFromHead=True, nextToken=token, **where)
    yield "the end's token", ("ok", len(end["events"]), end["nextForwardToken"] == token)
    yield "filter", ask(logs, "filter_log_events", logGroupName="e")
    yield "filter of a time", ask(logs, "filter_log_events", logGroupName="e", **times)
    yield (
        "filter streams",
        ask(logs, "filter_log_events", logGroupName="e", logStreamNames=["s2"], limit=1),
    )
    yield (
        "filter prefix",
        ask(logs, "filter_log_events", logGroupName="e", logStreamNamePrefix="s1"),
    )
    yield (
        "filter, no stream",
        ask(logs, "filter_log_events", logGroupName="e", logStreamNames=["n"]),
    )
    yield "filter, no group", ask(logs, "filter_log_events", logGroupName="n")
    for pattern in (
        *("ERROR", '"ERROR c"', "INFO d", "?INFO ?WARN", "ERROR -c", "-ERROR"),
        *("{ $.x = 1 }", "{ $.x = 2 }", "nowhere"),
    ):
        yield (
            f"pattern {pattern}",
            ask(logs, "filter_log_events", logGroupName="e", filterPattern=pattern),
        )
    yield "group's size", ask(logs, "describe_log_groups", logGroupNamePrefix="e")
    yield "streams' times", ask(logs, "describe_log_streams", logGroupName="e")
    yield (
        "streams by time",
        ask(
            logs, "describe_log_streams", logGroupName="e", orderBy="LastEventTime", descending=True
        ),
    )
    # At the end, as moto takes it.
    yield "put over 24 hours", put("s1", (-DAY - 1000, "a"), (0, "b"))


def document(principal: str = "", effect: str = "Allow") -> str:
    statement: dict[str, Any] = {"Effect": effect, "Action": "s3:*", "Resource": "*"}
    if principal:
        statement = {
            "Effect": effect,
            "Principal": {"Service": principal},
            "Action": "sts:AssumeRole",
        }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def roles(clients: Clients) -> Steps:
    iam = clients("iam")
    trust = document("sagemaker.amazonaws.com")
    made = {"RoleName": "r", "AssumeRolePolicyDocument": trust}
    more = {"Path": "/p/", "Description": "d", "Tags": [{"Key": "k", "Value": "v"}]}
    yield "create", ask(iam, "create_role", **made, **more)
    yield "create again", ask(iam, "create_role", **made)
    yield (
        "create, no JSON",
        ask(iam, "create_role", **{**made, "RoleName": "x", "AssumeRolePolicyDocument": "{"}),
    )
    yield "create, bad name", ask(iam, "create_role", **{**made, "RoleName": "a b"})
    yield (
        "create, short session",
        ask(iam, "create_role", **{**made, "RoleName": "x"}, MaxSessionDuration=60),
    )
    yield "get", ask(iam, "get_role", RoleName="r")
    yield "get none", ask(iam, "get_role", RoleName="n")
    yield "list of a path", ask(iam, "list_roles", PathPrefix="/p/")
    yield "update", ask(iam, "update_role", RoleName="r", Description="e", MaxSessionDuration=7200)
    yield "update none", ask(iam, "update_role", RoleName="n", Description="e")
    other = document("ec2.amazonaws.com")
    yield "trust", ask(iam, "update_assume_role_policy", RoleName="r", PolicyDocument=other)
    yield "tag", ask(iam, "tag_role", RoleName="r", Tags=[{"Key": "l", "Value": "w"}])
    yield "untag", ask(iam, "untag_role", RoleName="r", TagKeys=["k"])
    yield "tags", ask(iam, "list_role_tags", RoleName="r")
    yield "updated", ask(iam, "get_role", RoleName="r")
    inline = {"RoleName": "r", "PolicyName": "i"}
    yield "put inline", ask(iam, "put_role_policy", PolicyDocument=document(), **inline)
    yield "put inline, no JSON", ask(iam, "put_role_policy", PolicyDocument="{", **inline)
    yield "get inline", ask(iam, "get_role_policy", **inline)
    yield "list inline", ask(iam, "list_role_policies", RoleName="r")
    yield "delete with inline", ask(iam, "delete_role", RoleName="r")
    yield "delete inline", ask(iam, "delete_role_policy", **inline)
    yield "delete inline again", ask(iam, "delete_role_policy", **inline)
    yield "get inline none", ask(iam, "get_role_policy", **inline)
    yield "profiles", ask(iam, "list_instance_profiles_for_role", RoleName="r")
    yield "aliases", ask(iam, "list_account_aliases")
    yield "delete", ask(iam, "delete_role", RoleName="r")
    yield "delete again", ask(iam, "delete_role", RoleName="r")


def policies(clients: Clients) -> Steps:
    iam = clients("iam")
    iam.create_role(RoleName="q", AssumeRolePolicyDocument=document("sagemaker.amazonaws.com"))
    yield (
        "create",
        ask(iam, "create_policy", PolicyName="p", PolicyDocument=document(), Description="d"),
    )
    yield "create again", ask(iam, "create_policy", PolicyName="p", PolicyDocument=document())
    yield "create, no JSON", ask(iam, "create_policy", PolicyName="x", PolicyDocument="{")
    arn = iam.list_policies(Scope="Local")["Policies"][0]["Arn"]
    aws = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
    yield "get", ask(iam, "get_policy", PolicyArn=arn)
    yield "get none", ask(iam, "get_policy", PolicyArn=arn + "n")
    yield "list", ask(iam, "list_policies", Scope="Local")
    yield "attach", ask(iam, "attach_role_policy", RoleName="q", PolicyArn=arn)
    yield "attach AWS's", ask(iam, "attach_role_policy", RoleName="q", PolicyArn=aws)
    yield "attach none", ask(iam, "attach_role_policy", RoleName="q", PolicyArn=arn + "n")
    yield "attached", ask(iam, "list_attached_role_policies", RoleName="q")
    yield "entities", ask(iam, "list_entities_for_policy", PolicyArn=arn)
    yield "attached policy", ask(iam, "get_policy", PolicyArn=arn)
    yield "only attached", ask(iam, "list_policies", Scope="Local", OnlyAttached=True)
    yield "delete role", ask(iam, "delete_role", RoleName="q")
    yield "detach", ask(iam, "detach_role_policy", RoleName="q", PolicyArn=arn)
    iam.attach_role_policy(RoleName="q", PolicyArn=arn)
    yield "attach again", ask(iam, "attach_role_policy", RoleName="q", PolicyArn=arn)
    iam.detach_role_policy(RoleName="q", PolicyArn=arn)
    yield "detach again", ask(iam, "detach_role_policy", RoleName="q", PolicyArn=arn)
    deny = document(effect="Deny")
    yield "version", ask(iam, "create_policy_version", PolicyArn=arn, PolicyDocument=deny)
    for number in (3, 4, 5, 6):
        yield (
            f"version {number}",
            ask(iam, "create_policy_version", PolicyArn=arn, PolicyDocument=deny),
        )
    yield "get version", ask(iam, "get_policy_version", PolicyArn=arn, VersionId="v2")
    yield "get version none", ask(iam, "get_policy_version", PolicyArn=arn, VersionId="v9")
    yield "set default", ask(iam, "set_default_policy_version", PolicyArn=arn, VersionId="v2")
    yield "versions", ask(iam, "list_policy_versions", PolicyArn=arn)
    yield "delete default", ask(iam, "delete_policy_version", PolicyArn=arn, VersionId="v2")
    for number in (1, 3, 4, 5):
        yield (
            f"delete version {number}",
            ask(iam, "delete_policy_version", PolicyArn=arn, VersionId=f"v{number}"),
        )
    yield "tag", ask(iam, "tag_policy", PolicyArn=arn, Tags=[{"Key": "k", "Value": "v"}])
    yield "tags", ask(iam, "list_policy_tags", PolicyArn=arn)
    yield "untag", ask(iam, "untag_policy", PolicyArn=arn, TagKeys=["k"])
    yield "delete", ask(iam, "delete_policy", PolicyArn=arn)
    yield "delete again", ask(iam, "delete_policy", PolicyArn=arn)
    yield (
        "simulate",
        ask(
            iam,
            "simulate_custom_policy",
            PolicyInputList=[document()],
            ActionNames=["s3:GetObject"],
        ),
    )


def conflicts(clients: Clients) -> Steps:
    iam = clients("iam")
    trust = document("sagemaker.amazonaws.com")
    iam.create_role(RoleName="t", AssumeRolePolicyDocument=trust)
    arn = iam.create_policy(PolicyName="t", PolicyDocument=document())["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="t", PolicyArn=arn)
    yield "delete a policy that is attached", ask(iam, "delete_policy", PolicyArn=arn)
    arn = iam.create_policy(PolicyName="u", PolicyDocument=document())["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(), SetAsDefault=True)
    yield "delete a policy with versions", ask(iam, "delete_policy", PolicyArn=arn)


def sessions(clients: Clients) -> Steps:
    iam, sts = clients("iam"), clients("sts")
    role = iam.create_role(
        RoleName="a", AssumeRolePolicyDocument=document("sagemaker.amazonaws.com")
    )["Role"]["Arn"]
    yield "caller", ask(sts, "get_caller_identity")
    yield "assume", ask(sts, "assume_role", RoleArn=role, RoleSessionName="me")
    yield "assume none", ask(sts, "assume_role", RoleArn=role + "n", RoleSessionName="me")
    yield "assume, bad name", ask(sts, "assume_role", RoleArn=role, RoleSessionName="a b")
    long = {"RoleArn": role, "RoleSessionName": "me", "DurationSeconds": 43_201}
    yield "assume for too long", ask(sts, "assume_role", **long)
    long["DurationSeconds"] = 7200
    yield "assume for longer than the role has", ask(sts, "assume_role", **long)
    yield "token", ask(sts, "get_session_token")
    yield "token for a minute", ask(sts, "get_session_token", DurationSeconds=60)


PARTS = (groups, events, roles, policies, conflicts, sessions)

_MODEL = "the model's constraint: moto checks no such thing"
_INTERLEAVED = "FilterLogEvents: 'always interleaves'; moto goes stream by stream unless asked"
_PATTERN = "the guide's 'Filter pattern syntax'; moto knows plain terms and quoted phrases only"
_STREAM_SIZE = "LogStream.storedBytes: 'always reported as zero' since 2019"
_VERSION_DOCUMENT = "PolicyVersion.Document: 'not returned in' Create- and ListPolicyVersions"
_NO_AWS_POLICIES = "moto has AWS's policies only when told; SDKs attach them by ARN"
_DURATION = "AssumeRole, DurationSeconds: at most 43200, and the role's own maximum"

#: What AWS's documentation, or botocore's model of it, says where the two differ.
DIFFERENT: dict[tuple[str, str], str] = {
    ("conflicts", "delete a policy that is attached"): "DeletePolicy: detach it first",
    ("conflicts", "delete a policy with versions"): "DeletePolicy: delete its versions first",
    ("events", "filter"): _INTERLEAVED,
    ("events", "filter of a time"): _INTERLEAVED,
    ("events", "filter prefix"): "logStreamNamePrefix, which moto passes over",
    ("events", "filter, no stream"): "FilterLogEvents: ResourceNotFoundException",
    ("events", "get of a time"): "GetLogEvents, endTime: events at it 'are not included'",
    ("events", "group's size"): "PutLogEvents: 26 bytes are counted for each event",
    ("events", "pattern -ERROR"): _PATTERN,
    ("events", "pattern ?INFO ?WARN"): _PATTERN,
    ("events", "pattern ERROR -c"): _PATTERN,
    ("events", "pattern { $.x = 1 }"): _PATTERN,
    ("events", "pattern { $.x = 2 }"): _PATTERN,
    ("events", "put over 24 hours"): "PutLogEvents: 'cannot exceed 24 hours'",
    ("events", "put too old"): "PutLogEvents: rejected, with rejectedLogEventsInfo",
    ("events", "streams by time"): _STREAM_SIZE,
    ("events", "streams' times"): _STREAM_SIZE,
    ("groups", "bad group name"): _MODEL,
    ("groups", "bad retention"): "PutRetentionPolicy: the days that are possible",
    ("groups", "groups by pattern"): "logGroupNamePattern, which moto passes over",
    ("groups", "tags, no group"): "ListTagsForResource: ResourceNotFoundException",
    ("policies", "attach AWS's"): _NO_AWS_POLICIES,
    ("policies", "attached"): _NO_AWS_POLICIES,
    ("policies", "simulate"): "moto has no simulation; the engine says that it evaluates nothing",
    ("policies", "version"): _VERSION_DOCUMENT,
    ("policies", "version 3"): _VERSION_DOCUMENT,
    ("policies", "version 4"): _VERSION_DOCUMENT,
    ("policies", "version 5"): _VERSION_DOCUMENT,
    ("policies", "versions"): _VERSION_DOCUMENT,
    ("roles", "create, bad name"): _MODEL,
    ("roles", "create, no JSON"): "CreateRole: MalformedPolicyDocument",
    ("roles", "create, short session"): _MODEL,
    ("sessions", "assume"): "PackedPolicySize is of a session policy: none was given",
    ("sessions", "assume none"): "AssumeRole is denied for a role that is not there",
    ("sessions", "assume for longer than the role has"): _DURATION,
    ("sessions", "assume for too long"): _DURATION,
    ("sessions", "assume, bad name"): _MODEL,
    ("sessions", "caller"): "GetCallerIdentity: a user's ARN is IAM's; and each has its own user",
    ("sessions", "token for a minute"): _MODEL,
}


def all_of(clients: Clients) -> dict[tuple[str, str], Outcome]:
    return {(part.__name__, step): found for part in PARTS for step, found in part(clients)}


@pytest.fixture(scope="module")
def of_moto() -> dict[tuple[str, str], Outcome]:
    """moto's answers; its patches of botocore are gone again when the engine is asked."""
    known: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in known:
            known[service] = beside_moto.client(service, parameter_validation=False)
        return known[service]

    with mock_aws():
        return all_of(client)


@pytest.fixture(scope="module")
def of_engine(running_engine: RunningEngine) -> dict[tuple[str, str], Outcome]:
    known: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in known:
            known[service] = running_engine.client(service, parameter_validation=False)
        return known[service]

    return all_of(client)


def test_differences_from_moto_are_the_known_ones(
    of_moto: dict[tuple[str, str], Outcome], of_engine: dict[tuple[str, str], Outcome]
) -> None:
    beside_moto.compare(of_moto, of_engine, DIFFERENT, alike=90)
