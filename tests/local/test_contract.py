"""Requests are checked in AWS's words, and answers hold nothing that the model lacks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_smext.local.contract import (
    ServiceError,
    operation_model,
    parse,
    project,
    service_model,
)
from jupyter_smext.local.patterns import matches


def check(operation: str, request: Any) -> dict[str, Any]:
    return parse(operation_model("sagemaker", operation).input_shape, request)


def problem(operation: str, request: Any) -> ServiceError:
    with pytest.raises(ServiceError) as raised:
        check(operation, request)
    return raised.value


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        (
            "CreateModel",
            {},
            "1 validation error detected: Value null at 'modelName' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            "DescribeNotebookInstance",
            {"NotebookInstanceName": "a_b"},
            "1 validation error detected: Value 'a_b' at 'notebookInstanceName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9](-*[a-zA-Z0-9])*",
        ),
        (
            "ListModels",
            {"MaxResults": 101},
            "1 validation error detected: Value '101' at 'maxResults' failed to satisfy "
            "constraint: Member must have value less than or equal to 100",
        ),
        (
            "ListModels",
            {"SortOrder": "Up"},
            "1 validation error detected: Value 'Up' at 'sortOrder' failed to satisfy "
            "constraint: Member must satisfy enum value set: [Ascending, Descending]",
        ),
        (
            "DescribeNotebookInstance",
            {"NotebookInstanceName": "a" * 64},
            f"1 validation error detected: Value '{'a' * 64}' at 'notebookInstanceName' failed to "
            "satisfy constraint: Member must have length less than or equal to 63",
        ),
        (
            "CreateEndpointConfig",
            {"EndpointConfigName": "a", "ProductionVariants": [{"VariantName": "b c"}]},
            "1 validation error detected: Value 'b c' at 'productionVariants.1.member.variantName' "
            "failed to satisfy constraint: Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        ),
        (
            "ListModels",
            {"MaxResults": 0, "SortBy": "Age"},
            "2 validation errors detected: Value '0' at 'maxResults' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1; Value 'Age' at 'sortBy' failed to "
            "satisfy constraint: Member must satisfy enum value set: [Name, CreationTime]",
        ),
    ],
)
def test_a_broken_rule_is_told_in_the_words_of_aws(
    operation: str, request_: dict[str, Any], message: str
) -> None:
    found = problem(operation, request_)
    assert (found.code, found.status, found.message) == ("ValidationException", 400, message)


@pytest.mark.parametrize(
    "request_",
    [
        [],
        "text",
        None,
        {"MaxResults": "many"},
        {"MaxResults": True},
        {"MaxResults": 1.5},
        {"MaxResults": 1 << 31},
        {"MaxResults": -(10**30)},
        {"NameContains": 3},
        {"NameContains": {}},
        {"CreationTimeAfter": "yesterday"},
        {"CreationTimeAfter": 1e300},
    ],
)
def test_a_wrong_type_is_a_serialization_exception(request_: Any) -> None:
    assert problem("ListModels", request_).code == "SerializationException"


def test_nesting_beyond_measure_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"SubExpressions": [deep]}
    found = problem("Search", {"Resource": "TrainingJob", "SearchExpression": deep})
    assert found.code == "SerializationException"


def test_a_megabyte_is_not_repeated_in_the_error() -> None:
    assert len(problem("CreateModel", {"ModelName": "a" * (1 << 20)}).message) < 1000


def test_what_the_shape_does_not_know_and_nulls_are_left_out() -> None:
    assert check("ListModels", {"Nonsense": 1, "NameContains": None, "MaxResults": 5}) == {
        "MaxResults": 5
    }


def test_an_answer_holds_only_what_its_shape_declares() -> None:
    shape = operation_model("sagemaker", "DescribeModel").output_shape
    detail = {"ModelName": "m", "_secret": 1, "Tags": [], "CreationTime": 1.5, "VpcConfig": None}
    assert project(shape, detail) == {"ModelName": "m", "CreationTime": 1.5}


def test_an_unknown_operation_is_named() -> None:
    with pytest.raises(ServiceError) as raised:
        operation_model("sagemaker", "MakeTea")
    assert raised.value.code == "UnknownOperationException"
    assert "MakeTea" in raised.value.message


def test_every_pattern_of_the_model_can_be_asked() -> None:
    model = service_model("sagemaker")
    for name in model.shape_names:
        pattern = model.shape_for(name).metadata.get("pattern")
        if pattern and model.shape_for(name).type_name == "string":
            for text in ("test", "é", ""):
                matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "Ünïcode 東京 ٣", True),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "tab\t", False),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "a\n", False),
        (r"[a-z]+", "abc\n", False),
        (r"\w+", "é", False),
        (r"([\p{L}]*)${1,128}", "é", True),
        (r"arn:[\p{Alnum}\-]+", "arn:a-1", True),
        (r"\p{ASCII}*", "a~", True),
        (r"\p{ASCII}*", "é", False),
        (r"\A\S[\p{Print}]*\z", "model.tar.gz", True),
        (r"\A\S[\p{Print}]*\z", " model", False),
        (r"[\w-_]*", "a-b_c", True),
        (r"[\w-_]*", "a b", False),
    ],
)
def test_patterns_read_as_java_reads_them(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_FIELDS = st.sampled_from(
    ["ModelName", "PrimaryContainer", "Containers", "Tags", "VpcConfig", "ExecutionRoleArn"]
)


@settings(deadline=None)
@given(st.dictionaries(_FIELDS, _JSON) | _JSON)
def test_any_request_is_parsed_or_refused(request_: Any) -> None:
    shape = operation_model("sagemaker", "CreateModel").input_shape
    try:
        parsed = parse(shape, request_)
    except ServiceError as refused:
        assert refused.code in ("ValidationException", "SerializationException")
    else:
        assert set(parsed) <= set(shape.members)
        json.dumps(parsed)
