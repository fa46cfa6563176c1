"""The IAM policy covers what the code calls, and nothing that it never does."""

from __future__ import annotations

import fnmatch
import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from jupyter_smext.aws.permissions import POLICIES, policies, policy
from jupyter_smext.cost import quotas
from jupyter_smext.kinds import kinds, model

STATEMENTS: dict[str, dict[str, Any]] = {one["Sid"]: one for one in policy()["Statement"]}


def actions(statement: str) -> set[str]:
    return set(STATEMENTS[statement]["Action"])


@pytest.mark.parametrize("declared", kinds().values(), ids=lambda declared: declared.noun)
def test_every_operation_of_a_kind_is_allowed(declared: Any) -> None:
    read = {declared.list_operation, declared.describe_operation}
    act = {verb.operation for verb in declared.verbs} | {declared.open_operation}
    for name in read:
        assert any(fnmatchcase(f"sagemaker:{name}", action) for action in actions("Read")), name
    assert {f"sagemaker:{name}" for name in act if name} <= actions("Act")
    if declared.create_operation:
        assert f"sagemaker:{declared.create_operation}" in actions("Create")


def test_reading_changes_nothing() -> None:
    reads = ("List", "Describe", "Search", "Get")
    for action in actions("Read"):
        assert action.split(":")[1].startswith(reads), action


def test_actions_exist() -> None:
    for name in ("Read", "Act", "Create"):
        for action in actions(name):
            service, operation = action.split(":")
            assert service in ("sagemaker", "sts", "iam")
            if service == "sagemaker":
                assert fnmatch.filter(model.operation_names(), operation), action
    assert {"sts:GetCallerIdentity", "iam:ListAccountAliases"} <= actions("Read")
    assert "iam:ListRoles" in actions("Create")


def test_what_prices_and_quotas_call_is_allowed() -> None:
    assert actions("Cost") == {
        "pricing:GetProducts",
        *(f"servicequotas:{operation}" for operation in quotas.OPERATIONS),
    }


def test_roles_are_passed_to_sagemaker_alone() -> None:
    passed = STATEMENTS["PassRole"]
    assert passed["Action"] == ["iam:PassRole"]
    condition = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    assert passed["Condition"] == condition


def test_only_reading_is_allowed_by_pattern() -> None:
    patterns = [action for name in STATEMENTS for action in actions(name) if "*" in action]
    assert sorted(patterns) == ["sagemaker:Describe*", "sagemaker:List*"]


@pytest.mark.parametrize("name", POLICIES)
def test_each_fits_a_managed_policy(name: Any) -> None:
    """IAM counts 6,144 characters without white space in a managed policy."""
    assert len(json.dumps(POLICIES[name](), separators=(",", ":"))) <= 6144


@pytest.mark.parametrize(
    ("permission", "held"),
    [
        ("sagemaker:ListModels", {"panel": ("Read",)}),
        ("SageMaker:listmodels", {"panel": ("Read",)}),
        ("logs:GetLogEvents", {"resources": ("Observe",)}),
        ("sagemaker:AddTags", {"panel": ("Create",), "resources": ("Edit",)}),
        ("s3:DeleteObject", {"panel": ("LargeFolders",), "solutions": ("Solutions",)}),
        ("iam:PassRole", {"panel": ("PassRole",), "solutions": ("PassRole",)}),
        ("kms:Decrypt", {}),
    ],
)
def test_the_policies_that_hold_a_permission(permission: str, held: dict[str, Any]) -> None:
    found = {each.name: each for each in policies(permission)}
    assert {name: each.statements for name, each in found.items()} == held
    assert all(each.document == POLICIES[name]() for name, each in found.items())


def test_without_a_permission_all_policies_are_told() -> None:
    assert [each.name for each in policies()] == list(POLICIES)
    for each in policies():
        assert each.statements == tuple(one["Sid"] for one in each.document["Statement"])
