"""The form of every verb that takes parameters: it begins with what is there, and AWS takes it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from botocore import xform_name

from jupyter_smext.kinds import Kind, Verb, kinds, service_model
from jupyter_smext.kinds.model import input_members
from tests.local.minimal import value
from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
#: The engine runs them, or does not have them: their own tests change them, or none can here.
ELSEWHERE = {
    "cluster",
    "endpoint",
    "inference-component",
    "mlflow-tracking-server",
    "monitoring-schedule",
    "notebook-instance",
    "pipeline-execution",
    "space",
    "training-job",
}
#: What the smallest request lacks, as AWS tells in words alone.
MORE: dict[str, dict[str, Any]] = {
    "ModelPackage": {"ModelPackageName": "test-1"},
    "Pipeline": {"PipelineDefinition": '{"Version": "2020-12-01", "Steps": []}'},
}
VERBS = [
    (kind, verb)
    for kind in kinds().values()
    for verb in kind.verbs
    # No pipeline runs in the local engine.
    if verb.form and kind.id not in ELSEWHERE
    if verb.operation != "StartPipelineExecution"
]


def made(engine: RunningEngine, kind: Kind) -> None:
    """One of the kind, below one of its parent, by the smallest request."""
    client = engine.client("sagemaker")
    parameters = {**value_of(str(kind.create_operation)), **MORE.get(kind.noun, {})}
    if kind.parent is not None:
        made(engine, kinds()[kind.parent])
        if "DomainId" in parameters:
            parameters["DomainId"] = client.list_domains()["Domains"][0]["DomainId"]
    try:
        getattr(client, xform_name(str(kind.create_operation)))(**parameters)
    except client.exceptions.ClientError as error:
        # Another verb's test made it.
        assert "lready" in str(error), error


def value_of(operation: str) -> dict[str, Any]:
    found: dict[str, Any] = value(service_model().operation_model(operation).input_shape)
    return found


@pytest.mark.parametrize(("kind", "verb"), VERBS, ids=lambda each: getattr(each, "operation", None))
async def test_a_form_begins_with_what_is_there_and_is_taken(
    call: Call, engine: RunningEngine, local: Any, kind: Kind, verb: Verb
) -> None:
    made(engine, kind)
    rows = (await call("GET", f"resources/{kind.id}", **PLACE)).json["rows"]
    if not rows and kind.parent is not None:
        parent = (await call("GET", f"resources/{kind.parent}", **PLACE)).json["rows"][0]["id"]
        path = f"resources/{kind.id}"
        rows = (await call("GET", path, **PLACE, parent=parent)).json["rows"]
    id = rows[0]["id"]
    answer = await call("GET", f"forms/{verb.operation}", **PLACE, kind=kind.id, id=id)
    assert answer.status == 200, answer.body
    form = answer.json
    # What a form begins with has nothing in it that the form itself would refuse.
    schema = {**form["schema"], "required": []}
    validator = jsonschema.Draft202012Validator(schema)
    wrong = [e.message for e in validator.iter_errors(form["defaults"]) if e.validator != "pattern"]
    assert wrong == []
    shapes = input_members(verb.operation)
    given = {
        name: form["defaults"].get(name, value(shapes[name])) for name in form["schema"]["required"]
    }
    path = f"resources/{kind.id}/{id}/{verb.operation}"
    done = await call("POST", path, given, **PLACE)
    assert done.status == 204, done.body
    bad = await call("POST", path, {**given, "Surprise": 1}, **PLACE)
    assert (bad.status, bad.json["cause"]) == (400, "invalid")
