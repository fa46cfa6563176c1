"""Every route: who may call it, what it refuses, and that it is documented."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from urllib.parse import quote

import jsonschema
import msgspec
import pytest
from tornado.httpclient import AsyncHTTPClient

from jupyter_smext import protocol
from jupyter_smext.routes.problems import problem_for
from jupyter_smext.routes.resources import problem_page
from jupyter_smext.routes.table import ROUTES, handlers
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
METHODS = ("get", "head", "post", "put", "patch", "delete")


def filled(path: str) -> str:
    """A path of the table with something in its placeholders."""
    known = {"kind": "model", "id": "m", "verb": "DeleteModel", "operation": "CreateModel"}
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def is_problem(answer: Any) -> protocol.Problem:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.body[:500]
    problem = msgspec.convert(answer.json, protocol.Problem)
    assert problem.status == answer.status
    assert problem.title
    assert "Traceback" not in answer.body.decode()
    return problem


def test_every_method_of_every_handler_is_declared_and_guarded() -> None:
    declared = {(handler, route.method.lower()) for route, handler in ROUTES}
    for _, handler, _ in handlers():
        own = {name for name in METHODS if name in vars(handler)}
        assert own, handler
        for name in own:
            method = vars(handler)[name]
            guards = guards_of(method)
            assert guards == {"authenticated", "authorized"}, (handler, name, guards)
            if handler.__name__ != "UnknownHandler":
                assert (handler, name) in declared
    for handler, name in declared:
        assert name in vars(handler)
        assert handler.auth_resource == "smext"


def guards_of(method: Any) -> set[str]:
    """The decorators around a handler's method, by where their code is."""
    found = set()
    while method is not None:
        file = method.__code__.co_filename
        if file.endswith("tornado/web.py"):
            found.add("authenticated")
        elif file.endswith("auth/decorator.py"):
            found.add("authorized")
        method = getattr(method, "__wrapped__", None)
    return found


WITH_BODY = ("POST", "PUT")


async def test_nobody_unauthenticated_gets_in(
    jp_serverapp: Any, jp_base_url: str, http_server_client: AsyncHTTPClient
) -> None:
    answers = {}
    for method, path in [(r.method, r.path) for r, _ in ROUTES] + [("GET", "nothing")]:
        answer = await http_server_client.fetch(
            f"{jp_base_url}smext/api/{filled(path)}",
            method=method,
            body="{}" if method in WITH_BODY else None,
            raise_error=False,
            follow_redirects=False,
        )
        answers[method, path] = answer.code
    assert not {route: code for route, code in answers.items() if code not in (302, 401, 403)}


async def test_changes_from_other_sites_fail(
    jp_serverapp: Any,
    jp_base_url: str,
    http_server_client: AsyncHTTPClient,
    jp_auth_header: dict[str, str],
) -> None:
    """A browser sends its cookie with any site's form; what is missing is the XSRF token."""
    token = jp_auth_header["Authorization"].split()[1]
    page = await http_server_client.fetch(
        f"{jp_base_url}api/status?token={token}", follow_redirects=False
    )
    cookies = [c.split(";")[0] for c in page.headers.get_list("Set-Cookie")]
    assert any(cookie.startswith("username-") for cookie in cookies)
    headers = {"Cookie": "; ".join(cookies), "Content-Type": "application/x-www-form-urlencoded"}
    answers = {}
    for method, path in [(r.method, r.path) for r, _ in ROUTES if r.method != "GET"]:
        url = f"{jp_base_url}smext/api/{filled(path)}?connection=local&region=us-east-1"
        body = "a=b" if method in WITH_BODY else None
        answer = await http_server_client.fetch(
            url, method=method, body=body, headers=headers, raise_error=False
        )
        answers[method, path] = answer.code
    assert set(answers.values()) == {403}, answers
    own = await http_server_client.fetch(
        f"{jp_base_url}smext/api/local", headers={"Cookie": "; ".join(cookies)}, raise_error=False
    )
    assert own.code in (200, 403), "the cookie itself signs in, for reading from our own pages"


async def test_answers_are_not_kept_by_caches(call: Call) -> None:
    answer = await call("GET", "openapi.json")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Etag" not in answer.headers


