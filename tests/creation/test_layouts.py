"""All layouts: their fields are in sections, and none of them breaks on what is odd."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest

from jupyter_smext.creation.layouts import layouts
from jupyter_smext.creation.values import schema_of
from tests.smext_server import Call

from .creating import REGION, by_layout

pytest_plugins = ("tests.local_engine", "tests.smext_server")
pytestmark = pytest.mark.usefixtures("local")

PLACE = {"connection": "local", "region": REGION}
ODD: tuple[Any, ...] = (
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\x1b[31m\x00\u202e",
    "x" * 70_000,
    -1,
    1e308,
    True,
    [],
    ["<b>"],
    {"a": {"b": []}},
    [{"name": None}],
    None,
)
LAYOUTS = sorted(layouts())


@pytest.mark.parametrize("id", LAYOUTS)
def test_each_field_stands_in_one_section(id: str) -> None:
    layout = layouts()[id]
    fields = [field for section in layout.sections for field in section.fields]
    assert sorted(fields) == sorted(schema_of(layout.type)["properties"])


@pytest.mark.parametrize("id", LAYOUTS)
def test_networks_and_keys_are_chosen_from_lists(id: str) -> None:
    names = {
        "subnet": "subnet",
        "subnets": "subnets",
        "security_groups": "security-groups",
        "kms_key": "kms-key",
    }
    fields = schema_of(layouts()[id].type)["properties"]
    found = [name for name in fields if re.search("subnet|group|kms", name)]
    assert {name: fields[name].get("x-smext-picker") for name in found} == {
        name: names[name] for name in found
    }
    assert found or id == "space"


@pytest.mark.parametrize("id", LAYOUTS)
async def test_a_form_begins_with_what_it_takes(call: Call, id: str) -> None:
    form = (await call("POST", f"layouts/{id}/form", {}, **PLACE)).json
    schema = {**form["schema"], "required": [], "allOf": []}
    jsonschema.Draft202012Validator.check_schema(form["schema"])
    wrong = list(jsonschema.Draft202012Validator(schema).iter_errors(form["defaults"]))
    assert wrong == []
    named = {field for section in form["sections"] for field in section["fields"]}
    assert named == form["schema"]["properties"].keys()


@pytest.mark.parametrize("id", LAYOUTS)
async def test_what_is_odd_is_said_at_its_field_or_is_data(call: Call, id: str) -> None:
    form = (await call("POST", f"layouts/{id}/form", {}, **PLACE)).json
    fields = form["schema"]["properties"]
    for name in fields:
        for odd in ODD:
            values = {**form["defaults"], name: odd}
            answer = await call("POST", "creations/check", by_layout(id, values))
            assert answer.status < 500, (name, odd, answer.body)
            if answer.status == 200:
                found = answer.json
                assert found["errors"] or found["problems"] or found["calls"], (name, odd)
                assert all(error["message"] for error in found["errors"])
            # What is filled in comes back with the form as it is, or is refused.
            again = await call("POST", f"layouts/{id}/form", {name: odd}, **PLACE)
            assert again.status < 500, (name, odd, again.body)


@pytest.mark.parametrize("id", LAYOUTS)
async def test_parameters_that_are_odd_are_no_values(call: Call, id: str) -> None:
    path = f"layouts/{id}/values"
    unknown = await call("POST", path, {"Surprise": 1})
    assert (unknown.json["values"], unknown.json["lost"]) == (None, ["Surprise"])
    odd = await call("POST", path, {"Tags": "x"})
    assert (odd.status, odd.json["cause"]) == (400, "invalid"), odd.body
    assert (await call("POST", path, {"Tags": [{"Key": "a", "Value": "b"}]})).status == 200
