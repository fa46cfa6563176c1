"""Templates as text: what is read of them, and what is refused in CloudFormation's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.services.cloudformation import parameters, references
from jupyter_smext.local.services.cloudformation.template import parse
from jupyter_smext.local.services.cloudformation.template_text import read

BUCKET = {"Type": "AWS::S3::Bucket"}


def refusal(text: str) -> str:
    with pytest.raises(ServiceError) as error:
        references.check(parse(text))
    assert error.value.status == 400
    return error.value.message


def template(**more: Any) -> str:
    return json.dumps({"Resources": {"Bucket": BUCKET}, **more})


@pytest.mark.parametrize(
    ("short", "meant"),
    [
        ("!Ref Bucket", {"Ref": "Bucket"}),
        ("!GetAtt Bucket.Outputs.Name", {"Fn::GetAtt": ["Bucket", "Outputs.Name"]}),
        ("!GetAtt [Bucket, Arn]", {"Fn::GetAtt": ["Bucket", "Arn"]}),
        ("!Sub '${A}-x'", {"Fn::Sub": "${A}-x"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!Join ['', [a, !Ref B]]", {"Fn::Join": ["", ["a", {"Ref": "B"}]]}),
        ("!If [C, 1, 2.5]", {"Fn::If": ["C", 1, 2.5]}),
        ("!Not [!Condition C]", {"Fn::Not": [{"Condition": "C"}]}),
        ("!Base64 {'Fn::Sub': x}", {"Fn::Base64": {"Fn::Sub": "x"}}),
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("yes", True),
        ("1:30", 90),
    ],
)
def test_yaml_is_read_as_cloudformation_reads_it(short: str, meant: Any) -> None:
    assert read(f"Value: {short}") == {"Value": meant}


def test_json_and_yaml_say_the_same() -> None:
    value = {"Resources": {"On": BUCKET, "123": BUCKET}}
    assert read(json.dumps(value)) == value
    assert (
        read("Resources:\n  On: {Type: 'AWS::S3::Bucket'}\n  123: {Type: AWS::S3::Bucket}") == value
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "unsupported structure"),
        ("[]", "unsupported structure"),
        ("just words", "unsupported structure"),
        ('{"Resources": ', "JSON not well-formed. (line 1, column 15)"),
        ('{"A": 1, "A": 2}', "the key A is there twice"),
        ("A: 1\nA: 2", "the key A is there twice"),
        ("A: [1\nB: 2", "YAML not well-formed. (line 2"),
        ("A: !!python/object/apply:os.system ['true']", "YAML not well-formed"),
        ("A: !!binary aGk=", "YAML not well-formed"),
        ("A: &a [x]\nB: *a", "YAML aliases are not allowed"),
        ("A: ", "[/A] 'null' values are not allowed in templates"),
        ("A: .inf", "[/A] is not a number"),
        ("[" * 500 + "]" * 500, "nested more than 100 deep"),
        ("[" * 5000 + "]" * 5000, "YAML not well-formed"),
        ('{"A":' * 20000 + "1" + "}" * 20000, "nested more than 100 deep"),
        ("A: " + "9" * 5000, "YAML not well-formed"),
        ('{"A": "\\ud800"}', "is not valid Unicode"),
        ("? [a, b]\n: c", "YAML not well-formed"),
        ("\x00", "YAML not well-formed"),
    ],
)
def test_what_is_no_template_is_refused_in_words(text: str, words: str) -> None:
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps({"Resources": {}}), "At least one Resources member must be defined."),
        (template(Colour="red"), "Invalid template property or properties [Colour]"),
        (template(AWSTemplateFormatVersion="2011-01-01"), "unsupported value for AWSTemplate"),
        (template(Transform="AWS::Serverless-2016-10-31"), "A template with Transform needs AWS"),
        (template(Description=["a"]), "Every Description member must be a string."),
        (template(Outputs={"A": {}}), "Output A is malformed"),
        (template(Outputs={"A": {"Value": {"Ref": "No"}}}), "dependencies [No] in the Outputs"),
        (
            template(Outputs={"A": {"Value": "x", "Condition": "No"}}),
            "Unresolved condition dependency No in the Outputs block",
        ),
        (template(Parameters={"A": {"Type": "Text"}}), "Unrecognized parameter type: Text"),
        (template(Parameters={"A": {}}), "must contain a Type member"),
        (template(Parameters={"A": {"Type": "String", "AllowedPattern": "("}}), "AllowedPattern"),
        (
            template(Parameters={"A": {"Type": "AWS::SSM::Parameter::Value<String>"}}),
            "needs AWS",
        ),
        (
            template(Conditions={"C": {"Fn::Equals": [{"Ref": "Bucket"}, "x"]}}),
            "Cannot reference resources in the Conditions block",
        ),
    ],
)
def test_a_template_of_the_wrong_form_is_refused(text: str, words: str) -> None:
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ([], "is no object"),
        ({}, "Every Resources object must contain a Type member"),
        ({**BUCKET, "Colour": 1}, "Invalid template resource property 'Colour'"),
        ({**BUCKET, "DependsOn": "No"}, "Unresolved resource dependencies [No]"),
        ({**BUCKET, "DependsOn": "A"}, "Circular dependency between resources: [A]"),
        ({**BUCKET, "Condition": "No"}, "Unresolved condition dependency No in the Resources"),
        (
            {**BUCKET, "Properties": {"A": [{"Fn::If": ["No", 1, 2]}]}},
            "Unresolved condition dependency No in the Resources block",
        ),
        ({**BUCKET, "DeletionPolicy": "Keep"}, "Unrecognized DeletionPolicy Keep"),
        ({**BUCKET, "DeletionPolicy": "Snapshot"}, "does not support deletion policy Snapshot"),
        ({**BUCKET, "Properties": {"BucketName": {"Ref": "No"}}}, "dependencies [No] in the Res"),
        ({**BUCKET, "Properties": {"A": {"Fn::Sub": "${No.Arn}"}}}, "dependencies [No]"),
        (
            {**BUCKET, "Properties": {"A": {"Fn::GetAtt": "Other.Colour"}}},
            "resource Other does not support attribute type Colour in Fn::GetAtt",
        ),
        ({**BUCKET, "Properties": {"A": {"Fn::GetAtt": ["A"]}}}, "requires two non-empty"),
        ({**BUCKET, "CreationPolicy": {}}, "The CreationPolicy of A needs AWS"),
    ],
)
def test_a_resource_of_the_wrong_form_is_refused(resource: Any, words: str) -> None:
    text = json.dumps({"Resources": {"A": resource, "Other": BUCKET}})
    assert words in refusal(text)


def test_names_are_letters_and_digits() -> None:
    text = json.dumps({"Resources": {"my-bucket": BUCKET}})
    assert "Resource name my-bucket is non alphanumeric" in refusal(text)


def test_resources_come_after_what_they_stand_on() -> None:
    text = """
