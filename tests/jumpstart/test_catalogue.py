"""The catalogue: hubs of a real engine, manifests in moto's S3, and the table that is shipped."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.jumpstart import hubs, manifests
from jupyter_smext.jumpstart.jumpstart import JumpStart
from jupyter_smext.jumpstart.model_table import AS_OF, shipped
from jupyter_smext.protocol import JumpStartCatalogue, JumpStartModel, ModelName
from tests.aws.conftest import aws_home
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine", "tests.smext_server")
__all__ = ["aws_home"]

PLACE = ("environment", "us-east-1")
BUCKET = "jumpstart-cache-prod-us-east-1"
FOLDER = Path(__file__).with_name("documents")
MOBILENET = "pytorch-ic-mobilenet-v2"
KEYS = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}


@pytest.fixture(scope="module")
def others() -> Iterator[str]:
    """The URL of moto, whose S3 is JumpStart's here."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(others: str) -> Any:
    """JumpStart's bucket, with the manifest of the two versions of MobileNet, and their specs."""
    s3 = boto3.resource("s3", endpoint_url=others, **KEYS)
    bucket = s3.create_bucket(Bucket=BUCKET)
    lines: list[dict[str, Any]] = [
        {
            "model_id": MOBILENET,
            "version": version,
            "min_version": "2.189.0",
            "spec_key": f"community_models/{MOBILENET}/specs_v{version}.json",
            "deprecated": version == "3.0.6",
            "search_keywords": ["Vision"],
        }
        for version in ("3.0.6", "3.0.25")
    ]
    put(bucket, manifests.OPEN, lines)
    sold = {"model_id": "cohere-rerank-v3-english", "version": "v1.0-rc3", "spec_key": "a/b.json"}
    put(bucket, manifests.PROPRIETARY, [sold])
    for line in lines:
        name = f"{MOBILENET}_specs_v{line['version']}.json"
        put(bucket, line["spec_key"], json.loads((FOLDER / name).read_bytes()))
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


def put(bucket: Any, key: str, content: Any) -> None:
    bucket.put_object(Key=key, Body=json.dumps(content).encode(), ACL="public-read")


