"""Sentiment by VADER, as an endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.models.sentiment import MODEL
from tests.local.endpoint_models import end_all
from tests.local.models.calls import answer_of, deploy, document
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

TEXT = "application/x-text"


@pytest.fixture(scope="module")
def endpoint(running_engine: RunningEngine) -> Iterator[str]:
    deploy(running_engine, "mood", document(running_engine, MODEL.id))
    yield "mood"
    end_all(running_engine)


@pytest.mark.parametrize(
    ("text", "label", "compound"),
    [
        # The examples of VADER's README, with the scores it gives for them.
        ("VADER is smart, handsome, and funny.", "positive", 0.8316),
        ("VADER is VERY SMART, handsome, and FUNNY!!!", "positive", 0.9342),
        ("Today SUX!", "negative", -0.5461),
        ("Catch utf-8 emoji such as 💘 and 💋 and 😁", "positive", 0.875),
        ("The book was printed in May.", "neutral", 0.0),
    ],
)
def test_a_text_has_its_sentiment(
    engine: RunningEngine, endpoint: str, text: str, label: str, compound: float
) -> None:
    answer = answer_of(engine, endpoint, text, TEXT)
    assert (answer["predicted_label"], answer["compound"]) == (label, compound)
    assert sum(answer["shares"]) == pytest.approx(1, abs=0.01)


def test_plain_json_has_the_score_alone(engine: RunningEngine, endpoint: str) -> None:
    assert answer_of(engine, endpoint, "Good.", TEXT, "application/json").keys() == {"compound"}


@pytest.mark.parametrize(("body", "status"), [(b" ", 400), (b"\xff\xfe\xff", 400)])
def test_what_is_no_text_is_refused(
    engine: RunningEngine, endpoint: str, body: bytes, status: int
) -> None:
    with pytest.raises(ClientError) as refused:
        answer_of(engine, endpoint, body, TEXT)
    assert refused.value.response["OriginalStatusCode"] == status
