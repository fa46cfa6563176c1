"""Tags of any resource through the routes: read, set, taken away, refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
PATH = "resources/model-package-group/tagged/tags"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def client(engine: RunningEngine, local: Any) -> Any:
    """SageMaker, with a fresh model package group `tagged`."""
    client = engine.client("sagemaker")
    client.create_model_package_group(
        ModelPackageGroupName="tagged",
        Tags=[{"Key": "team", "Value": "vision"}, {"Key": "old", "Value": "x"}],
    )
    yield client
    client.delete_model_package_group(ModelPackageGroupName="tagged")


def tags_of(answer: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in answer.json["tags"]}


async def test_tags_are_set_changed_and_taken_away_in_one_go(call: Call, client: Any) -> None:
    read = await call("GET", PATH, **PLACE)
    assert tags_of(read) == {"old": "x", "team": "vision"}
    changes = {"put": {"team": "speech", "stage": ""}, "remove": ["old"]}
    changed = await call("POST", PATH, changes, **PLACE)
    assert (changed.status, tags_of(changed)) == (200, {"stage": "", "team": "speech"})
    told = client.list_tags(ResourceArn=read.json["arn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in told} == {"stage": "", "team": "speech"}


async def test_what_others_set_meanwhile_stays(call: Call, client: Any) -> None:
    arn = (await call("GET", PATH, **PLACE)).json["arn"]
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "cost", "Value": "42"}])
    changed = await call("POST", PATH, {"put": {"team": "speech"}}, **PLACE)
    assert tags_of(changed) == {"cost": "42", "old": "x", "team": "speech"}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"put": {"aws:mine": "x"}}, "aws:"),
        ({"remove": ["AWS:stack"]}, "aws:"),
        ({"put": {"": "x"}}, "1 to 128"),
        ({"put": {"k" * 129: "x"}}, "1 to 128"),
        ({"put": {"k": "v" * 257}}, "up to 256"),
        ({"put": {"team": "x"}, "remove": ["team"]}, "at once"),
        ({"put": {f"k{n}": "" for n in range(51)}}, "up to 50"),
        ({"put": {f"k{n}": "" for n in range(49)}}, "50"),
        ({"put": {HOSTILE: "x"}}, ""),
        ({"put": {"team": 3}}, "str"),
    ],
)
async def test_what_no_tag_can_be_is_refused_and_changes_nothing(
    call: Call, client: Any, changes: dict[str, Any], word: str
) -> None:
    answer = await call("POST", PATH, changes, **PLACE)
    assert 400 <= answer.status < 500, answer.body
    assert word in f"{answer.json['title']} {answer.json['detail']}"
    assert tags_of(await call("GET", PATH, **PLACE)) == {"old": "x", "team": "vision"}


async def test_a_hostile_value_comes_back_as_it_is_or_is_refused(call: Call, client: Any) -> None:
    answer = await call("POST", PATH, {"put": {"team": HOSTILE}}, **PLACE)
    told = tags_of(await call("GET", PATH, **PLACE))["team"]
    assert told == (HOSTILE if answer.status == 200 else "vision")


async def test_what_is_not_there_is_a_404(call: Call, client: Any) -> None:
    path = PATH.replace("tagged", "nothing")
    for method in ("GET", "POST"):
        answer = await call(method, path, {"put": {"a": "b"}}, **PLACE)
        assert (answer.status, answer.json["cause"]) == (404, "not_found"), answer.body


async def test_a_half_done_change_says_what_was_done(
    call: Call, client: Any, engine: RunningEngine
) -> None:
    engine.faults([{"kind": "denied", "operation": "DeleteTags"}])
    answer = await call("POST", PATH, {"put": {"new": "1"}, "remove": ["old"]}, **PLACE)
    assert (answer.status, answer.json["cause"]) == (403, "denied")
    assert "were set" in answer.json["detail"]
    assert tags_of(await call("GET", PATH, **PLACE)) == {"new": "1", "old": "x", "team": "vision"}


async def test_kinds_whose_lists_tell_no_arn_are_tagged_too(call: Call, client: Any) -> None:
    domain = client.create_domain(
        DomainName="tags", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": ROLE}
    )["DomainId"]
    client.create_user_profile(DomainId=domain, UserProfileName="ann")
    path = f"resources/user-profile/{domain},ann/tags"
    changed = await call("POST", path, {"put": {"team": "vision"}}, **PLACE)
    assert (changed.status, tags_of(changed)) == (200, {"team": "vision"})


class TestReadOnly:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return {**jp_server_config, "SmextApp": {"read_only": ["local"]}}

    async def test_tags_are_read_and_not_changed(self, call: Call, client: Any) -> None:
        assert (await call("GET", PATH, **PLACE)).status == 200
        refused = await call("POST", PATH, {"remove": ["team"]}, **PLACE)
        assert (refused.status, refused.json["cause"]) == (403, "denied"), refused.body
        for answer in (
            await call("POST", "endpoints/any/scaling/v", {"least": 1, "most": 2}, **PLACE),
            await call("DELETE", "endpoints/any/scaling/v", **PLACE),
        ):
            assert answer.status == 403, answer.body
        assert tags_of(await call("GET", PATH, **PLACE)) == {"old": "x", "team": "vision"}
