"""Solutions as AWS has them: templates in S3, and CloudFormation's word on them, both by moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.jumpstart.solution_manifest import KEY, entries
from jupyter_smext.jumpstart.solution_pages import SolutionPages
from jupyter_smext.jumpstart.stack_template import BODY_LIMIT
from tests.aws.conftest import aws_home

pytest_plugins = ("tests.smext_server",)
__all__ = ["aws_home"]

PLACE = ("environment", "us-east-1")
KEYS = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
BUCKET, LISTED = "sagemaker-solutions-prod-us-east-1", "jumpstart-cache-prod-us-east-1"
TEMPLATE_KEY = "Sagemaker-purchase-modelling/deployment/sagemaker-purchase-modelling.yaml"
TEMPLATE = """
Description: Purchases.
Parameters:
  Prefix: {Type: String, AllowedPattern: '^sagemaker-soln-[a-z]*$'}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "${Prefix}-role"
      AssumeRolePolicyDocument: {Statement: []}
Outputs:
  Role: {Value: !GetAtt Role.Arn}
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """The URL of moto."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def buckets(aws: str) -> Iterator[dict[str, Any]]:
    """The buckets of solutions and of JumpStart, empty."""
    s3 = boto3.resource("s3", endpoint_url=aws, **KEYS)
    made = {name: s3.create_bucket(Bucket=name) for name in (BUCKET, LISTED)}
    yield made
    for bucket in made.values():
        bucket.objects.all().delete()
        bucket.delete()


@pytest.fixture
def pages(
    aws: str, aws_home: Path, monkeypatch: pytest.MonkeyPatch, sessions: Sessions
) -> SolutionPages:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS["aws_access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS["aws_secret_access_key"])
    return SolutionPages(sessions)


def put(bucket: Any, key: str, content: str) -> None:
    bucket.put_object(Key=key, Body=content.encode(), ACL="public-read")


def test_without_a_list_there_is_the_table(pages: SolutionPages, buckets: Any) -> None:
    found = pages.list(*PLACE)
    assert found.problems == () and len(found.solutions) == 25
    assert {each.origin for each in found.solutions} == {"shipped"}
    templates = [each for each in found.solutions if each.template]
    assert len(templates) == 3 and all(each.repository for each in templates)


def test_a_template_that_is_there_makes_the_page(pages: SolutionPages, buckets: Any) -> None:
    put(buckets[BUCKET], TEMPLATE_KEY, TEMPLATE)
    page = pages.page(*PLACE, "purchase-modeling")
    assert page.launchable and page.problems == (), page.problems
    assert page.description == "Purchases." and page.template == TEMPLATE
    assert page.parameters[0].pattern == "^sagemaker-soln-[a-z]*$"
    assert page.creates[0].type == "AWS::IAM::Role"
    given = pages.template(*PLACE, "purchase-modeling").given
    assert given == {"TemplateBody": TEMPLATE}
    # Only what is too long for a request is given by its address.
    put(buckets[BUCKET], TEMPLATE_KEY, TEMPLATE + "#" * BODY_LIMIT)
    given = pages.template(*PLACE, "purchase-modeling").given
    assert given == {"TemplateURL": f"https://{BUCKET}.s3.us-east-1.amazonaws.com/{TEMPLATE_KEY}"}


def test_stacks_inside_need_the_wider_acknowledgement(pages: SolutionPages, buckets: Any) -> None:
    inner = TEMPLATE + "\n"
    nested = inner.replace(
        "Outputs:",
        "  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://x'}}\n"
        "Outputs:",
    )
    put(buckets[BUCKET], TEMPLATE_KEY, nested)
    page = pages.page(*PLACE, "purchase-modeling")
    assert page.capabilities[0] == "CAPABILITY_NAMED_IAM", page
    assert "stacks inside" in page.capabilities_reason


def test_a_template_that_is_gone_is_said(pages: SolutionPages, buckets: Any) -> None:
    page = pages.page(*PLACE, "purchase-modeling")
    assert not page.launchable and page.template is None
    (said,) = page.problems
    assert said.title == "The template of this solution cannot be read"
    assert page.solution.repository and page.solution.repository in said.next
    (elsewhere,) = pages.page(*PLACE, "demand-forecasting").problems
    assert "in this region" in elsewhere.title and "us-west-2" in elsewhere.detail
    put(buckets[BUCKET], TEMPLATE_KEY, "no: template")
    assert pages.page(*PLACE, "purchase-modeling").problems[0].title == "The template is none"


ENTRY = {
    "id": "mine",
    "version": "1",
    "title": "Mine",
    "use_case": "Any",
    "summary": "",
    "template": "a/template.yaml",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "../etc"},
        {"template": "../../template.yaml"},
        {"files": {"../../.bashrc": "a/b"}},
        {"files": {".hidden": "a/b"}},
        {"files": {"fine.py": "/etc/passwd"}},
        {"notebook": "a/b.ipynb"},
        {"title": 3},
    ],
)
def test_a_list_that_means_harm_is_not_used(
    pages: SolutionPages, buckets: Any, sessions: Sessions, wrong: dict[str, Any]
) -> None:
    put(buckets[LISTED], KEY, json.dumps([ENTRY]))
    assert [each.id for each in entries(sessions, *PLACE)] == ["mine"]
    put(buckets[LISTED], KEY, json.dumps([{**ENTRY, **wrong}]))
    with pytest.raises(ProblemError):
        entries(sessions, *PLACE)
    # The table is there all the same, and the page says what was wrong.
    found = pages.list(*PLACE)
    assert len(found.problems) == 1 and len(found.solutions) == 25
