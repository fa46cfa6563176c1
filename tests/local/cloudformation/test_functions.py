"""Intrinsic functions, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.services.cloudformation.functions import NO_VALUE, Scope, evaluate
from jupyter_smext.local.services.cloudformation.template_text import read

CONDITIONS = read(
    """
Prod: !Equals [!Ref Stage, prod]
Number: !Equals [!Ref Count, 3]
Both: !And [!Condition Prod, !Condition Number]
Either: !Or [!Condition Prod, !Not [!Condition Number]]
Loop: !Not [!Condition Loop]
Mapped: !Equals [!FindInMap [Sizes, !Ref Stage, Size], large]
"""
)


@pytest.fixture
def scope() -> Scope:
    return Scope(
        values={
            "Stage": "prod",
            "Count": "3",
            "Names": ["a", "b"],
            "AWS::Region": "us-east-1",
        },
        mappings={"Sizes": {"prod": {"Size": "large", "Many": ["x", "y"]}}},
        conditions=CONDITIONS,
        ref=lambda name: f"id-of-{name}",
        attribute=lambda name, attribute: f"{attribute}-of-{name}",
        imported=lambda name: f"import-of-{name}",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Stage", "prod"),
        ("!Ref Names", ["a", "b"]),
        ("!Ref Bucket", "id-of-Bucket"),
        ("!GetAtt Bucket.Arn", "Arn-of-Bucket"),
        ("!GetAtt [Bucket, !Ref Stage]", "prod-of-Bucket"),
        ("!Sub '${Stage}/${Bucket}/${Bucket.Arn}/${AWS::Region}/${!Stage}'",
         "prod/id-of-Bucket/Arn-of-Bucket/us-east-1/${Stage}"),
        ("!Sub ['${Own}-${Stage}', {Own: !Ref Count}]", "3-prod"),
        ("!Sub 'a $b {c}'", "a $b {c}"),
        ("!Join ['-', [a, 1, true, !Ref Stage]]", "a-1-true-prod"),
        ("!Join [',', !Ref Names]", "a,b"),
        ("!Split ['-', a-b-c]", ["a", "b", "c"]),
        ("!Select [1, !Split ['-', a-b-c]]", "b"),
        ("!Select ['0', !Ref Names]", "a"),
        ("!FindInMap [Sizes, !Ref Stage, Size]", "large"),
        ("!FindInMap [Sizes, prod, Many]", ["x", "y"]),
        ("!Base64 hello", "aGVsbG8="),
        ("!If [Prod, !Ref Stage, !Ref Bucket]", "prod"),
        ("!If [Both, 1, 2]", 1),
        ("!If [Either, 1, 2]", 1),
        ("!If [Mapped, 1, 2]", 1),
        ("!ImportValue net", "import-of-net"),
        ("{'Fn::ImportValue': !Sub '${Stage}-net'}", "import-of-prod-net"),
        ("[a, !If [Prod, !Ref 'AWS::NoValue', b]]", ["a"]),
        ("{A: !Ref 'AWS::NoValue', B: {C: !Ref Stage}}", {"B": {"C": "prod"}}),
        # A policy's own word, and no function.
        ("{Condition: {StringEquals: {a: b}}}", {"Condition": {"StringEquals": {"a": "b"}}}),
    ],
)  # fmt: skip
def test_a_function_gives(scope: Scope, text: str, value: Any) -> None:
    assert evaluate(read(f"V: {text}")["V"], scope) == value


def test_no_value_alone_is_nothing(scope: Scope) -> None:
    assert evaluate({"Ref": "AWS::NoValue"}, scope) is NO_VALUE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("!Ref [a]", "every Ref object must have a single String value"),
        ("!GetAtt Bucket", "every Fn::GetAtt object requires two non-empty parameters"),
        ("!Sub [a]", "Fn::Sub intrinsic functions don't specify expected arguments"),
        ("!Sub '${Names}'", "must be a string"),
        ("!Join [a, b, c]", "every Fn::Join object requires two parameters"),
        ("!Join [',', !Ref Stage]", "every Fn::Join object requires two parameters"),
        ("!Join [',', [[a]]]", "must be a string"),
        ("!Split ['', abc]", "delimiter cannot be empty"),
        ("!Select [5, !Ref Names]", "cannot select nonexistent value at index 5"),
        ("!Select [-1, !Ref Names]", "an integer index and a list"),
        ("!Select [x, !Ref Names]", "an integer index and a list"),
        ("!FindInMap [Sizes, dev, Size]", "Unable to get mapping for Sizes::dev::Size"),
        ("!FindInMap [Sizes, prod]", "requires three parameters"),
        ("!If [Prod, 1]", "Fn::If requires a list argument"),
        ("!If [Never, 1, 2]", "unresolved condition dependency Never"),
        ("!If [Loop, 1, 2]", "circular condition dependency: Loop"),
        ("!GetAZs us-east-1", "The function Fn::GetAZs needs AWS"),
        ("!Transform {Name: x}", "The function Fn::Transform needs AWS"),
        ("!Nothing x", "Fn::Nothing is not a function"),
        ("!Equals [a, b]", "Fn::Equals is not a function, or not one of this place"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(scope: Scope, text: str, words: str) -> None:
    with pytest.raises(ServiceError) as error:
        evaluate(read(f"V: {text}")["V"], scope)
    assert words in error.value.message
