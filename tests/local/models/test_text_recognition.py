"""Text in a picture, read by an endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_smext.local.models.text_recognition import MODEL
from tests.local.endpoint_models import end_all
from tests.local.models.calls import answer_of, deploy, document
from tests.local.models.pictures import picture
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)


@pytest.fixture(scope="module")
def endpoint(running_engine: RunningEngine) -> Iterator[str]:
    deploy(running_engine, "reader", document(running_engine, MODEL.id))
    yield "reader"
    end_all(running_engine)


def test_a_page_is_read_with_the_places_of_its_lines(engine: RunningEngine, endpoint: str) -> None:
    answer = answer_of(engine, endpoint, picture("page"))
    read = answer["text"].replace(" ", "").lower()
    for words in ("region-basedsegmentation", "letusfirstdeterminemarkersofthecoinsandthe"):
        assert words in read
    boxes = answer["normalized_boxes"]
    count = len(boxes)
    assert count == len(answer["labels"]) == len(answer["scores"]) == len(answer["classes"]) > 3
    assert all(
        0 <= left < right <= 1 and 0 <= top < bottom <= 1 for left, top, right, bottom in boxes
    )
    assert [top for _, top, _, _ in boxes] == sorted(top for _, top, _, _ in boxes)
    assert "\n".join(answer["labels"]) == answer["text"]


def test_a_picture_without_text_has_none(engine: RunningEngine, endpoint: str) -> None:
    answer = answer_of(engine, endpoint, picture("gravel"))
    assert (answer["text"], answer["normalized_boxes"]) == ("", [])
