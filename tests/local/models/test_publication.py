"""The bucket of the catalogue: made as it is read, kept over a restart, made anew if changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_smext.local.models import publication
from jupyter_smext.local.models.declaration import Made
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

BUCKET = "jumpstart-cache-prod-us-east-1"
SPEC = "community_models/vader-tc-sentiment/specs_v1.0.0.json"
NETWORK = "onnx-ic/onnx-ic-efficientnet-lite0/artifacts/inference-prepack/v1.0.0/model.onnx"


def kept(engine: RunningEngine) -> dict[str, float]:
    """The keys that are in the store, with their times."""
    with engine.engine.objects.rows.reading() as db:
        found = db.execute("select key, modified from objects where bucket=?", (BUCKET,))
        return dict(found.fetchall())


def test_nothing_is_made_before_it_is_read(fresh_engine: RunningEngine) -> None:
    s3 = fresh_engine.client("s3")
    assert kept(fresh_engine) == {}
    s3.head_object(Bucket=BUCKET, Key=SPEC)
    assert list(kept(fresh_engine)) == [SPEC]
    s3.list_objects_v2(Bucket=BUCKET, Prefix="training-datasets/breast-cancer/")
    assert set(kept(fresh_engine)) == {SPEC, "training-datasets/breast-cancer/train/data.csv"}


def test_a_restart_keeps_what_is_the_same_and_makes_the_rest_anew(
    fresh_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = fresh_engine.client("s3")
    gone = "training-datasets/breast-cancer/train/data.csv"
    for key in (SPEC, NETWORK, gone):
        s3.head_object(Bucket=BUCKET, Key=key)
    before = kept(fresh_engine)
    contents = dict(publication.contents_of("us-east-1"))
    contents[SPEC] = replace(contents[SPEC], make=lambda: b"{}", revision="another")
    del contents[gone]
    monkeypatch.setattr(publication, "contents_of", lambda region: contents)
    fresh_engine.restart()
    s3 = fresh_engine.client("s3")
    assert s3.get_object(Bucket=BUCKET, Key=SPEC)["Body"].read() == b"{}"
    s3.head_object(Bucket=BUCKET, Key=NETWORK)
    after = kept(fresh_engine)
    assert set(after) == {SPEC, NETWORK}
    assert after[NETWORK] == before[NETWORK]
    assert after[SPEC] > before[SPEC]


def test_what_takes_memory_is_made_in_another_process(
    fresh_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def here() -> bytes:
        raise AssertionError("made in the engine's own process")

    network = replace(publication.contents_of("us-east-1")[NETWORK], make=here)
    monkeypatch.setattr(publication, "contents_of", lambda region: {NETWORK: network})
    body = fresh_engine.client("s3").get_object(Bucket=BUCKET, Key=NETWORK)["Body"].read()
    assert len(body) > 18_000_000


def test_what_cannot_be_made_is_said(
    fresh_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Made(lambda: b"", "1", apart=True)
    monkeypatch.setattr(publication, "contents_of", lambda region: {"a/broken": broken})
    with pytest.raises(fresh_engine.client("s3").exceptions.NoSuchKey, match="could not be made"):
        fresh_engine.client("s3").get_object(Bucket=BUCKET, Key="a/broken")
