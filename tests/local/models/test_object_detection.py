"""Objects in a picture, found by an endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_smext.local.models.object_detection import MODEL
from tests.local.endpoint_models import end_all
from tests.local.models.calls import answer_of, deploy, document
from tests.local.models.pictures import picture
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)


@pytest.fixture(scope="module")
def endpoint(running_engine: RunningEngine) -> Iterator[str]:
    deploy(running_engine, "objects", document(running_engine, MODEL.id))
    yield "objects"
    end_all(running_engine)


@pytest.mark.parametrize(
    ("name", "label", "around"),
    [
        ("chelsea", "Cat", (0.5, 0.4)),
        ("astronaut", "Person", (0.45, 0.3)),
        ("coffee", "Coffee cup", (0.45, 0.5)),
    ],
)
def test_an_object_is_found_where_it_is(
    engine: RunningEngine, endpoint: str, name: str, label: str, around: tuple[float, float]
) -> None:
    answer = answer_of(engine, endpoint, picture(name))
    found = [answer["labels"][kind] for kind in answer["classes"]]
    assert label in found
    left, top, right, bottom = answer["normalized_boxes"][found.index(label)]
    assert 0 <= left < around[0] < right <= 1
    assert 0 <= top < around[1] < bottom <= 1
    assert answer["scores"] == sorted(answer["scores"], reverse=True)


def test_a_picture_without_objects_has_none(engine: RunningEngine, endpoint: str) -> None:
    answer = answer_of(engine, endpoint, picture("gravel"), accept="")
    assert answer == {"normalized_boxes": [], "classes": [], "scores": []}
