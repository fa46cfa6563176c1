"""openapi.json, made from the route table and the wire's types."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import responses
from typing import Any

import msgspec

from .. import __version__
from ..protocol import Problem
from ..protocol.wire import WIRE
from .route import PREFIX, Query, Route

TEMPLATE = "#/components/schemas/{name}"
PROBLEM = "application/problem+json"


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """An OpenAPI 3.1 document; paths are relative to the Jupyter server's base URL."""
    routes = tuple(routes)
    types = [kind for route in routes for kind in (route.body, route.answer) if kind is not None]
    schemas, components = msgspec.json.schema_components((*types, *WIRE), ref_template=TEMPLATE)
    schema_of = iter(schemas)
    paths: dict[str, Any] = {}
    for route in routes:
        body = next(schema_of) if route.body is not None else None
        answer = next(schema_of) if route.answer is not None else None
        described = _operation(route, body, answer)
        paths.setdefault(f"/{PREFIX}/{route.path}", {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter_smext",
            "version": __version__,
            "description": "SageMaker resources, seen and shut down from JupyterLab.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token` and the Jupyter server's token",
                }
            },
        },
    }


def _operation(route: Route, body: Any, answer: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"description": responses[route.status]}
    if answer is not None:
        said["content"] = {route.answer_type: {"schema": answer}}
    if route.status == 303:
        said["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    problem = (
        {"text/html": {"schema": {"type": "string"}}}
        if route.form
        else {PROBLEM: {"schema": {"$ref": TEMPLATE.format(name=Problem.__name__)}}}
    )
    described: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in route.segments
            ),
            *(_parameter(query) for query in route.query),
        ],
        "responses": {
            str(route.status): said,
            "default": {"description": "Why it could not be done", "content": problem},
        },
    }
    if body is not None:
        described["requestBody"] = {
            "required": False,
            "content": {"application/json": {"schema": body}},
        }
    elif route.form:
        described["requestBody"] = {
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "properties": {"_xsrf": {"type": "string"}}}
                }
            }
        }
    return described


def _operation_id(route: Route) -> str:
    words = [word.strip("{}").replace(".", "_") for word in route.path.split("/")]
    return "_".join([route.method.lower(), *words])


def _parameter(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "in": "query",
        "required": query.required,
        "description": query.about,
        "schema": {"type": query.type},
    }