Resources:
  Role: {Type: "AWS::IAM::Role", Properties: {Path: !Sub "/${Bucket}/"}, DependsOn: Other}
  Bucket: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Join ["", [!GetAtt Other.Arn]]}}
  Other: {Type: "AWS::S3::Bucket"}
"""
    found = parse(text)
    references.check(found)
    before = {
        name: {other for other, _ in references.references(one.properties)} | set(one.after)
        for name, one in found.resources.items()
    }
    assert references.order(before) == ["Other", "Bucket", "Role"]


def given(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        ({"Type": "String"}, None, "Parameters: [A] must have values"),
        ({"Type": "Number"}, "many", "must be a number"),
        ({"Type": "Number", "MaxValue": 3}, "4", "must be a number not greater than 3"),
        ({"Type": "Number", "MinValue": "3"}, "2.5", "must be a number not less than 3"),
        ({"Type": "List<Number>"}, "1,x", "must be a number"),
        ({"Type": "String", "AllowedValues": ["x"]}, "y", "must be one of AllowedValues"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "ab1", "must match pattern [a-z]+"),
        (
            {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "be small"},
            "A",
            "failed to satisfy constraint: be small",
        ),
        ({"Type": "String", "MinLength": 2}, "a", "must contain at least 2 characters"),
        ({"Type": "String", "MaxLength": 2}, "abc", "must contain at most 2 characters"),
        ({"Type": "String"}, "x" * 4097, "must not be longer than 4096 bytes"),
    ],
)
def test_parameters_are_held_to_their_constraints(
    parameter: dict[str, Any], value: str | None, words: str
) -> None:
    known = parameters.parse({"A": parameter})
    with pytest.raises(ServiceError) as error:
        parameters.resolved(known, given({} if value is None else {"A": value}))
    assert words in error.value.message


def test_parameters_have_defaults_and_lists() -> None:
    known = parameters.parse(
        {
            "Count": {"Type": "Number", "Default": 3},
            "Sure": {"Type": "String", "Default": True},
            "Names": {"Type": "CommaDelimitedList", "Default": "a, b"},
        }
    )
    values = parameters.resolved(known, given({"Sure": "x"}))
    assert values == {"Count": "3", "Sure": "x", "Names": "a, b"}
    assert known["Names"].value(values["Names"]) == ["a", "b"]
    with pytest.raises(ServiceError, match=r"Parameters: \[No\] do not exist in the template"):
        parameters.resolved(known, given({"No": "x"}))