@pytest.fixture
def jumpstart(
    engine: RunningEngine,
    others: str,
    aws_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    sessions: Sessions,
    tmp_path: Path,
) -> JumpStart:
    """JumpStart over a connection whose SageMaker is the engine, and whose S3 is moto."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", engine.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", others)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", engine.keys.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", engine.keys.secret_key)
    return JumpStart(sessions, tmp_path / "home")


@pytest.fixture
def without_hubs(engine: RunningEngine) -> None:
    """The engine denies what lists hubs and what is in them."""
    denied = ("ListHubs", "ListHubContents")
    engine.faults([{"kind": "denied", "operation": each} for each in denied])


async def read(jumpstart: JumpStart) -> JumpStartCatalogue:
    """The catalogue once nothing is being read."""
    while (answer := await jumpstart.catalogue.get(*PLACE)).reading:
        pass
    return answer


def by_id(catalogue: JumpStartCatalogue) -> dict[str, JumpStartModel]:
    return {each.id: each for each in catalogue.models}


async def test_what_is_shipped_is_there_while_the_sources_are_read(
    jumpstart: JumpStart, engine: RunningEngine
) -> None:
    engine.faults([{"kind": "latency", "operation": "ListHubs", "seconds": 2}])
    answer = await asyncio.wait_for(jumpstart.catalogue.get(*PLACE), 10)
    assert answer.reading
    assert len(answer.models) == 1_079
    assert (answer.as_of, answer.read_at) == (AS_OF, None)
    model = by_id(answer)[MOBILENET]
    assert (model.task, model.data_type, model.framework, model.provider) == (
        "Image classification",
        "Image",
        "PyTorch",
        "PyTorch Hub",
    )
    assert (model.fine_tunable, model.origin, model.instance_type) == (True, "shipped", None)
    await jumpstart.close()


@pytest.mark.usefixtures("without_hubs")
async def test_the_manifest_is_read_where_the_public_hub_cannot_be(
    jumpstart: JumpStart, bucket: Any
) -> None:
    answer = await read(jumpstart)
    # All that JumpStart has: what the shipped table has more is gone.
    assert [(each.id, each.version, each.origin) for each in answer.models] == [
        ("cohere-rerank-v3-english", "v1.0-rc3", "manifest"),
        (MOBILENET, "3.0.25", "manifest"),
    ]
    assert [each.proprietary for each in answer.models] == [True, False]
    assert answer.models[1].keywords == ("Vision",)
    assert answer.as_of is None and answer.read_at is not None
    denied = {each.permission for each in answer.problems}
    assert denied == {"sagemaker:ListHubs", "sagemaker:ListHubContents"}


@pytest.mark.usefixtures("without_hubs")
async def test_a_page_is_made_of_the_spec(jumpstart: JumpStart, bucket: Any) -> None:
    await read(jumpstart)
    page = await jumpstart.pages.get(*PLACE, MOBILENET, "3.0.6", None)
    assert page.problems == ()
    assert page.versions == ("3.0.25", "3.0.6")
    assert page.deprecated == ("3.0.6",)
    assert page.model.version == "3.0.6"
    assert (page.model.gated, page.model.vulnerable) == (False, False)
    assert page.content_types == ("application/x-image",)
    assert page.accept_types == ("application/json", "application/json;verbose")
    assert [each.name for each in page.hyperparameters] == [
        "train_only_top_layer",
        "epochs",
        "learning_rate",
        "batch_size",
        "reinitialize_top_layer",
    ]
    assert page.configs[0].instance_types[0] == "ml.m5.large"
    assert page.default_dataset == f"s3://{BUCKET}/training-datasets/tf_flowers/"
    assert page.image is not None and "pytorch-inference" in page.image
    assert page.container == "PyTorch 1.10.0, Python 3.8"
    assert page.isolated


@pytest.mark.usefixtures("without_hubs")
async def test_a_row_says_more_once_its_document_was_read_even_after_a_restart(
    jumpstart: JumpStart, bucket: Any, sessions: Sessions, tmp_path: Path
) -> None:
    before = by_id(await read(jumpstart))[MOBILENET]
    assert before.instance_types == ()
    assert not before.documented
    await jumpstart.documents.get(*PLACE, MOBILENET, "3.0.25", None)
    after = by_id(await read(jumpstart))[MOBILENET]
    assert after.documented
    assert after.instance_type == "ml.m5.large"
    assert after.instance_types[1] == "ml.m5.xlarge"
    assert after.training_instance_type == "ml.m5.xlarge"
    bucket.objects.all().delete()
    again = JumpStart(sessions, tmp_path / "home")
    first = await again.catalogue.get(*PLACE)
    assert by_id(first)[MOBILENET] == after
    assert not first.reading and first.read_at is not None
    await again.close()


@pytest.mark.usefixtures("without_hubs")
async def test_a_document_is_there_when_s3_is_not(
    jumpstart: JumpStart,
    bucket: Any,
    sessions: Sessions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = await jumpstart.documents.get(*PLACE, MOBILENET, "3.0.25", None)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    fresh = Sessions()
    offline = JumpStart(fresh, tmp_path / "home")
    assert await offline.documents.get(*PLACE, MOBILENET, "3.0.25", None) == document
    with pytest.raises(ProblemError) as unknown:
        await offline.documents.get(*PLACE, MOBILENET, "3.0.6", None)
    assert unknown.value.problem.cause == "offline"
    fresh.close()


@pytest.mark.usefixtures("without_hubs")
async def test_what_did_not_change_is_not_sent_again(
    jumpstart: JumpStart, bucket: Any, tmp_path: Path, sessions: Sessions
) -> None:
    home = tmp_path / "home"
    first = manifests.read(sessions, *PLACE, home)
    kept = {path: path.stat().st_mtime_ns for path in (home / "jumpstart" / "manifest").iterdir()}
    assert manifests.read(sessions, *PLACE, home) == first
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    lines = [{"model_id": "new", "version": "1.0.0", "spec_key": "a/b.json"}]
    put(bucket, manifests.OPEN, lines)
    assert list(manifests.read(sessions, *PLACE, home).open) == ["new"]


@pytest.mark.usefixtures("without_hubs")
async def test_lines_that_name_no_model_are_left_out_and_told(
    jumpstart: JumpStart, bucket: Any
) -> None:
    good = {"model_id": MOBILENET, "version": "1.0.0", "spec_key": "a/b.json"}
    wrong = ({"model_id": "../x"}, {"version": "/"}, {"spec_key": "a/../../b"})
    put(bucket, manifests.OPEN, [good, *({**good, **each} for each in wrong)])
    answer = await read(jumpstart)
    assert MOBILENET in by_id(answer)
    assert any(each.title.startswith("3 lines") for each in answer.problems)


@pytest.mark.usefixtures("without_hubs")
async def test_without_any_source_the_table_stays_and_each_reason_is_told(
    jumpstart: JumpStart,
) -> None:
    answer = await read(jumpstart)
    assert len(answer.models) == len(shipped())
    assert answer.as_of == AS_OF
    assert {each.permission for each in answer.problems} >= {"sagemaker:ListHubs"}
    assert any(each.cause == "not_found" for each in answer.problems)


async def test_the_last_good_rows_stay_when_nothing_can_be_read(
    jumpstart: JumpStart, bucket: Any, engine: RunningEngine
) -> None:
    denied = ("ListHubs", "ListHubContents")
    engine.faults([{"kind": "denied", "operation": each} for each in denied])
    good = await read(jumpstart)
    bucket.objects.all().delete()
    jumpstart.catalogue.retry(*PLACE)
    later = await read(jumpstart)
    assert later.models == good.models
    assert later.read_at == good.read_at
    assert len(later.problems) > len(good.problems)


@contextmanager
def hub_with(
    engine: RunningEngine, document: dict[str, Any], *, kind: str = "Model", **more: Any
) -> Iterator[str]:
    """A private hub with one model, `our-llama` 1.2.0."""
    client = engine.client("sagemaker")
    client.create_hub(HubName="ours", HubDescription="Ours")
    name = {
        "HubName": "ours",
        "HubContentName": "our-llama",
        "HubContentType": kind,
        "HubContentVersion": "1.2.0",
    }
    written = json.dumps(document)
    client.import_hub_content(
        **name, DocumentSchemaVersion="2.3.0", HubContentDocument=written, **more
    )
    yield "ours"
    client.delete_hub_content(**name)
    client.delete_hub(HubName="ours")


LLAMA: dict[str, Any] = json.loads((FOLDER / "hub_content_document.json").read_bytes())


@pytest.fixture
def ours(engine: RunningEngine) -> Iterator[str]:
    """A private hub with AWS's Llama in it, under a name of our own."""
    told: dict[str, Any] = {
        "HubContentDisplayName": "Our Llama",
        "HubContentDescription": "A Llama of ours",
        "HubContentMarkdown": "# Llama",
        "HubContentSearchKeywords": ["@task:text-generation", "@framework:huggingface", "chat"],
    }
    with hub_with(engine, LLAMA, **told) as hub:
        yield hub


