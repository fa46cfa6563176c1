"""Forms made from AWS's shapes: valid JSON Schema, patterns for a browser, useful defaults."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import jsonschema
import pytest

from jupyter_smext.inventory.forms import form, has_form, trusts_sagemaker
from jupyter_smext.inventory.javascript import javascript_pattern
from jupyter_smext.inventory.json_schema import plain, schema_of
from jupyter_smext.kinds import kinds, service_model
from jupyter_smext.kinds.model import sentence
from jupyter_smext.protocol import Form, Resource, Row

pytest_plugins = ("tests.local_engine", "tests.smext_server")

FORMS = sorted(name for name in service_model().operation_names if has_form(name))
# A pattern in JSON Schema is JavaScript's; Python's `re`, which the checker asks, has no \p.
NO_FORMATS = jsonschema.FormatChecker(())


def patterns(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [found for item in schema for found in patterns(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
    return own + [found for item in schema.values() for found in patterns(item)]


def test_every_create_and_update_of_the_model_has_a_form() -> None:
    creates = [name for name in service_model().operation_names if name.startswith("Create")]
    assert len(creates) >= 75
    assert set(creates) <= set(FORMS)
    for of in kinds().values():
        assert all(has_form(verb.operation) for verb in of.verbs if verb.form), of
        plain = [verb for verb in of.verbs if not verb.form and verb.on is None]
        assert not any(has_form(verb.operation) for verb in plain), of


@pytest.mark.parametrize("operation", FORMS)
def test_is_json_schema(operation: str) -> None:
    shape = service_model().operation_model(operation).input_shape
    schema = schema_of(shape)
    for draft in (jsonschema.Draft7Validator, jsonschema.Draft202012Validator):
        draft.check_schema(schema, format_checker=NO_FORMATS)
    assert set(schema["required"]) <= schema["properties"].keys() <= shape.members.keys()
    text = json.dumps(schema)
    assert not re.search(r"</?(p|a|b|i|code|ul|li|note)[ >]", text), (
        "descriptions are text, not HTML"
    )


def test_patterns_are_javascript() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not on PATH")
    model = service_model()
    found = {
        pattern
        for operation in FORMS
        for pattern in patterns(schema_of(model.operation_model(operation).input_shape))
    }
    assert len(found) > 100
    script = (
        'const all = JSON.parse(require("fs").readFileSync(0));'
        'for (const p of all) { try { new RegExp(p, "u") } catch (e) { console.log(p) } }'
    )
    ran = subprocess.run(
        [node, "-e", script], input=json.dumps(sorted(found)), text=True, capture_output=True
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_few_patterns_of_the_model_are_lost() -> None:
    model = service_model()
    own = {model.shape_for(name).metadata.get("pattern") for name in model.shape_names} - {None}
    lost = {pattern for pattern in own if javascript_pattern(pattern) is None}
    assert len(lost) <= 8, lost


@pytest.mark.parametrize(
    ("java", "javascript"),
    [
        ("a", "^(?:a)$"),
        ("a|b", "^(?:a|b)$"),
        (r"a\-b\_c", "^(?:a-b_c)$"),
        (r"[\w-.]", r"^(?:[\w\-.])$"),
        (r"[a\-z]", r"^(?:[a\-z])$"),
        (r"\p{L}+", r"^(?:\p{L}+)$"),
        ("a{2}{", r"^(?:a{2}\{)$"),
        ("[a-z]++", None),
        ("(?i)a", None),
        ("(?>a)", None),
        (r"\p{Alnum}", None),
        ("[[:alpha:]]", None),
        ("[a-z&&[^b]]", None),
        (r"\Aa\z", None),
        ("a**", None),
        ("(a", None),
        ("[a", None),
        ("a" * 500, None),
    ],
)
def test_patterns_are_translated_or_left_out(java: str, javascript: str | None) -> None:
    assert javascript_pattern(java) == javascript


def test_networks_and_keys_are_chosen_from_lists_wherever_the_model_has_them() -> None:
    found: dict[str, set[str]] = {}

    def walk(fields: Any) -> None:
        if isinstance(fields, list):
            for item in fields:
                walk(item)
        elif isinstance(fields, dict):
            for name, field in fields.get("properties", {}).items():
                if re.search("kms|subnet|securitygroup", name, re.IGNORECASE):
                    found.setdefault(name, set()).add(field.get("x-smext-picker"))
            for item in fields.values():
                walk(item)

    for operation in FORMS:
        walk(schema_of(service_model().operation_model(operation).input_shape))
    # Who manages the groups of apps: a choice of two.
    assert found.pop("AppSecurityGroupManagement") == {None}
    assert found.pop("SubnetId") == {"subnet"}
    for name, pickers in found.items():
        expected = (
            "kms-key" if "Kms" in name else "subnets" if "Subnet" in name else "security-groups"
        )
        assert pickers == {expected}, name
    assert found.keys() >= {"Subnets", "SubnetIds", "SecurityGroupIds", "SecurityGroups"}
    assert found.keys() >= {"KmsKeyId", "VolumeKmsKeyId", "S3KmsKeyId", "KmsKeyArn"}


def test_titles_and_descriptions_are_words() -> None:
    assert sentence("VolumeSizeInGB") == "Volume size in GB"
    assert sentence("S3OutputPath") == "S3 output path"
    assert sentence("KmsKeyId") == "KMS key ID"
    assert sentence("SecurityGroupIds") == "Security group IDs"
    html = (
        "<p>The <code>name</code> of a&#160;thing. See <a href='x'>here</a>. It is "
        "&lt;short&gt;.</p> <ul><li>Not this</li></ul><p>Nor this.</p>"
    )
    assert plain(html) == "The name of a thing. It is <short>."
    assert plain("") == ""
    assert len(plain("<p>" + "word " * 500 + "</p>")) <= 301


@pytest.mark.parametrize(
    ("statement", "trusted"),
    [
        ({"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}, True),
        ([{"Effect": "Allow", "Principal": {"Service": ["a", "sagemaker.amazonaws.com"]}}], True),
        ([{"Effect": "Deny", "Principal": {"Service": "sagemaker.amazonaws.com"}}], False),
        ([{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}], False),
        ([{"Effect": "Allow", "Principal": "*"}], False),
        ([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}}], False),
    ],
)
def test_roles_are_those_sagemaker_may_assume(statement: Any, trusted: bool) -> None:
    assert trusts_sagemaker({"AssumeRolePolicyDocument": {"Statement": statement}}) is trusted


async def test_notebook_form_is_ready_to_send(local: Any, sessions: Any) -> None:
    made = await form(sessions, *local, "CreateNotebookInstance")
    assert made.title == "Create notebook instance"
    assert made.first[:3] == ("NotebookInstanceName", "InstanceType", "RoleArn")
    assert {"InstanceType": "ml.t3.medium", "VolumeSizeInGB": 5}.items() <= made.defaults.items()
    role = made.schema["properties"]["RoleArn"]
    assert made.defaults["RoleArn"] == role["examples"][0]
    assert ":role/" in role["examples"][0]
    assert "enum" not in role, "another role can still be typed"
    check = jsonschema.Draft202012Validator(made.schema).validate
    check({**made.defaults, "NotebookInstanceName": "nb"})
    with pytest.raises(jsonschema.ValidationError):
        check({**made.defaults, "NotebookInstanceName": "-"})


async def test_roles_that_cannot_be_listed_leave_a_text_field(
    local: Any, sessions: Any, engine: Any
) -> None:
    engine.faults([{"operation": "ListRoles", "kind": "denied"}])
    made = await form(sessions, *local, "CreateNotebookInstance")
    role = made.schema["properties"]["RoleArn"]
    assert "RoleArn" not in made.defaults and "examples" not in role
    assert "could not be listed" in role["description"]
    engine.faults([])
    again = await form(sessions, *local, "CreateNotebookInstance")
    assert again.defaults["RoleArn"], "a failure is not remembered"


async def test_update_form_starts_from_what_is(local: Any, sessions: Any) -> None:
    row = Row("nb", "nb", "Stopped", "idle", False, None, None, None, None, None, ())
    definition = {"NotebookInstanceName": "nb", "InstanceType": "ml.m5.xlarge", "Url": "x"}
    current = Resource("notebook-instance", row, (), (), definition)
    made: Form = await form(sessions, *local, "UpdateNotebookInstance", current)
    assert made.title == "Change instance type of notebook instance"
    assert made.defaults == {"InstanceType": "ml.m5.xlarge"}
    assert "NotebookInstanceName" not in made.schema["properties"]
    assert made.first
