"""Sentiment of English texts by VADER."""

from __future__ import annotations

from .declaration import LocalModel, Made
from .packages import PackagedFile

_LEXICON = PackagedFile(
    "vaderSentiment",
    "vaderSentiment/vader_lexicon.txt",
    "1ec9c6e9ee19aade328f8beb393a6afa71a5bb3acf7d3cc22d4ef568df374bf5",
)
_EMOJI = PackagedFile(
    "vaderSentiment",
    "vaderSentiment/emoji_utf8_lexicon.txt",
    "b8d54223ae1ce22a3e12c1f745316b71678c328eb5f5d3063a842f37cfbe2823",
)

MODEL = LocalModel(
    id="vader-tc-sentiment",
    version="1.0.0",
    name="VADER sentiment",
    task="Text Classification",
    data_type="text",
    framework="VADER",
    provider="C.J. Hutto",
    license="MIT",
    source="https://github.com/cjhutto/vaderSentiment",
    description="Says how positive or negative an English text is, by a lexicon and rules.",
    about=(
        "VADER (Valence Aware Dictionary and sEntiment Reasoner) is made for short texts of social "
        "media. It runs on this machine. Its lexicon comes in the PyPI package `vaderSentiment` "
        f"(MIT; SHA-256 `{_LEXICON.sha256}`).\n\n"
        "`compound` goes from -1 (most negative) to 1; `shares` are the parts of the text that "
        "are negative, neutral and positive, and no probabilities."
    ),
    keywords=("@task:text-classification", "@framework:vader", "Text", "Sentiment"),
    repository="jupyter-smext-vader",
    code="sentiment",
    content_types=("application/x-text", "text/plain"),
    accept_types=("application/json;verbose", "application/json"),
    packages=(_LEXICON, _EMOJI),
    artifact={
        "vader_lexicon.txt": Made(_LEXICON.read, _LEXICON.sha256, "text/plain"),
        "emoji_utf8_lexicon.txt": Made(_EMOJI.read, _EMOJI.sha256, "text/plain"),
    },
    examples={"A review": ("application/x-text", "The food was GREAT, the service a bit slow :(")},
)
