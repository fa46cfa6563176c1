"""Sentence embeddings, and a text classifier fine-tuned on them, against one without them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from botocore.exceptions import ClientError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from jupyter_smext.local.models.text_embedding import MODEL, SERVICES, sentences
from tests.local.endpoint_models import end_all
from tests.local.models.calls import answer_of, deploy, document, fine_tune
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

#: The example of the model's page, and the cosines that it gives for PyTorch.
SENTENCES = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
COSINES = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]


@pytest.fixture(scope="module")
def endpoint(running_engine: RunningEngine) -> Iterator[str]:
    deploy(running_engine, "sentences", document(running_engine, MODEL.id))
    yield "sentences"
    end_all(running_engine)


def asked(texts: list[str] | str) -> str:
    return json.dumps({"text_inputs": texts})


def test_the_vectors_are_those_of_the_model(engine: RunningEngine, endpoint: str) -> None:
    answer = answer_of(engine, endpoint, asked(SENTENCES), "application/json")
    vectors = np.array(answer["embedding"])
    assert vectors.shape == (3, 384)
    np.testing.assert_allclose(vectors @ vectors.T, COSINES, atol=1e-4)


def test_a_text_alone_is_one_vector_whatever_it_comes_with(
    engine: RunningEngine, endpoint: str
) -> None:
    alone = answer_of(engine, endpoint, SENTENCES[0], "application/x-text")["embedding"]
    with_others = answer_of(engine, endpoint, asked(SENTENCES * 7), "application/json")
    np.testing.assert_allclose(alone, with_others["embedding"][3], atol=1e-5)
    one = answer_of(engine, endpoint, asked(SENTENCES[0]), "application/json")
    np.testing.assert_allclose(alone, one["embedding"], atol=1e-5)


@pytest.mark.parametrize("body", ["{}", "[]", '{"text_inputs": []}', '{"text_inputs": [1]}', "no"])
def test_what_is_no_list_of_texts_is_refused(
    engine: RunningEngine, endpoint: str, body: str
) -> None:
    with pytest.raises(ClientError) as refused:
        answer_of(engine, endpoint, body, "application/json")
    assert refused.value.response["OriginalStatusCode"] == 400


def test_a_classifier_on_them_beats_one_on_the_words(
    engine: RunningEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trained on the default dataset, tried on sentences that are in none."""
    found = document(engine, MODEL.id)
    job = fine_tune(engine, "services", found, found["DefaultTrainingDatasetUri"])
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    deploy(engine, "services", found, job["ModelArtifacts"]["S3ModelArtifacts"])
    right, texts = zip(*sentences(unseen=True), strict=True)
    answer = answer_of(engine, "services", asked(list(texts)), "application/json")
    assert answer["labels"] == sorted(SERVICES)
    accuracy = float(np.mean(np.array(answer["predicted_label"]) == np.array(right)))
    baseline = on_words(texts, right)
    with capsys.disabled():
        print(f"\nheld-out accuracy: fine-tuned {accuracy:.3f}, TF-IDF {baseline:.3f}")
    assert accuracy > baseline
    one = answer_of(engine, "services", texts[0], "application/x-text")
    assert one["predicted_label"] == answer["predicted_label"][0]
    end_all(engine)


def on_words(texts: tuple[str, ...], right: tuple[str, ...]) -> float:
    """Accuracy of logistic regression on the same sentences' words and pairs of words."""
    labels, known = zip(*sentences(), strict=True)
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    model = make_pipeline(words, LogisticRegression(C=10, max_iter=1000)).fit(known, labels)
    return float(model.score(texts, right))