async def test_openapi_documents_every_route(call: Call) -> None:
    answer = await call("GET", "openapi.json")
    document = answer.json
    assert document["openapi"].startswith("3.1")
    described = {
        (method.upper(), path.removeprefix("/smext/api/"))
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert described == {(route.method, route.path) for route, _ in ROUTES}
    ids = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(ids) == len(set(ids))
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for item in value.values() for found in references(item)]


async def test_kinds_and_policy_are_data(call: Call) -> None:
    kinds = await call("GET", "kinds")
    assert kinds.status == 200
    assert len(msgspec.convert(kinds.json, list[protocol.Kind])) >= 49
    policies = msgspec.convert((await call("GET", "policies")).json, list[protocol.Policy])
    assert [each.name for each in policies] == ["panel", "resources", "solutions"]
    assert {each.document["Version"] for each in policies} == {"2012-10-17"}
    found = await call("GET", "policies", permission="cloudwatch:ListMetrics")
    assert [(each["name"], each["statements"]) for each in found.json] == [
        ("resources", ["Observe"])
    ]


BAD: list[tuple[str, str, Any, dict[str, str], int]] = [
    ("GET", "nothing", None, {}, 404),
    ("POST", "nothing", None, {}, 404),
    ("GET", "inventory", None, {}, 400),
    ("GET", "inventory", None, {"connection": "local"}, 400),
    ("GET", "inventory", None, {"connection": "local", "region": "../x"}, 400),
    ("GET", "inventory", None, {"connection": "local", "region": "a.b/c"}, 400),
    ("GET", "inventory", None, {**PLACE, "since": "-1"}, 400),
    ("GET", "inventory", None, {**PLACE, "since": "1" * 99}, 400),
    ("GET", "inventory", None, {**PLACE, "connection": "x" * 3000}, 400),
    ("GET", "inventory", None, {**PLACE, "connection": "nowhere"}, 400),
    ("GET", "resources/nothing", None, PLACE, 404),
    ("GET", "resources/nothing/x", None, PLACE, 404),
    ("GET", "resources/model/a,b", None, PLACE, 400),
    ("GET", "resources/model/" + "x" * 3000, None, PLACE, 400),
    ("GET", "resources/model/%FF", None, PLACE, 400),
    ("GET", "resources/model/%00", None, PLACE, 400),
    ("GET", "resources/model/no-such", None, PLACE, 404),
    ("POST", "resources/nothing", {}, PLACE, 404),
    ("POST", "resources/model", b"{", PLACE, 400),
    ("POST", "resources/model", b"[1]", PLACE, 400),
    ("POST", "resources/model", b"\xff\xfe", PLACE, 400),
    ("POST", "resources/model", b"[" * 100_000, PLACE, 400),
    ("POST", "resources/model", {"ModelName": 3}, PLACE, 400),
    ("POST", "resources/model", {"NoSuchMember": "x"}, PLACE, 400),
    ("POST", "resources/model", {"ModelName": "x" * 900_000}, PLACE, 400),
    ("POST", "resources/model", {"ModelName": "x" * 1_000_001}, PLACE, 413),
    ("POST", "resources/model/m/DeleteEndpoint", {}, PLACE, 404),
    ("POST", "resources/model/m/__class__", {}, PLACE, 404),
    ("POST", "resources/model/a,b/DeleteModel", {}, PLACE, 400),
    ("POST", "resources/model/no-such/DeleteModel", {}, PLACE, 404),
    ("GET", "forms/NoSuchThing", None, PLACE, 404),
    ("GET", "forms/DeleteModel", None, PLACE, 404),
    ("GET", "forms/CreateModel", None, {**PLACE, "kind": "model"}, 400),
    ("POST", "plans", {}, {}, 400),
    ("POST", "plans", {"connection": "local", "region": "/"}, {}, 400),
    ("POST", "plans", {"connection": "local", "region": "us-east-1"}, {}, 400),
    ("POST", "plans", {**PLACE, "scope": "nothing"}, {}, 400),
    ("POST", "plans", {**PLACE, "targets": [{"kind": "nothing", "id": "x"}]}, {}, 404),
    ("POST", "plans", {**PLACE, "targets": [{"kind": "model", "id": "a,b"}]}, {}, 400),
    ("POST", "plans", {**PLACE, "targets": [{"kind": "model", "id": "no-such"}]}, {}, 404),
    ("GET", "plans/no-such", None, {}, 404),
    ("GET", "plans/..", None, {}, 404),
    ("GET", "plans/plan-0000000000000000", None, {}, 404),
    ("POST", "plans/plan-0000000000000000/run", {}, {}, 404),
    ("POST", "plans/..%2F..%2Fx/retry", {}, {}, 404),
    ("POST", "plans/plan-0000000000000000/stop", {}, {}, 404),
]


