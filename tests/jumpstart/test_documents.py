"""Model documents: AWS's own in both forms, read as one type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from jupyter_smext.aws.errors import ProblemError
from jupyter_smext.jumpstart.document_fields import CONFIGS_LIMIT
from jupyter_smext.jumpstart.document_json import DEPTH_LIMIT, SIZE_LIMIT
from jupyter_smext.jumpstart.documents import ModelDocument, parse_hub_document, parse_spec
from jupyter_smext.jumpstart.model_document import Variants

FOLDER = Path(__file__).with_name("documents")
SPECS = sorted(FOLDER.glob("*_specs_*.json"))
MOBILENET = FOLDER / "pytorch-ic-mobilenet-v2_specs_v3.0.25.json"
LLAMA = "meta-textgeneration-llama-2-13b-f"
CACHE = "s3://jumpstart-cache-prod-us-east-1"


def llama() -> ModelDocument:
    text = (FOLDER / "hub_content_document.json").read_text()
    return parse_hub_document(text, "us-east-1", id=LLAMA, version="4.19.0")


def changed(**members: Any) -> bytes:
    """MobileNet's spec with other members."""
    return json.dumps({**json.loads(MOBILENET.read_bytes()), **members}).encode()


def test_spec_says_what_is_deployed_and_trained() -> None:
    read = parse_spec(MOBILENET.read_bytes(), "eu-west-1")
    bucket = "s3://jumpstart-cache-prod-eu-west-1"
    assert (read.id, read.version, read.hub) == ("pytorch-ic-mobilenet-v2", "3.0.25", None)
    hosting = read.hosting
    assert [each.name for each in read.hostings] == [""]
    assert hosting.instance_type == "ml.m5.large"
    assert hosting.image("ml.m5.large") == (
        "763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-inference:1.10.0-cpu-py38"
    )
    gpu = hosting.image("ml.g5.2xlarge")
    assert gpu is not None and "gpu" in gpu
    assert hosting.image("ml.none.large") is None
    assert hosting.prepacked == (
        f"{bucket}/pytorch-ic/pytorch-ic-mobilenet-v2/artifacts/inference-prepack/v1.0.0/"
    )
    assert hosting.predictor.default_content_type == "application/x-image"
    assert not read.gated
    training = read.training
    assert training is not None
    assert training.script == (
        f"{bucket}/source-directory-tarballs/pytorch/transfer_learning/ic/prepack/v1.1.0/"
        "sourcedir.tar.gz"
    )
    assert training.dataset == f"{bucket}/training-datasets/tf_flowers/"
    assert training.max_run == 360_000
    assert training.encrypt_traffic
    rate = next(each for each in training.hyperparameters if each.name == "learning_rate")
    assert (rate.type, rate.default, rate.min, rate.max) == ("float", 0.001, 1e-08, 1.0)
    assert [each.name for each in training.metrics] == ["pytorch-ic:val-accuracy"]


def test_hub_document_has_its_configs_the_best_ranked_first() -> None:
    read = llama()
    assert [each.name for each in read.hostings] == ["tgi", "lmi", "lmi-optimized"]
    image = read.hosting.image("ml.g5.12xlarge")
    assert image is not None and "tgi" in image
    assert read.hosting_named("nothing") is None
    optimized = read.hosting_named("lmi-optimized")
    assert optimized is not None
    assert optimized.benchmarks["ml.g5.12xlarge"][0].value == "0.38"
    assert [each.channel for each in optimized.more_data] == ["draft_model"]
    assert read.gated
    assert read.hosting.eula == f"{CACHE}/fmhMetadata/eula/llamaEula.txt"
    # What is sent is never renamed, whatever case its names are in.
    assert read.hosting.payloads["argparse"].body["parameters"]["max_new_tokens"] == 256
    assert read.training is not None
    assert read.training.variants.first("ml.g5.24xlarge", "gated_artifact") == (
        f"s3://jumpstart-private-cache-prod-us-east-1/meta-training/g5/v1.0.0/train-{LLAMA}.tar.gz"
    )
    assert read.training.metrics[0].regex.startswith("eval_epoch_loss")
    assert "train and an optional validation" in read.data_format
    assert len(read.notebooks) == 3


def as_hub_document(spec: dict[str, Any], region: str) -> str:
    """The spec as a hub would have it: capitals, whole URIs, the region's own images, nothing that
    only specs have."""

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if isinstance(value, dict):
            return {capitals(name): renamed(each) for name, each in value.items()}
        return value

    def capitals(name: str) -> str:
        return "".join(part[:1].upper() + part[1:] for part in name.split("_"))

    found: dict[str, Any] = {}
    for name, value in spec.items():
        if name.endswith("_key"):
            found[capitals(f"{name[:-4]}_uri")] = f"s3://jumpstart-cache-prod-{region}/{value}"
        elif name == "predictor_specs":
            found["SageMakerSdkPredictorSpecifications"] = renamed(value)
        elif name == "metrics":
            found["TrainingMetrics"] = value
        elif name == "estimator_kwargs":
            found["EncryptInterContainerTraffic"] = value["encrypt_inter_container_traffic"]
            found["MaxRuntimeInSeconds"] = value["max_run"]
        elif name.endswith("_variants"):
            aliases = value["regional_aliases"][region]
            by_type = {
                each: {
                    "Properties": {"ImageUri": aliases[of["regional_properties"]["image_uri"][1:]]}
                }
                for each, of in value["variants"].items()
                if "regional_properties" in of
            }
            found[capitals(name)] = {"Variants": by_type}
        elif name not in ("model_id", "version"):
            found[capitals(name)] = renamed(value)
    return json.dumps(found)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_both_forms_of_a_document_are_read_alike(path: Path) -> None:
    spec = json.loads(path.read_bytes())
    read = parse_spec(path.read_bytes(), "us-east-1")
    of_hub = parse_hub_document(
        as_hub_document(spec, "us-east-1"), "us-east-1", id=read.id, version=read.version
    )
    assert of_hub == read
    assert read.training is not None and read.training.image(read.training.instance_type or "")


