"""JumpStart's notebooks over REST: of the public hub, of hubs of one's own, of models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest

from jupyter_smext import protocol
from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jumpstart.document_notebooks import (
    MOST,
    notebooks_of,
    parse_notebook_document,
)
from jupyter_smext.jumpstart.notebooks import check
from jupyter_smext.local.models.catalogue import MODELS
from jupyter_smext.local.notebooks.catalogue import NOTEBOOKS
from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
NOTEBOOK: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
SIMILAR = {"hub": "SageMakerPublicHub", "id": "similar-sentences", "version": "1.0.0"}


async def listed(call: Call) -> protocol.JumpStartNotebooks:
    """All of them once nothing is being read."""
    while True:
        answer = await call("GET", "jumpstart/notebooks", **PLACE)
        assert answer.status == 200, answer.json
        read = msgspec.json.decode(answer.body, type=protocol.JumpStartNotebooks)
        if not read.reading:
            return read


def asked(row: protocol.JumpStartNotebook, folder: str) -> dict[str, Any]:
    """The request that copies a row."""
    name = {each: getattr(row, each) for each in ("hub", "id", "version", "location")}
    return {**PLACE, **name, "folder": folder}


@pytest.fixture
def own_hub(engine: RunningEngine) -> Any:
    """Imports a notebook into a hub of the account's; what its document says can be had otherwise.

    The hub is gone after the test.
    """
    client, s3 = engine.client("sagemaker"), engine.client("s3")
    client.create_hub(HubName="team", HubDescription="Ours")
    s3.create_bucket(Bucket="team-notebooks")

    def make(content: bytes, **document: Any) -> dict[str, Any]:
        s3.put_object(Bucket="team-notebooks", Key="a folder/weekly.ipynb", Body=content)
        said = {"NotebookLocation": "s3://team-notebooks/a folder/weekly.ipynb", **document}
        client.import_hub_content(
            HubName="team",
            HubContentType="Notebook",
            HubContentName="weekly",
            HubContentDisplayName="What we look at each week",
            DocumentSchemaVersion="1.0.0",
            HubContentDocument=json.dumps(said),
        )
        return {**PLACE, "hub": "team", "id": "weekly", "version": "1.0.0", "location": None}

    yield make
    contents = client.list_hub_contents(HubName="team", HubContentType="Notebook")
    for each in contents["HubContentSummaries"]:
        client.delete_hub_content(
            HubName="team",
            HubContentType="Notebook",
            HubContentName=each["HubContentName"],
            HubContentVersion=each["HubContentVersion"],
        )
    client.delete_hub(HubName="team")
    for each in s3.list_objects_v2(Bucket="team-notebooks").get("Contents", []):
        s3.delete_object(Bucket="team-notebooks", Key=each["Key"])
    s3.delete_bucket(Bucket="team-notebooks")


@pytest.mark.usefixtures("local")
async def test_those_of_hubs_and_of_models_are_listed(call: Call, own_hub: Any) -> None:
    own_hub(json.dumps(NOTEBOOK).encode())
    found = await listed(call)
    assert found.problems == ()
    by_origin = {
        origin: [each for each in found.notebooks if each.hub == origin and each.model is None]
        for origin in ("SageMakerPublicHub", "team")
    }
    assert {each.id for each in by_origin["SageMakerPublicHub"]} == set(NOTEBOOKS)
    assert all(each.runs_here and each.task for each in by_origin["SageMakerPublicHub"])
    [own] = by_origin["team"]
    assert own.title == "What we look at each week" and own.origin == "private hub"
    assert not own.runs_here
    of_models = [each for each in found.notebooks if each.model is not None]
    assert {each.id for each in of_models} == set(MODELS)
    assert {each.title for each in of_models} == {"Deploy", "Fine-tune"}
    assert {each.origin for each in of_models} == {"public hub"}
    # Of the thousand models of AWS the documents are not on this machine.
    assert found.known == len(MODELS) < found.models


@pytest.mark.usefixtures("local")
async def test_each_is_copied_and_never_over_another(call: Call, jp_root_dir: Path) -> None:
    found = await listed(call)
    for row in found.notebooks:
        answer = await call("POST", "jumpstart/notebooks/open", asked(row, "notebooks"))
        assert answer.status == 200, answer.json
        copied = answer.json
        assert copied["kept"] is False and copied["needs"] == []
        nbformat.validate(nbformat.read(jp_root_dir / copied["notebook"], as_version=4))
    files = list((jp_root_dir / "notebooks").iterdir())
    assert len(files) == len(found.notebooks)
    files[0].write_text("mine")
    row = next(each for each in found.notebooks if _name(each) == files[0].name)
    again = (await call("POST", "jumpstart/notebooks/open", asked(row, "notebooks"))).json
    assert again == {"notebook": f"notebooks/{files[0].name}", "kept": True, "needs": []}
    assert files[0].read_text() == "mine"


def _name(row: protocol.JumpStartNotebook) -> str:
    return (row.location or f"/{row.id}.ipynb").rpartition("/")[2]


@pytest.mark.usefixtures("local")
async def test_one_of_an_own_bucket_is_read_as_the_account(
    call: Call, own_hub: Any, jp_root_dir: Path
) -> None:
    needs = {"DependencyOriginPath": "s3://team-notebooks/helpers.py", "DependencyType": "Script"}
    content = json.dumps(NOTEBOOK).encode()
    request = {**own_hub(content, Dependencies=[needs]), "folder": "weekly"}
    copied = (await call("POST", "jumpstart/notebooks/open", request)).json
    assert copied == {
        "notebook": "weekly/weekly.ipynb",
        "kept": False,
        "needs": ["s3://team-notebooks/helpers.py"],
    }
    assert (jp_root_dir / "weekly" / "weekly.ipynb").read_bytes() == content


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"print('no notebook')", "This is no notebook"),
        (b"[]", "This is no notebook"),
        (b'{"nbformat": 4}', "This is no notebook"),
        (b'{"nbformat": 99, "nbformat_minor": 0}', "This is no notebook"),
        (b'{"nbformat": "4; rm", "cells": []}', "This is no notebook"),
        (b'{"cells": ' + b"[" * 100_000, "This is no notebook"),
        (b"\xff\xfe\x00", "This is no notebook"),
        (json.dumps({**NOTEBOOK, "cells": ["x"]}).encode(), "This is no notebook"),
    ],
)
@pytest.mark.usefixtures("local")
async def test_what_is_no_notebook_is_not_written(
    call: Call, own_hub: Any, jp_root_dir: Path, content: bytes, title: str
) -> None:
    request = {**own_hub(content), "folder": "weekly"}
    answer = await call("POST", "jumpstart/notebooks/open", request)
    assert answer.status >= 400 and answer.json["title"] == title
    assert not (jp_root_dir / "weekly").exists()


@pytest.mark.parametrize(
    "location",
    [
        "s3://team-notebooks/../../weekly.ipynb",
        "s3://team-notebooks//etc/passwd",
        "file:///etc/passwd",
        "https://example.com/weekly.ipynb",
        "s3://team-notebooks/a\u0000b.ipynb",
        "",
    ],
)
@pytest.mark.usefixtures("local")
async def test_a_document_that_names_no_place_in_s3_is_not_used(
    call: Call, own_hub: Any, jp_root_dir: Path, location: str
) -> None:
    request = {**own_hub(b"{}", NotebookLocation=location), "folder": "weekly"}
    answer = await call("POST", "jumpstart/notebooks/open", request)
    assert answer.json["title"] == "The notebook's document names no place in S3"
    assert not (jp_root_dir / "weekly").exists()


@pytest.mark.parametrize(
    "otherwise",
    [
        {"folder": ""},
        {"folder": ".."},
        {"folder": "../out"},
        {"folder": "no/such"},
        {"folder": ".hidden"},
        {"folder": "a\u0000b"},
        {"hub": None},
        {"id": "no-such-notebook"},
        # Only what its document names is read.
        {"id": "vader-tc-sentiment", "location": "s3://team-notebooks/other.ipynb"},
    ],
)
@pytest.mark.usefixtures("local")
async def test_what_is_not_there_is_said(
    call: Call, jp_root_dir: Path, otherwise: dict[str, Any]
) -> None:
    before = sorted(jp_root_dir.rglob("*"))
    request = {**PLACE, **SIMILAR, "location": None, "folder": "here", **otherwise}
    answer = await call("POST", "jumpstart/notebooks/open", request)
    assert answer.status == 404 and answer.json["title"], answer.json
    assert sorted(jp_root_dir.rglob("*")) == before


@pytest.mark.usefixtures("local")
async def test_a_hub_that_cannot_be_read_is_a_problem(call: Call, engine: RunningEngine) -> None:
    engine.faults([{"kind": "denied", "operation": "ListHubContents"}])
    found = await listed(call)
    assert [each.permission for each in found.problems] == ["sagemaker:ListHubContents"]
    assert all(each.model is not None for each in found.notebooks)
    engine.faults([])
    assert {each.id for each in (await listed(call)).notebooks} >= set(NOTEBOOKS)


def test_a_models_notebooks_are_those_of_its_document() -> None:
    path = Path(__file__).with_name("documents") / "hub_content_document.json"
    real = json.loads(path.read_text())["NotebookLocations"]
    folder = "s3://jumpstart-cache-prod-us-east-1/pmm-notebooks"
    read = {
        "demo_notebook": real["DemoNotebook"],
        "demo_notebooks": [
            {"title": each["Title"], "is_default": each["IsDefault"], "s3_uri": each["S3Uri"]}
            for each in real["DemoNotebooks"]
        ],
    }
    found = [(each.title, each.location.removeprefix(folder)) for each in notebooks_of(read)]
    assert found == [
        ("Deploy", "/pmm-notebook-model-hub-text-generation-deploy.ipynb"),
        ("Demo notebook", "/pmm-notebook-228.ipynb"),
        (
            "Fine-Tune: Instruction Tuning",
            "/pmm-notebook-model-hub-text-generation-instruction-tuning-llama.ipynb",
        ),
    ]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "s3://bucket/notebook.py",
        {"demo_notebook": "https://example.com/a.ipynb"},
        {"demo_notebook": "s3://bucket/../a.ipynb"},
        {"demo_notebooks": [{"title": "", "s3_uri": 3}, [], 7, {"s3_uri": "javascript:x.ipynb"}]},
    ],
)
def test_what_names_no_notebook_is_left_out(value: Any) -> None:
    assert notebooks_of(value) == ()


def test_no_document_makes_a_list_without_end() -> None:
    uris = [f"s3://bucket/{number}.ipynb" for number in range(10_000)]
    usual = {"title": "Deploy", "is_default": True, "s3_uri": "s3://bucket/usual.ipynb"}
    found = notebooks_of({"demo_notebooks": [*uris, usual]})
    assert len(found) == MOST and found[0].title == "Deploy"


def test_a_document_that_is_none_is_refused() -> None:
    for wrong in ("", "[]", "{}", '{"NotebookLocation": 3}', "[" * 100_000, "x" * 3_000_000):
        with pytest.raises(ProblemError):
            parse_notebook_document(wrong)


def test_a_notebook_without_ids_is_one() -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": "x"}
    check(json.dumps({**NOTEBOOK, "nbformat_minor": 5, "cells": [cell]}).encode(), "a.ipynb")
