"""What a template declares, and templates that mean harm."""

from __future__ import annotations

import json

import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jumpstart.solution_checks import check, why_not
from jupyter_smext.jumpstart.stack_template import parse
from jupyter_smext.protocol import SolutionLaunchRequest

TEMPLATE = r"""
AWSTemplateFormatVersion: 2010-09-09
Description: >
  Used as root
  template
Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - Label: {default: Names}
        Parameters: [Prefix]
    ParameterLabels:
      Prefix: {default: The prefix}
Parameters:
  Count: {Type: Number, Default: 010, MinValue: 1, MaxValue: 20}
  Prefix:
    Type: String
    AllowedPattern: '^sm-soln-[a-z0-9\-]{1,32}$'
    ConstraintDescription: Should start with sm-soln-.
    MinLength: 9
  Secret: {Type: String, NoEcho: true, Default: yes}
  Version: {Type: String, Default: release, AllowedValues: [release, development]}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties: {BucketName: !Sub "${Prefix}-${AWS::Region}"}
  Inner:
    Type: AWS::CloudFormation::Stack
    Condition: Always
    Properties: {TemplateURL: !Sub ["https://${A}/x", {A: !GetAtt Bucket.Arn}]}
Outputs:
  Arn: {Description: Its ARN, Value: !GetAtt Bucket.Arn}
"""


def test_what_it_declares() -> None:
    read = parse(TEMPLATE)
    assert read.description == "Used as root template"
    by_name = {each.name: each for each in read.parameters}
    assert list(by_name) == ["Prefix", "Count", "Secret", "Version"]
    prefix = by_name["Prefix"]
    assert (prefix.label, prefix.group, prefix.default) == ("The prefix", "Names", None)
    assert prefix.min_length == 9 and prefix.constraint == "Should start with sm-soln-."
    # As written: YAML itself would have read 8, and true.
    assert by_name["Count"].default == "010" and by_name["Secret"].default == "yes"
    assert by_name["Secret"].hidden and not prefix.hidden
    assert by_name["Version"].allowed == ("release", "development")
    assert [(each.service, each.type, each.names) for each in read.creates] == [
        ("CloudFormation", "AWS::CloudFormation::Stack", ("Inner",)),
        ("S3", "AWS::S3::Bucket", ("Bucket",)),
    ]
    assert read.creates[0].conditional == ("Inner",) and read.nests
    assert read.retained == {"Bucket"}
    assert [(each.key, each.description) for each in read.outputs] == [("Arn", "Its ARN")]


def test_json_says_the_same() -> None:
    template = {
        "Parameters": {"On": {"Type": "String", "Default": True}, "N": {"Type": "Number"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    read = parse(json.dumps(template))
    assert [(each.name, each.default) for each in read.parameters] == [("On", "true"), ("N", None)]
    assert read.creates[0].service == "SNS"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "[1, 2]",
        "Resources: 3",
        "{",
        "a: b: c",
        "Resources: {A: &a {Type: *a}}",
        "Resources: {A: " + "[" * 5000,
        "{" + '"Resources": {"A": ' + "[" * 100_000,
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ProblemError) as refused:
        parse(text)
    assert refused.value.problem.cause == "broken"


def test_what_means_harm_does_none() -> None:
    laughs = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    hostile = (
        laughs
        + "Description: *u\n"
        + "Parameters: {P: {Type: *u, Default: !!python/object/apply:os.getcwd []}}\n"
        + "Resources: {R: {Type: AWS::S3::Bucket}}\n"
    )
    read = parse(hostile)
    assert read.description == ""
    assert read.parameters[0].type == "String" and read.parameters[0].default == ""


def request(**more: object) -> SolutionLaunchRequest:
    known = {"connection": "local", "region": "us-east-1", "solution": "any", "stack": "mine"}
    return SolutionLaunchRequest(**{**known, "parameters": {"Prefix": "sm-soln-a"}, **more})  # type: ignore[arg-type]


def test_what_forbids_a_launch() -> None:
    template = parse(TEMPLATE)
    capable = ("CAPABILITY_NAMED_IAM",)
    check(request(capabilities=capable), template, ("CAPABILITY_IAM",))
    wrong = {
        "acknowledged": request(),
        "name of a stack": request(capabilities=capable, stack="no_underscore"),
        "ARN of a role": request(capabilities=capable, role="admin"),
        "tags": request(capabilities=capable, tags={"aws:mine": "x"}),
        "is missing": request(capabilities=capable, parameters={}),
        "no such parameter": request(
            capabilities=capable, parameters={"Prefix": "sm-soln-a", "Else": "x"}
        ),
        "'Capital'": request(capabilities=capable, parameters={"Prefix": "Capital"}),
    }
    for said, one in wrong.items():
        with pytest.raises(ProblemError) as refused:
            check(one, template, ("CAPABILITY_NAMED_IAM",))
        assert said in refused.value.problem.title, said
    by_name = {each.name: each for each in template.parameters}
    assert why_not(by_name["Count"], "21") == "It is at most 20."
    assert why_not(by_name["Count"], "nan") and why_not(by_name["Count"], "many")
    assert why_not(by_name["Version"], "beta") and not why_not(by_name["Version"], "release")
    # A hidden value is in no message.
    hidden = parse(TEMPLATE.replace("NoEcho: true, Default: yes", "NoEcho: true, MaxLength: 3"))
    with pytest.raises(ProblemError) as refused:
        given = {"Prefix": "sm-soln-a", "Secret": "hunter2"}
        check(request(capabilities=capable, parameters=given), hidden, ())
    assert "hunter2" not in str(refused.value.problem)
