"""Hostile documents in a hub, through every route that reads one: no page breaks, no file is made.

They are what a publisher of a private hub could write; the API itself takes any text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Answer, Call

from .launching import ROLE, eventually

pytest_plugins = ("tests.local_engine", "tests.smext_server")

PLACE = {"connection": "local", "region": REGION}
LLAMA: dict[str, Any] = json.loads(
    (Path(__file__).with_name("documents") / "hub_content_document.json").read_bytes()
)
NAMED = {"hub": "ours", "id": "evil", "version": "1.0.0"}

#: What the extension keeps of what it reads, all below its own home, by names of its own.
OWN = re.compile(
    r"jumpstart/(document|facts|licence|listing|manifest)/[0-9a-f]{32}\.json"
    r"|jumpstart/launches/launch-[0-9a-f]{16}\.json|jumpstart/forms\.json"
    r"|(snapshots|prices|quotas)/[0-9a-f]{32}\.\w+"
)
UP = "../../../../../../tmp/smext-was-here"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def with_(**members: Any) -> str:
    return json.dumps({**LLAMA, **members})


def deep(levels: int) -> str:
    return f'{{"Url": "https://a.b", "More": {"[" * levels}{"]" * levels}}}'


HOSTILE: dict[str, str] = {
    "deep": deep(5_000),
    "as deep as is read": deep(20),
    "wide": with_(More={f"k{n}": n for n in range(8_000)}),
    "one long word": with_(Task="a" * 200_000),
    "references to itself": with_(
        **{
            "$ref": "#",
            "InferenceConfigs": {"a": {"ComponentNames": ["a", "b"]}},
            "InferenceConfigComponents": {
                "a": {"InferenceConfigs": {"b": {"ComponentNames": ["a"]}}},
                "b": {"ComponentNames": ["a"], "$ref": "#/InferenceConfigs/a"},
            },
            "InferenceConfigRankings": {"overall": {"Description": "", "Rankings": ["a", "a"]}},
        }
    ),
    "aliases of aliases": with_(
        HostingInstanceTypeVariants={
            "Aliases": {"x": "$y", "y": "$x"},
            "Variants": {"g5": {"RegionalProperties": {"image_uri": "$x"}}},
        }
    ),
    "the same key often": f'{{"Url": "https://a.b", {json.dumps(LLAMA)[1:-1]}, "Url": 7}}',
    "script in every text": json.dumps(
        {
            k: f"{v}{SCRIPT}" if isinstance(v, str) and "s3:" not in v else v
            for k, v in LLAMA.items()
        }
    ),
    "a script for a link": with_(
        Url="javascript:alert(1)", ModelSubscriptionLink="data:text/html,x"
    ),
    "a path for a name": with_(ResourceNameBase=UP),
    "a path for a key": with_(HostingScriptUri=f"s3://jumpstart-cache-prod-us-east-1/{UP}"),
    "a key from the root": with_(HostingEulaUri="s3://jumpstart-cache-prod-us-east-1//etc/passwd"),
    "a key with a zero": with_(TrainingScriptUri="s3://jumpstart-cache-prod-us-east-1/a\0b"),
    "a file for a key": with_(HostingArtifactUri="file:///etc/passwd"),
    "a notebook that leads up": with_(
        NotebookLocations={"DemoNotebook": f"s3://jumpstart-cache-prod-us-east-1/{UP}.ipynb"}
    ),
    "a notebook of a hidden name": with_(
        NotebookLocations={"DemoNotebook": "s3://jumpstart-cache-prod-us-east-1/a/.bashrc"}
    ),
    "notebooks without end": with_(
        NotebookLocations={
            f"n{n}": f"s3://jumpstart-cache-prod-us-east-1/{n}.ipynb" for n in range(1500)
        }
    ),
    "parameters of hostile names": with_(
        Hyperparameters=[
            {"Name": UP, "Type": "text", "Default": SCRIPT, "Scope": "algorithm"},
            {"Name": "a\0b", "Type": "int", "Default": "1e400", "Min": 5, "Max": 1},
            {"Name": "__proto__", "Type": "text", "Default": "x", "Options": [SCRIPT]},
        ]
    ),
    "an environment of hostile names": with_(
        InferenceEnvironmentVariables=[
            {"Name": "LD_PRELOAD\n", "Type": "text", "Default": UP, "Scope": "container"},
            {"Name": "constructor", "Type": "text", "Default": SCRIPT, "Scope": "container"},
        ]
    ),
    "a pattern that never ends": with_(
        TrainingMetrics=[{"Name": "loss", "Regex": "(a+)+$"}, {"Name": "x", "Regex": "("}]
    ),
    "half a character": json.dumps({**LLAMA, "Task": "x\ud800"}),
    "numbers out of range": with_(
        InferenceVolumeSize=10**30, TrainingVolumeSize=-1, MaxRuntimeInSeconds=1.5
    ),
    "no numbers": json.dumps({**LLAMA, "InferenceVolumeSize": float("inf")}),
    "types that are none": with_(
        DefaultInferenceInstanceType=UP,
        SupportedInferenceInstanceTypes=[UP, SCRIPT, ""],
        DefaultTrainingInstanceType="ml..large",
    ),
    "no JSON": "<html>",
    "nothing": "{}",
    "a list": "[]",
    "null": "null",
}
LLAMA_ITSELF = json.dumps(LLAMA)
#: Of each member one of another type.
TYPES: dict[str, str] = {
    f"{member} is {wrong!r}": with_(**{member: wrong})
    for number, member in enumerate(LLAMA)
    for wrong in [(7, "text", [1], {"a": None}, True, [[]], [{"Name": 1}])[number % 7]]
    if not isinstance(LLAMA[member], type(wrong))
}


@pytest.fixture
def publish(engine: RunningEngine) -> Iterator[Callable[[str], None]]:
    """Put a document in the hub in place of the one before."""
    client = engine.client("sagemaker")
    client.create_hub(HubName="ours", HubDescription=SCRIPT)
    name = {"HubName": "ours", "HubContentName": "evil", "HubContentType": "Model"}
    name["HubContentVersion"] = "1.0.0"
    there = False

    def put(document: str) -> None:
        nonlocal there
        if there:
            client.delete_hub_content(**name)
            there = False
        client.import_hub_content(
            **name,
            DocumentSchemaVersion="2.3.0",
            HubContentDocument=document,
            HubContentDisplayName=SCRIPT,
            HubContentDescription=SCRIPT,
            HubContentMarkdown=f"{SCRIPT}[a](javascript:x)",
            HubContentSearchKeywords=[f"@task:{SCRIPT}", "@framework:../x", "@provider:"],
        )
        there = True

    yield put
    if there:
        client.delete_hub_content(**name)
    client.delete_hub(HubName="ours")


def files(*roots: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for root in roots for file in root.rglob("*") if file.is_file()}


async def asked_everything(call: Call) -> list[Answer]:
    """All that is done with a model, by its document."""
    base = {**PLACE, "model": NAMED["id"], "version": NAMED["version"], "hub": NAMED["hub"]}
    deploy = {**base, "endpoint": "evil", "role": ROLE, "instance_type": "ml.m5.large"}
    tune = {
        **base,
        "job": "evil",
        "role": ROLE,
        "instance_type": "ml.m5.large",
        "output": "s3://sagemaker-us-east-1-000000000000/tuned",
    }
    page = "jumpstart/models/{hub}/{id}/{version}".format(**NAMED)
    answers = [
        await call("GET", page, **PLACE),
        await call("POST", "jumpstart/deploy/check", {**deploy, "accept_eula": True}),
        # The licence is not accepted, so that none is deployed in the end.
        await call("POST", "jumpstart/deploy", deploy),
        await call("POST", "jumpstart/fine-tune/check", {**tune, "accept_eula": True}),
        await call("POST", "jumpstart/fine-tune", tune),
        await call("POST", "jumpstart/data/check", tune),
        await call("POST", "jumpstart/code", {"deploy": deploy}),
        await call("POST", "jumpstart/code", {"fine_tune": tune}),
        await call("GET", "jumpstart/notebooks", **PLACE),
    ]
    shown = answers[0].json
    for each in (shown or {}).get("notebooks", ())[:2]:
        location = each["location"] if isinstance(each, dict) else each
        body = {**PLACE, **NAMED, "location": location, "folder": "copied"}
        answers.append(await call("POST", "jumpstart/notebooks/open", body))
    return answers


@pytest.mark.parametrize("documents", [HOSTILE, TYPES], ids=["harm", "types"])
async def test_they_break_no_page_and_write_no_file(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    jp_serverapp: Any,
    jp_root_dir: Path,
    tmp_path: Path,
    publish: Callable[[str], None],
    documents: dict[str, str],
) -> None:
    services = jp_serverapp.web_app.settings["smext"]
    home = services.home
    before = files(tmp_path)

    async def listed() -> Any:
        found = (await call("GET", "jumpstart/models", **PLACE)).json
        return not found["reading"] and found

    publish(LLAMA_ITSELF)
    await eventually(listed)
    refused = 0
    for what, document in documents.items():
        publish(document)
        jumpstart = await services.jumpstart()
        jumpstart.documents._parsed.clear()
        answers = await asked_everything(call)
        for answer in answers:
            assert answer.status < 600 and answer.status != 500, (what, answer.status, answer.json)
            # Whoever asked is answered in JSON, which a browser takes for no page.
            assert "json" in answer.headers["Content-Type"], what
            if answer.status >= 400:
                assert answer.json["title"] and len(answer.body) < 20_000, (what, answer.json)
        page = answers[0]
        assert page.status == 200, (what, page.json)
        assert page.json["model"]["url"] is None or page.json["model"]["url"].startswith("http")
        assert len(page.body) < 1 << 20, what
        refused += page.json["document"] is None
        problems = [each["title"] for each in page.json["problems"]]
        assert page.json["document"] is not None or problems, what
    assert 0 < refused < len(documents)

    models = (await eventually(listed))["models"]
    assert len(models) > 1_000 and [each["id"] for each in models].count("evil") == 1
    sagemaker = engine.client("sagemaker")
    assert sagemaker.list_models()["Models"] == []
    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []

    after = files(tmp_path)
    new = {path for path in after if after[path] != before.get(path)}
    for path in new:
        assert path.is_relative_to(home), path
        assert OWN.fullmatch(path.relative_to(home).as_posix()), path
    assert not before.keys() - after.keys()
    assert list(jp_root_dir.rglob("*")) == []
    assert not Path("/tmp/smext-was-here").exists()


async def test_names_in_addresses_are_no_paths(
    call: Call, local: tuple[str, str], jp_root_dir: Path, tmp_path: Path
) -> None:
    before = files(tmp_path)
    up = "..%2f..%2fetc%2fpasswd"
    names = (up, "..", ".", "a%2fb", "%00", "a%00b", "%2e%2e", "a" * 2000, "%F0%9F%8D%95", "a%0Ab")
    for name in names:
        for path in (
            f"jumpstart/models/{name}/evil/1.0.0",
            f"jumpstart/models/ours/{name}/1.0.0",
            f"jumpstart/models/ours/evil/{name}",
            f"jumpstart/launches/{name}",
            f"jumpstart/launches/{name}/metrics",
            f"jumpstart/solution-launches/{name}",
            f"jumpstart/solutions/{name}",
        ):
            answer = await call("GET", path, **PLACE)
            assert 400 <= answer.status < 600 and answer.status != 500, (path, answer.json)
            assert len(answer.body) < 20_000
        for body in (
            {**PLACE, "hub": name, "id": name, "version": name, "location": None, "folder": "f"},
            {**PLACE, **NAMED, "location": f"s3://{name}/{name}", "folder": "f"},
            {**PLACE, **NAMED, "location": None, "folder": name},
        ):
            answer = await call("POST", "jumpstart/notebooks/open", body)
            assert 400 <= answer.status < 600 and answer.status != 500, (body, answer.json)
    after = files(tmp_path)
    assert {path for path in after if path.is_relative_to(jp_root_dir)} == set()
    assert before.keys() <= after.keys()
