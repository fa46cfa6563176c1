"""The places in S3 that describe answers name, and what they are called."""

from __future__ import annotations

import json

from jupyter_smext.kinds import is_made, kind, places, related
from jupyter_smext.kinds.s3_places import MOST

TRAINING = {
    "HyperParameters": {
        "sagemaker_submit_directory": json.dumps("s3://b/code/sourcedir.tar.gz"),
        "base_model": "s3://b/base",
        "note": "see s3://b/not-a-place",
    },
    "InputDataConfig": [
        {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/train"}}},
        {"ChannelName": "<b>", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/odd"}}},
    ],
    "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
    "ModelArtifacts": {"S3ModelArtifacts": "s3://b/out/j/output/model.tar.gz"},
    "CheckpointConfig": {"S3Uri": "s3://b/checkpoints", "LocalPath": "/opt/ml/checkpoints"},
    "TensorBoardOutputConfig": {"S3OutputPath": "s3://b/board"},
}


def test_each_place_is_called_by_what_it_is_for() -> None:
    assert [(place.label, place.uri, is_made(place)) for place in places(TRAINING)] == [
        ("Source code", "s3://b/code/sourcedir.tar.gz", False),
        ("base_model", "s3://b/base", False),
        ("Input train", "s3://b/train", False),
        ("Input <b>", "s3://b/odd", False),
        ("Output", "s3://b/out", True),
        ("Model artifacts", "s3://b/out/j/output/model.tar.gz", True),
        ("Checkpoint", "s3://b/checkpoints", True),
        ("Tensor board output", "s3://b/board", True),
    ]


def test_a_place_is_told_once_and_thousands_are_not_told() -> None:
    twice = {"Containers": [{"ModelDataUrl": "s3://b/m"}, {"ModelDataUrl": "s3://b/m"}]}
    assert [place.uri for place in places(twice)] == ["s3://b/m"]
    many = {"Items": [{"Uri": f"s3://b/{number}"} for number in range(5000)]}
    assert len(places(many)) == MOST
    assert places({"A": {"B": [None, 1, True, "", "s3://", '"s3://broken']}}) == ()


def test_a_relation_has_the_texts_that_stand_for_it() -> None:
    arn = "arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/cfg"
    answer = {"EndpointName": "e", "EndpointConfigName": "cfg", "Other": {"SomeArn": arn}}
    [found] = related(kind("endpoint"), answer)
    assert (found.kind, found.role, found.texts) == (
        "endpoint-config",
        "EndpointConfigName",
        ("cfg", arn),
    )
