"""Walking a list to its end, and refusing to call half a list the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timezone
from typing import Any

import pytest

from jupyter_smext.aws.pages import walk
from jupyter_smext.aws.parser import UnreadableAnswer
from jupyter_smext.aws.sessions import Sessions

from .conftest import KEYS, Answer, Endpoint


@pytest.fixture
def client(endpoint: Endpoint, configure: Callable[[str], None]) -> Any:
    configure(f"[profile me]{KEYS}endpoint_url = {endpoint.url}\n")
    return Sessions().client("profile:me", "us-east-1")


def page(*names: str, token: str | None = None) -> dict[str, Any]:
    models = [{"ModelName": name} for name in names]
    return {"Models": models, **({"NextToken": token} if token else {})}


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item["ModelName"] for item in items]


def test_every_page_with_a_hundred_each(client: Any, endpoint: Endpoint) -> None:
    endpoint.answer(page("a", "b", token="1"), page("c", token="2"), page())
    seen: list[list[str]] = []
    items = walk(
        client,
        "ListModels",
        {"NameContains": "x"},
        "Models",
        on_page=lambda p: seen.append(names(p)),
    )
    assert names(items) == ["a", "b", "c"]
    assert seen == [["a", "b"], ["c"], []]
    asked = [json.loads(request.body) for request in endpoint.asked]
    assert asked == [
        {"NameContains": "x", "MaxResults": 100},
        {"NameContains": "x", "MaxResults": 100, "NextToken": "1"},
        {"NameContains": "x", "MaxResults": 100, "NextToken": "2"},
    ]


def test_times_are_utc(client: Any, endpoint: Endpoint) -> None:
    """The compiled parser is the one in use: botocore's own answers local times."""
    endpoint.answer({"Models": [{"ModelName": "a", "CreationTime": 1795337999.5}]})
    [item] = walk(client, "ListModels", {}, "Models")
    assert item["CreationTime"].tzinfo is timezone.utc
    assert item["CreationTime"].timestamp() == 1795337999.5


def test_no_page_size_where_the_operation_has_none(client: Any, endpoint: Endpoint) -> None:
    endpoint.answer(page())
    walk(client, "ListModels", {}, "Models", max_results=None)
    assert json.loads(endpoint.asked[0].body) == {}


def test_a_repeated_token_is_an_error(client: Any, endpoint: Endpoint) -> None:
    endpoint.answer(page("a", token="1"), page("b", token="1"))
    with pytest.raises(UnreadableAnswer, match="the same page token twice"):
        walk(client, "ListModels", {}, "Models")
    assert len(endpoint.asked) == 2


def test_an_absent_list_is_an_error_where_the_model_promises_it(
    client: Any, endpoint: Endpoint
) -> None:
    endpoint.answer({})
    with pytest.raises(UnreadableAnswer, match="ListModels has no Models"):
        walk(client, "ListModels", {}, "Models")
    assert walk(client, "ListDomains", {}, "Domains") == []


@pytest.mark.parametrize("body", [b'{"Models": [{"Mod', b"", b"<html>sign in</html>"])
def test_a_broken_second_page_is_an_error(client: Any, endpoint: Endpoint, body: bytes) -> None:
    endpoint.answer(Answer(json.dumps(page("a", token="1")).encode()), Answer(body))
    with pytest.raises(UnreadableAnswer):
        walk(client, "ListModels", {}, "Models")
