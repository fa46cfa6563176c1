"""JumpStart's catalogue and its pages over REST, of the engine's own connection."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from jupyter_smext import protocol
from tests.local_engine import RunningEngine
from tests.smext_server import Call

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": "us-east-1"}
DOCUMENT = Path(__file__).parents[1] / "jumpstart" / "documents" / "hub_content_document.json"


async def catalogue(call: Call) -> protocol.JumpStartCatalogue:
    """What it is once nothing is being read."""
    while True:
        answer = await call("GET", "jumpstart/models", **PLACE)
        assert answer.status == 200
        read = msgspec.json.decode(answer.body, type=protocol.JumpStartCatalogue)
        if not read.reading:
            return read


@pytest.mark.usefixtures("local")
async def test_the_shipped_table_stays_browsable_on_this_machine(call: Call) -> None:
    first = (await call("GET", "jumpstart/models", **PLACE)).json
    assert first["reading"] and len(first["models"]) >= 1_079
    whole = await catalogue(call)
    shipped = [each for each in whole.models if each.origin == "shipped"]
    assert len(shipped) > 1_000
    assert whole.as_of is not None
    assert not any(each.runs_here for each in shipped)


@pytest.mark.usefixtures("local")
async def test_what_runs_on_this_machine_is_told_with_all_that_its_document_says(
    call: Call,
) -> None:
    here = [each for each in (await catalogue(call)).models if each.runs_here]
    assert here
    for model in here:
        assert (model.origin, model.hub) == ("public hub", "SageMakerPublicHub")
        assert model.instance_type in model.instance_types
        path = f"jumpstart/models/{model.hub}/{model.id}/{model.version}"
        answer = await call("GET", path, **PLACE)
        page = msgspec.json.decode(answer.body, type=protocol.ModelPage)
        assert page.model == model
        assert page.problems == ()
        assert page.versions == (model.version,)
        assert page.license and page.description and page.content_types and page.image
        assert bool(page.hyperparameters) == page.training == model.fine_tunable


@pytest.mark.usefixtures("local")
async def test_the_engines_manifest_has_what_its_hub_has(call: Call, engine: RunningEngine) -> None:
    by_hub = [each for each in (await catalogue(call)).models if each.runs_here]
    engine.faults([{"kind": "denied", "operation": "ListHubContents"}])
    await call("POST", "jumpstart/models/refresh", **PLACE)
    answer = await catalogue(call)
    by_manifest = [each for each in answer.models if each.runs_here]
    assert {(each.id, each.version) for each in by_manifest} == {
        (each.id, each.version) for each in by_hub
    }
    assert {each.origin for each in by_manifest} == {"manifest"}
    assert [each.permission for each in answer.problems] == ["sagemaker:ListHubContents"]
    for model in by_manifest:
        path = f"jumpstart/models/-/{model.id}/{model.version}"
        page = msgspec.json.decode((await call("GET", path, **PLACE)).body, type=protocol.ModelPage)
        assert page.problems == () and page.document is not None


@pytest.mark.usefixtures("local")
async def test_a_page_of_a_model_that_is_at_aws_only_says_so(call: Call) -> None:
    path = "jumpstart/models/-/meta-vs-sam-2-1-hiera-tiny/1.0.3"
    page = msgspec.json.decode((await call("GET", path, **PLACE)).body, type=protocol.ModelPage)
    assert page.document is None
    assert page.model.task == "Video segmentation"
    assert [each.cause for each in page.problems] == ["needs_aws"]


@pytest.mark.usefixtures("local")
async def test_a_refresh_shows_what_is_new(call: Call, engine: RunningEngine) -> None:
    client = engine.client("sagemaker")
    before = {each.id for each in (await catalogue(call)).models}
    assert "our-llama" not in before
    client.create_hub(HubName="ours", HubDescription="Ours")
    client.import_hub_content(
        HubName="ours",
        HubContentName="our-llama",
        HubContentType="Model",
        HubContentVersion="1.2.0",
        DocumentSchemaVersion="2.3.0",
        HubContentDocument=json.dumps(json.loads(DOCUMENT.read_bytes())),
    )
    assert (await call("POST", "jumpstart/models/refresh", **PLACE)).status == 202
    found = next(each for each in (await catalogue(call)).models if each.id == "our-llama")
    assert (found.hub, found.origin, found.runs_here) == ("ours", "private hub", False)
    answer = await call("GET", "jumpstart/models/ours/our-llama/1.2.0", **PLACE)
    page = msgspec.json.decode(answer.body, type=protocol.ModelPage)
    assert [each.name for each in page.configs] == ["tgi", "lmi", "lmi-optimized"]


@pytest.mark.usefixtures("local")
async def test_documents_are_read_when_asked_for(call: Call) -> None:
    await catalogue(call)
    wanted = {"models": [{"hub": None, "id": "meta-vs-sam-2-1-hiera-tiny", "version": "1.0.3"}]}
    assert (await call("POST", "jumpstart/models/documents", wanted, **PLACE)).status == 202
    answer = await catalogue(call)
    assert [each.cause for each in answer.problems] == ["needs_aws"]


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(
    "path",
    ["-/..%2F..%2Fetc/1.0.0", "-/a/..%2F..", "..%2Fx/a/1.0.0", "ours/a%0Ab/1.0.0", "-/a/%00"],
)
async def test_names_that_name_no_model_are_refused(call: Call, path: str) -> None:
    answer = await call("GET", f"jumpstart/models/{path}", **PLACE)
    assert answer.status in (400, 404), answer.json
    assert answer.json["title"]


@pytest.mark.parametrize("path", ["jumpstart/models", "jumpstart/models/-/a/1.0.0"])
async def test_a_place_must_be_named(call: Call, path: str) -> None:
    assert (await call("GET", path)).status == 400