async def test_a_private_hubs_model_says_all_that_its_document_says(
    jumpstart: JumpStart, ours: str
) -> None:
    answer = await read(jumpstart)
    model = by_id(answer)["our-llama"]
    assert (model.name, model.version, model.hub, model.origin) == (
        "Our Llama",
        "1.2.0",
        ours,
        "private hub",
    )
    assert (model.task, model.framework) == ("Text generation", "Meta")
    assert model.keywords == ("chat",)
    assert (model.gated, model.fine_tunable) == (True, True)
    assert model.instance_type == "ml.g5.12xlarge"
    page = await jumpstart.pages.get(*PLACE, "our-llama", "1.2.0", ours)
    assert page.description == "# Llama"
    assert page.versions == ("1.2.0",)
    assert [each.name for each in page.configs] == ["tgi", "lmi", "lmi-optimized"]
    assert page.document is not None and page.document.endswith(
        "hub-content/ours/Model/our-llama/1.2.0"
    )
    assert page.eula == f"s3://{BUCKET}/fmhMetadata/eula/llamaEula.txt"
    # It is not in this S3: nobody may be asked to accept what cannot be read, so it is told.
    assert page.eula_text is None
    assert [each.cause for each in page.problems] == ["not_found"]
    assert page.benchmarks[0].unit == "sec"
    assert "TXT" in page.data_format


async def test_the_licence_is_read_where_it_is(
    jumpstart: JumpStart, ours: str, bucket: Any
) -> None:
    words = "Licence\n<script>alert(1)</script>"
    bucket.put_object(Key="fmhMetadata/eula/llamaEula.txt", Body=words.encode(), ACL="public-read")
    page = await jumpstart.pages.get(*PLACE, "our-llama", "1.2.0", ours)
    assert page.eula_text == words
    assert page.problems == ()


async def test_a_model_that_is_nowhere_is_not_found(jumpstart: JumpStart, bucket: Any) -> None:
    for hub in ("ours", None):
        with pytest.raises(ProblemError) as raised:
            await jumpstart.pages.get(*PLACE, "never-heard-of", "1.0.0", hub)
        assert raised.value.problem.status == 404