async def test_bad_requests_are_problems_and_change_nothing(
    call: Call, local: Any, engine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    before = records(engine)
    for method, path, body, query, status in BAD:
        case = (method, path[:80], repr(body)[:80], repr(query)[:80])
        answer = await call(method, path, body, **query)
        assert answer.status == status, (case, answer.body[:500])
        is_problem(answer)
        assert len(answer.body) < 5000, (case, "what was sent is not sent back whole")
        assert records(engine) == before, case
        assert "Traceback" not in caplog.text, case


async def test_a_profile_that_does_not_exist_is_said(call: Call) -> None:
    place = {"connection": "profile:no-such", "region": "us-east-1"}
    refused = await call("GET", "resources/model", **place)
    told = refused.json["problem"] if refused.status == 200 else refused.json
    assert "no-such" in told["title"] + told["detail"]
    identity = await call("GET", "identity", **place)
    told = identity.json["problem"] if identity.status == 200 else identity.json
    assert "no-such" in told["title"] + told["detail"]


def records(engine: Any) -> str:
    nouns = ("Model", "Endpoint", "NotebookInstance")
    return repr([engine.store.all(noun) for noun in nouns])


async def test_what_nobody_foresaw_is_ours_and_is_logged(
    call: Call, jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise RuntimeError("a detail for the log")

    monkeypatch.setattr(jp_serverapp.web_app.settings["smext"], "sessions", broken)
    answer = await call("GET", "connections")
    problem = is_problem(answer)
    assert (problem.status, problem.title) == (500, "The extension failed")
    assert "a detail for the log" not in answer.body.decode()
    assert "a detail for the log" in caplog.text


def test_problem_page_shows_text_as_text() -> None:
    problem = problem_for(ValueError("x"))
    page = problem_page(
        msgspec.structs.replace(
            problem, title="<script>alert(1)</script>", detail='"><img>', command="a && <b>"
        )
    )
    assert "<script>" not in page and "<img>" not in page and "<b>" not in page
    assert "&lt;script&gt;" in page


async def test_records_are_created_read_changed_and_deleted(
    call: Call, local: Any, engine: Any
) -> None:
    parameters = {"ModelPackageGroupName": "group-1", "ModelPackageGroupDescription": "d"}
    made = await call("POST", "resources/model-package-group", parameters, **PLACE)
    assert made.status == 201, made.body
    assert made.json == {"kind": "model-package-group", "id": "group-1"}
    assert made.headers["Location"].endswith("smext/api/resources/model-package-group/group-1")
    read = await call("GET", "resources/model-package-group/group-1", **PLACE)
    resource = msgspec.convert(read.json, protocol.Resource)
    assert resource.row.name == "group-1"
    page = await call("GET", "resources/model-package-group", **PLACE)
    assert [row.id for row in msgspec.convert(page.json, protocol.Page).rows] == ["group-1"]
    again = await call("POST", "resources/model-package-group", parameters, **PLACE)
    assert 400 <= is_problem(again).status < 500
    gone = await call(
        "POST", "resources/model-package-group/group-1/DeleteModelPackageGroup", {}, **PLACE
    )
    assert (gone.status, gone.body) == (204, b"")
    missing = await call("GET", "resources/model-package-group/group-1", **PLACE)
    assert is_problem(missing).status == 404


async def test_ids_with_slashes_and_percents_reach_their_resource(
    call: Call, local: Any, engine: Any
) -> None:
    client = engine.client("sagemaker")
    client.create_action(
        ActionName="an-action", Source={"SourceUri": "s3://b/k"}, ActionType="test"
    )
    package = client.create_model_package(ModelPackageName="mp", InferenceSpecification={
        "Containers": [{"Image": "1.dkr.ecr.us-east-1.amazonaws.com/i:1"}],
        "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"],
    })  # fmt: skip
    arn = package["ModelPackageArn"]
    assert "/" in arn
    read = await call("GET", f"resources/model-package/{quote(arn, safe='')}", **PLACE)
    assert read.status == 200, read.body
    assert read.json["definition"]["ModelPackageArn"] == arn


async def test_verbs_in_a_forbidden_state_are_conflicts(
    call: Call, local: Any, engine: Any
) -> None:
    engine.put("NotebookInstance", notebook("stopped", "Stopped"))
    answer = await call(
        "POST", "resources/notebook-instance/stopped/StopNotebookInstance", {}, **PLACE
    )
    problem = is_problem(answer)
    assert (problem.status, problem.cause) == (409, "conflict")
    assert "Stopped" in problem.detail
    engine.store.delete("us-east-1", "NotebookInstance", "stopped")


def notebook(name: str, status: str) -> dict[str, Any]:
    return {
        "NotebookInstanceArn": f"arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/{name}",
        "NotebookInstanceName": name,
        "NotebookInstanceStatus": status,
        "InstanceType": "ml.t3.medium",
        "RoleArn": "arn:aws:iam::000000000000:role/r",
        "CreationTime": 1_750_000_000.0,
        "LastModifiedTime": 1_750_000_000.0,
    }


async def test_opening_a_stopped_instance_is_told_on_a_page(
    call: Call, local: Any, engine: Any
) -> None:
    engine.put("NotebookInstance", notebook("asleep", "Stopped"))
    form = "_xsrf=token"
    answer = await call("POST", "resources/notebook-instance/asleep/open", form, **PLACE)
    assert 400 <= answer.status < 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert b"<h1>" in answer.body
    nothing = await call("POST", "resources/model/m/open", form, **PLACE)
    assert nothing.status == 405
    engine.store.delete("us-east-1", "NotebookInstance", "asleep")


async def test_inventory_paints_at_once_and_refreshes(call: Call, local: Any, engine: Any) -> None:
    engine.client("sagemaker").create_model_package_group(ModelPackageGroupName="seen")
    started = await call("POST", "inventory/refresh", {}, **PLACE)
    assert (started.status, started.body) == (202, b"")
    rows = await rows_of(call, "model-package-group")
    assert rows == ["seen"]
    latest = await call("GET", "inventory", **PLACE)
    newer = await call("GET", "inventory", **PLACE, since=str(latest.json["rev"]))
    assert newer.json["rev"] >= latest.json["rev"]
    assert all(page["rev"] > latest.json["rev"] for page in newer.json["pages"])
    engine.client("sagemaker").delete_model_package_group(ModelPackageGroupName="seen")


async def rows_of(call: Call, kind: str) -> list[str]:
    """The rows of a kind once they were read."""

    async def look() -> list[str]:
        while True:
            answer = await call("GET", "inventory", **PLACE)
            pages = {page["kind"]: page for page in answer.json["pages"]}
            if kind in pages and pages[kind]["read_at"] is not None:
                return [row["id"] for row in pages[kind]["rows"]]
            await asyncio.sleep(0.05)

    return await asyncio.wait_for(look(), 30)


async def test_connections_and_identity(call: Call, local: Any, engine: Any) -> None:
    found = await call("GET", "connections")
    connections = msgspec.convert(found.json, list[protocol.Connection])
    assert [one.read_only for one in connections if one.id == "local"] == [False]
    identity = await call("GET", "identity", **PLACE)
    assert identity.json["account"] == engine.engine.account
    assert engine.keys.secret_key not in identity.body.decode()


async def test_form_route(call: Call, local: Any, engine: Any) -> None:
    made = await call("GET", "forms/CreateNotebookInstance", **PLACE)
    assert msgspec.convert(made.json, protocol.Form).title == "Create notebook instance"
    engine.put("NotebookInstance", notebook("sized", "Stopped"))
    changed = await call(
        "GET", "forms/UpdateNotebookInstance", **PLACE, kind="notebook-instance", id="sized"
    )
    assert changed.json["defaults"]["InstanceType"] == "ml.t3.medium"
    engine.store.delete("us-east-1", "NotebookInstance", "sized")


async def test_local_engine_is_seen(call: Call, local: Any) -> None:
    answer = await call("GET", "local")
    engine = msgspec.convert(answer.json, protocol.LocalEngine)
    assert engine.running and not engine.starting and engine.problem is None


async def test_a_throttled_or_denied_call_says_so(call: Call, local: Any, engine: Any) -> None:
    engine.faults([{"operation": "DescribeModel", "kind": "denied"}])
    problem = is_problem(await call("GET", "resources/model/m", **PLACE))
    assert (problem.status, problem.cause) == (403, "denied")
    assert problem.permission == "sagemaker:DescribeModel"


class TestReadOnly:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return {**jp_server_config, "SmextApp": {"read_only": ["local"]}}

    async def test_its_connection_says_so(self, call: Call, local: Any) -> None:
        found = (await call("GET", "connections")).json
        assert {one["id"]: one["read_only"] for one in found}["local"] is True

    async def test_nothing_is_changed_through_it(self, call: Call, local: Any, engine: Any) -> None:
        client = engine.client("sagemaker")
        client.create_model_package_group(ModelPackageGroupName="kept")
        target = {"kind": "model-package-group", "id": "kept"}
        named = "resources/model-package-group"
        for answer in (
            await call("POST", named, {"ModelPackageGroupName": "new"}, **PLACE),
            await call("POST", f"{named}/kept/DeleteModelPackageGroup", {}, **PLACE),
        ):
            assert is_problem(answer).status == 403
        opened = await call("POST", "resources/notebook-instance/x/open", "", **PLACE)
        assert opened.status == 403
        asked = {**PLACE, "targets": [target], "operation": "Delete"}
        plan = msgspec.convert((await call("POST", "plans", asked)).json, protocol.Plan)
        assert (plan.steps, [left.why for left in plan.left]) == (
            (),
            ["The connection is read-only"],
        )
        assert is_problem(await call("POST", f"plans/{plan.id}/run")).status == 403
        assert client.list_model_package_groups()["ModelPackageGroupSummaryList"]
        client.delete_model_package_group(ModelPackageGroupName="kept")


async def some(events: list[str]) -> None:
    while not events:
        await asyncio.sleep(0.05)


async def test_no_secret_leaves(
    call: Call, local: Any, engine: Any, caplog: pytest.LogCaptureFixture, jp_serverapp: Any
) -> None:
    """What is answered, logged and announced while records are made, seen and deleted."""
    caplog.set_level(logging.DEBUG)
    events: list[str] = []

    async def hear(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        events.append(json.dumps(data))

    for schema in (protocol.CHANGED_EVENT, protocol.PLAN_EVENT):
        jp_serverapp.event_logger.add_listener(schema_id=schema, listener=hear)
    told = ""
    for method, path, body in (
        ("GET", "connections", None),
        ("GET", "identity", None),
        ("POST", "resources/model-package-group", {"ModelPackageGroupName": "quiet"}),
        ("GET", "resources/model-package-group/quiet", None),
        ("GET", "inventory", None),
        ("GET", "local", None),
        ("POST", "resources/model-package-group/quiet/DeleteModelPackageGroup", {}),
        ("GET", "resources/model-package-group/quiet", None),
    ):
        answer = await call(method, path, body, **PLACE)
        told += answer.body.decode() + str(answer.headers)
    await asyncio.wait_for(some(events), 20)
    assert leaks(engine, answers=told, events="".join(events), log=caplog.text) == set()


def leaks(engine: Any, **texts: str) -> set[tuple[str, str]]:
    """Where which secret is found; the texts themselves are too long to be printed."""
    secrets = {
        "secret key": engine.keys.secret_key,
        "access key": engine.keys.access_key,
        "sign-in": "authToken",
        "signature": "AWS4-HMAC",
    }
    return {
        (name, where)
        for where, text in texts.items()
        for name, secret in secrets.items()
        if secret in text
    }
