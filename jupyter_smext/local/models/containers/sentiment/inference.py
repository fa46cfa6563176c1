"""Says how positive or negative a text is, by VADER's lexicon and rules."""

import json
import os
from typing import Any

from answers import check_type, refusal, wants_names
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

LABELS = ("negative", "neutral", "positive")
#: "Typical threshold values" of the compound score (VADER's README).
_THRESHOLD = 0.05


def model_fn(model_dir: str) -> Any:
    """Called by the model server when it starts."""
    return SentimentIntensityAnalyzer(
        os.path.join(model_dir, "vader_lexicon.txt"),
        os.path.join(model_dir, "emoji_utf8_lexicon.txt"),
    )


def input_fn(body: Any, content_type: str) -> str:
    """A request as the text it is."""
    check_type(content_type, "application/x-text", "text/plain")
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal(400, f"The text is not UTF-8: {error}") from error
    if not text.strip():
        raise refusal(400, "There is no text in the request.")
    return text


def predict_fn(text: str, analyzer: Any) -> Any:
    """VADER's scores: neg, neu and pos are shares of the text, compound is from -1 to 1."""
    return analyzer.polarity_scores(text)


def output_fn(scores: Any, accept: str) -> Any:
    """The compound score; with `application/json;verbose` the shares and the label, too."""
    answer: dict[str, Any] = {"compound": scores["compound"]}
    if wants_names(accept):
        compound = scores["compound"]
        chosen = 2 if compound >= _THRESHOLD else 0 if compound <= -_THRESHOLD else 1
        answer |= {
            "labels": LABELS,
            "shares": [scores["neg"], scores["neu"], scores["pos"]],
            "predicted_label": LABELS[chosen],
        }
    return json.dumps(answer), "application/json"