async def test_a_page_without_a_document_says_what_its_row_does_and_why_no_more(
    jumpstart: JumpStart,
) -> None:
    page = await jumpstart.pages.get(*PLACE, MOBILENET, "3.0.17", None)
    assert page.document is None
    assert page.model.task == "Image classification"
    assert [each.cause for each in page.problems] == ["not_found"]


@pytest.mark.usefixtures("without_hubs")
async def test_documents_of_many_are_read_behind_the_scenes(
    jumpstart: JumpStart, bucket: Any, tmp_path: Path, sessions: Sessions
) -> None:
    await read(jumpstart)
    sold = ModelName(None, "cohere-rerank-v3-english", "v1.0-rc3")
    gone = [ModelName(None, f"gone-{number}", "1.0.0") for number in range(20)]
    wanted = [ModelName(None, MOBILENET, "3.0.25"), ModelName(None, "../x", "1"), sold, *gone]
    jumpstart.catalogue.learn(*PLACE, wanted)
    assert (await jumpstart.catalogue.get(*PLACE)).reading
    answer = await read(jumpstart)
    assert by_id(answer)[MOBILENET].instance_type == "ml.m5.large"
    unread = {each.cause: each.title for each in answer.problems if each.cause != "denied"}
    assert unread == {
        "invalid": "This names no model",
        "not_found": "21 documents of models could not be read",
    }
    # Kept, so that it is read once.
    again = JumpStart(sessions, tmp_path / "home")
    assert by_id(await again.catalogue.get(*PLACE))[MOBILENET].instance_type == "ml.m5.large"
    await again.close()


async def test_a_reference_to_a_public_model_is_read_as_a_model(
    jumpstart: JumpStart, engine: RunningEngine
) -> None:
    with hub_with(engine, LLAMA, kind="ModelReference") as hub:
        assert by_id(await read(jumpstart))["our-llama"].hub == hub
        page = await jumpstart.pages.get(*PLACE, "our-llama", "1.2.0", hub)
    assert page.versions == ("1.2.0",)
    assert page.model.instance_type == "ml.g5.12xlarge"


async def test_a_hostile_document_breaks_no_page_and_writes_no_file(
    jumpstart: JumpStart, engine: RunningEngine, tmp_path: Path
) -> None:
    hostile = {**LLAMA, "TrainingArtifactUri": "s3://ours/../../../tmp/x", "Url": "javascript:x"}
    script = "<script>alert(1)</script>"
    with hub_with(engine, hostile, HubContentMarkdown=script) as hub:
        answer = await read(jumpstart)
        assert by_id(answer)["our-llama"].origin == "private hub"
        page = await jumpstart.pages.get(*PLACE, "our-llama", "1.2.0", hub)
    assert page.document is None
    assert [each.cause for each in page.problems] == ["broken"]
    assert page.model.url is None and page.configs == ()
    written = [path.relative_to(tmp_path / "home") for path in (tmp_path / "home").rglob("*.json")]
    assert written
    for path in written:
        assert re.fullmatch(r"jumpstart/(facts|listing)/[0-9a-f]{32}\.json", path.as_posix())


async def test_markdown_of_a_publisher_stays_text(
    jumpstart: JumpStart, engine: RunningEngine
) -> None:
    script = "[a](javascript:x) <script>alert(1)</script>"
    with hub_with(engine, LLAMA, HubContentMarkdown=script) as hub:
        page = await jumpstart.pages.get(*PLACE, "our-llama", "1.2.0", hub)
    # The page renders it without HTML.
    assert page.description == script


async def test_a_hub_of_several_pages_is_read_whole_through_throttles(
    sessions: Sessions, jumpstart: JumpStart, engine: RunningEngine
) -> None:
    client = engine.client("sagemaker")
    client.create_hub(HubName="many", HubDescription="Many")
    names = {
        "HubName": "many",
        "HubContentType": "Model",
        "HubContentVersion": "1.0.0",
    }
    for number in range(105):
        client.import_hub_content(
            **names,
            HubContentName=f"model-{number:03}",
            DocumentSchemaVersion="2.3.0",
            HubContentDocument="{}",
        )
    engine.faults([{"kind": "throttle", "operation": "ListHubContents", "times": 2}])
    found = hubs.models(sessions, *PLACE, "many")
    for each in found:
        client.delete_hub_content(**names, HubContentName=each.id)
    client.delete_hub(HubName="many")
    assert sorted(each.id for each in found) == [f"model-{number:03}" for number in range(105)]
    assert {each.hub for each in found} == {"many"}