def test_what_a_type_has_goes_before_what_its_family_has() -> None:
    by_type = {
        "g5": {"properties": {"environment_variables": {"SHARDS": "1", "DTYPE": "half"}}},
        "ml.g5.2xlarge": {"properties": {"environment_variables": {"SHARDS": "2"}}},
    }
    document = changed(hosting_instance_type_variants={"variants": by_type})
    variants: Variants = parse_spec(document, "us-east-1").hosting.variants
    assert variants.environment("ml.g5.2xlarge") == {"SHARDS": "2", "DTYPE": "half"}
    assert variants.environment("ml.g5.xlarge") == {"SHARDS": "1", "DTYPE": "half"}
    assert variants.environment("ml.m5.xlarge") == {}


def test_unknown_members_and_nulls_are_of_no_matter() -> None:
    plain = parse_spec(MOBILENET.read_bytes(), "us-east-1")
    more = changed(next_year={"what": [1, None]}, hosting_eula_key=None, inference_volume_size=None)
    assert parse_spec(more, "us-east-1") == plain


def test_proprietary_models_are_known_by_their_model_package() -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model-package/ours"
    document = changed(hosting_model_package_arns={"us-east-1": arn})
    assert parse_spec(document, "us-east-1").proprietary
    assert not parse_spec(document, "eu-west-1").proprietary


def nested(levels: int) -> bytes:
    return changed(more=json.loads("[" * levels + "]" * levels))


HOSTILE = {
    "huge": b'{"model_id": "' + b"a" * SIZE_LIMIT + b'"}',
    "no JSON": b"<html>",
    "no text": b"\xff\xfe{}",
    "a list": b"[]",
    "nested": nested(DEPTH_LIMIT + 1),
    "nested as no parser can read": b"[" * 200_000 + b"]" * 200_000,
    "without a model": b"{}",
    "a path for an id": changed(model_id="../../etc/passwd"),
    "a path for a version": changed(version="1.0/../../x"),
    "a key that leads up": changed(hosting_prepacked_artifact_key="a/../../b"),
    "a key from the root": changed(hosting_script_key="/etc/passwd"),
    "a key of another system": changed(hosting_script_key="a\\..\\b"),
    "a key with a line break": changed(hosting_artifact_key="a\nb"),
    "a key with a zero": changed(default_training_dataset_key="a\0b"),
    "an artifact that is elsewhere": changed(hosting_eula_key="s3://UPPER_case/x"),
    "an artifact of a variant": changed(
        hosting_instance_type_variants={
            "variants": {"m5": {"properties": {"artifact_key": "../x"}}}
        }
    ),
    "numbers for text": changed(hyperparameters=[{"name": 7}]),
    "text for a list": changed(supported_inference_instance_types="ml.m5.large"),
    "configs without end": changed(
        inference_configs={str(n): {"component_names": []} for n in range(CONFIGS_LIMIT + 1)}
    ),
}


@pytest.mark.parametrize("document", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_documents_are_refused_in_words(document: bytes) -> None:
    with pytest.raises(ProblemError) as refused:
        parse_spec(document, "us-east-1")
    assert refused.value.problem.status == 502
    assert refused.value.problem.title
    assert len(refused.value.problem.detail) < 1_000


def test_a_hubs_document_is_refused_alike() -> None:
    with pytest.raises(ProblemError):
        parse_hub_document(
            '{"HostingScriptUri": "file:///etc/passwd"}', "us-east-1", id="a", version="1.0.0"
        )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://a.b/\"onload='x'", "file:///x"]
)
def test_a_link_that_is_none_of_the_web_is_no_link(url: str) -> None:
    assert parse_spec(changed(url=url), "us-east-1").url is None


def test_configs_that_name_each_other_end() -> None:
    circle = {"a": {"inference_configs": {"a": {"component_names": ["a"]}}}}
    document = changed(
        inference_configs={"a": {"component_names": ["a", "a", "missing"]}},
        inference_config_components=circle,
    )
    read = parse_spec(document, "us-east-1")
    plain = parse_spec(MOBILENET.read_bytes(), "us-east-1").hosting
    assert read.hostings == (replace(plain, name="a"),)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document, by the keys that lead there."""
    found = [path] if path else []
    for key, inside in (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    ):
        found += places(inside, (*path, key))
    return found


WHOLE = json.loads(MOBILENET.read_bytes())
# A region's images are enough: the others would be most of the places.
for variants in ("hosting_instance_type_variants", "training_instance_type_variants"):
    only = WHOLE[variants]["regional_aliases"]["us-east-1"]
    WHOLE[variants]["regional_aliases"] = {"us-east-1": only}
PLACES = places(WHOLE)
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inside: (
        some.lists(inside, max_size=3) | some.dictionaries(some.text(), inside, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(some.lists(some.tuples(some.sampled_from(PLACES), ANYTHING), min_size=1, max_size=4))
def test_a_spoiled_document_is_read_or_refused(spoils: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = json.loads(json.dumps(WHOLE))
    for path, value in spoils:
        inside = document
        try:
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # what leads there was spoiled before
    try:
        read = parse_spec(json.dumps(document).encode(), "us-east-1")
    except ProblemError as refused:
        assert refused.problem.title
        return
    for uri in (read.hosting.prepacked, read.hosting.script, read.hosting.eula):
        assert uri is None or (uri.startswith("s3://") and "/../" not in uri)
