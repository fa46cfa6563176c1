"""Prints every Create form with a request that AWS's model takes, for Jest to fill in.

`python -m tests.create_forms`: JSON lines of `{operation, form, request}`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from typing import Any
from unittest.mock import patch

import msgspec

from jupyter_smext.inventory import forms
from jupyter_smext.kinds import kinds, service_model
from jupyter_smext.protocol import Form
from tests.local.minimal import value

OPERATIONS = tuple(each.operation for each in forms.creatables())


@cache
def form_of(operation: str) -> Form:
    """The form as the server makes it where it knows of no roles and of no resources."""
    nobody: Any = None
    with patch.object(forms, "roles_of", return_value=([], "")):
        return forms.read_form(
            nobody, "local", "us-east-1", operation, None, forms.nothing_known, {}
        )


def request_of(operation: str) -> dict[str, Any]:
    """The smallest request, as its form is filled in."""
    shape = service_model().operation_model(operation).input_shape
    properties = form_of(operation).schema["properties"]
    smallest = _with_items(value(shape), shape)
    found = {name: one for name, one in smallest.items() if name in properties}
    of = next((each for each in kinds().values() if each.create_operation == operation), None)
    fields = of.fields.get("Create") if of is not None else None
    for name, each in properties.items():
        if "x-smext-encoded" in each and name in found:
            found[name] = b64encode(b"echo ready").decode()
    for name in fields.needed if fields is not None else ():
        found.setdefault(name, properties[name].get("enum", ["test-1"])[0])
    return found


def _with_items(found: Any, shape: Any) -> Any:
    """Items of lists that need nothing, with their first member: nobody adds an empty one."""
    if shape.type_name == "structure":
        return {name: _with_items(one, shape.members[name]) for name, one in found.items()}
    if shape.type_name != "list":
        return found
    item = shape.member
    if item.type_name == "structure" and found == [{}] * len(found):
        name, first = next(iter(item.members.items()))
        return [{name: value(first)}] * len(found)
    return [_with_items(one, item) for one in found]


def main() -> None:
    for operation in OPERATIONS:
        line = {
            "operation": operation,
            "form": msgspec.to_builtins(form_of(operation)),
            "request": request_of(operation),
        }
        print(json.dumps(line))


if __name__ == "__main__":
    main()
