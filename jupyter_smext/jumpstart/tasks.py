"""Task, data type, framework and provider of a model, as far as its id or its source tells them.

The code after the first dash of an open model's id is its task: the first part of the table is
`doc/doc_utils/jumpstart_doc_utils.py` of sagemaker-python-sdk (2025-06). The other codes, and the
words in the ids of proprietary models, stand for what their models' own pages call them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OTHER = "Other"


class Task(NamedTuple):
    """What a model does, and to what kind of data."""

    name: str
    data_type: str | None


_IMAGE, _TEXT, _TABLE, _AUDIO, _VIDEO = "Image", "Text", "Tabular", "Audio", "Video"
_GENERATION = Task("Text generation", _TEXT)
_OBJECTS = Task("Object detection", _IMAGE)
_TO_IMAGE = Task("Text to image", _IMAGE)

#: By the code in the id.
TASKS: dict[str, Task] = {
    "ic": Task("Image classification", _IMAGE),
    "icembedding": Task("Image embedding", _IMAGE),
    "od": _OBJECTS,
    "od1": _OBJECTS,
    "semseg": Task("Semantic segmentation", _IMAGE),
    "is": Task("Instance segmentation", _IMAGE),
    "tc": Task("Text classification", _TEXT),
    "tcembedding": Task("Text embedding", _TEXT),
    "eqa": Task("Question answering", _TEXT),
    "spc": Task("Sentence pair classification", _TEXT),
    "textgeneration": _GENERATION,
    "summarization": Task("Text summarization", _TEXT),
    "translation": Task("Machine translation", _TEXT),
    "ner": Task("Named entity recognition", _TEXT),
    "regression": Task("Tabular regression", _TABLE),
    "classification": Task("Tabular classification", _TABLE),
    "tabtransformerregression": Task("Tabular regression", _TABLE),
    "tabtransformerclassification": Task("Tabular classification", _TABLE),
    "forecasting": Task("Time series forecasting", _TABLE),
    "textgeneration1": _GENERATION,
    "textgeneration2": _GENERATION,
    "textgenerationjp": _GENERATION,
    "textgenerationneuron": _GENERATION,
    "llm": _GENERATION,
    "llmneuron": _GENERATION,
    "reasoning": _GENERATION,
    "text2text": Task("Text to text", _TEXT),
    "fillmask": Task("Fill mask", _TEXT),
    "zstc": Task("Zero-shot text classification", _TEXT),
    "sentencesimilarity": Task("Sentence similarity", _TEXT),
    "textembedding": Task("Text embedding", _TEXT),
    "asr": Task("Speech recognition", _AUDIO),
    "audioembedding": Task("Audio embedding", _AUDIO),
    "vlm": Task("Image to text", _IMAGE),
    "txt2img": _TO_IMAGE,
    "txt2imgneuron": _TO_IMAGE,
    "imagegeneration": _TO_IMAGE,
    "depth2img": Task("Depth to image", _IMAGE),
    "inpainting": Task("Image inpainting", _IMAGE),
    "upscaling": Task("Image upscaling", _IMAGE),
    "vs": Task("Video segmentation", _VIDEO),
    "ocr": Task("Text recognition", _IMAGE),
}

#: By a word in the id, the first that is in it, where the code tells nothing.
_WORDS: tuple[tuple[str, Task], ...] = (
    ("embed-image", Task("Image embedding", _IMAGE)),
    ("rerank", Task("Text ranking", _TEXT)),
    ("embed", Task("Text embedding", _TEXT)),
    ("stable-diffusion", _TO_IMAGE),
    ("sdxl", _TO_IMAGE),
    ("bria", _TO_IMAGE),
    ("summarization", Task("Text summarization", _TEXT)),
    ("translation", Task("Machine translation", _TEXT)),
    ("tower", Task("Machine translation", _TEXT)),
    ("ocr", Task("Text recognition", _IMAGE)),
    ("layout-analysis", Task("Document layout", _IMAGE)),
    ("contextual-answers", Task("Question answering", _TEXT)),
    ("mars6", Task("Text to speech", _AUDIO)),
    ("h-optimus", Task("Image embedding", _IMAGE)),
    ("navigator-tabular", Task("Tabular generation", _TABLE)),
    *(
        (word, _GENERATION)
        for word in (
            "command jurassic paraphrase llm solar palmyra granite nemotron exaone lfm llama plamo "
            "instruct arcee ncsoft lyra lm-"
        ).split()
    ),
)

#: Of open models, by what the id begins with.
FRAMEWORKS = {
    "autogluon": "AutoGluon",
    "catboost": "CatBoost",
    "huggingface": "Hugging Face",
    "lightgbm": "LightGBM",
    "mxnet": "MXNet",
    "onnx": "ONNX Runtime",
    "pytorch": "PyTorch",
    "sklearn": "scikit-learn",
    "tensorflow": "TensorFlow",
    "xgboost": "XGBoost",
}

#: Who offers a model, by what the id begins with.
_PROVIDERS = {
    "ai21": "AI21 Labs",
    "arcee": "Arcee AI",
    "autogluon": "AutoGluon",
    "bioptimus": "Bioptimus",
    "bria": "BRIA",
    "cambai": "CAMB.AI",
    "catboost": "CatBoost",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "evolutionary": "EvolutionaryScale",
    "exaone": "LG AI Research",
    "granite": "IBM",
    "gretel": "Gretel",
    "huggingface": "Hugging Face",
    "ibm": "IBM",
    "jinaai": "Jina AI",
    "john": "John Snow Labs",
    "karakuri": "KARAKURI",
    "lgresearch": "LG AI Research",
    "lightgbm": "LightGBM",
    "lighton": "LightOn",
    "liquid": "Liquid AI",
    "meta": "Meta",
    "mxnet": "GluonCV",
    "ncsoft": "NCSOFT",
    "nomic": "Nomic",
    "nvidia": "NVIDIA",
    "openai": "OpenAI",
    "orbital": "Orbital Materials",
    "preferred": "Preferred Networks",
    "pytorch": "PyTorch Hub",
    "sklearn": "scikit-learn",
    "stabilityai": "Stability AI",
    "stockmark": "Stockmark",
    "tensorflow": "TensorFlow Hub",
    "upstage": "Upstage",
    "voyage": "Voyage AI",
    "widn": "Widn AI",
    "writer": "Writer",
    "xgboost": "XGBoost",
}

#: As the table of the SDK's documentation writes them, and the manifests: as they call themselves.
_SPELLINGS = {
    "catboost": "CatBoost",
    "gluoncv": "GluonCV",
    "huggingface": "Hugging Face",
    "lightgbm": "LightGBM",
    "mxnet": "MXNet",
    "pytorch": "PyTorch",
    "pytorch hub": "PyTorch Hub",
    "scikit-learn": "scikit-learn",
    "scikitlearn": "scikit-learn",
    "sklearn": "scikit-learn",
    "tensorflow": "TensorFlow",
    "tensorflow hub": "TensorFlow Hub",
    "xgboost": "XGBoost",
    **{name: word for name, word in _PROVIDERS.items() if name in ("meta", "openai", "nvidia")},
}


def task_of(id: str) -> Task:
    """By the id alone; `Other` of no known data where it tells nothing."""
    parts = id.lower().split("-")
    if len(parts) > 1 and parts[1] in TASKS and (parts[0] in FRAMEWORKS or len(parts) > 2):
        return TASKS[parts[1]]
    return next((task for word, task in _WORDS if word in id.lower()), Task(OTHER, None))


def framework_of(id: str) -> str:
    """By the id alone; that of who offers it where it names no framework."""
    first = id.lower().partition("-")[0]
    return FRAMEWORKS.get(first) or provider_of(id)


def provider_of(id: str) -> str:
    """By the id alone."""
    first, _, rest = id.lower().partition("-")
    if first == "model":
        first = next((name for name in _PROVIDERS if name in rest), "")
    return _PROVIDERS.get(first, OTHER)


def spelled(word: str) -> str:
    """A framework or provider of a hub or manifest, as the same one is written here."""
    known = _SPELLINGS.get(word.lower()) or _PROVIDERS.get(word.lower())
    return known or (word[:1].upper() + word[1:] if word.islower() else word) or OTHER


def data_type_named(word: str) -> str:
    """What a hub calls `text`, `vision` or `Image`."""
    return _IMAGE if word.lower() == "vision" else spelled(word)


def task_named(word: str) -> Task:
    """The task that a hub calls `Text Generation` or `text-generation`."""
    plain = re.sub(r"[-_\s]+", " ", word).strip().lower()
    for task in (*TASKS.values(), *(task for _, task in _WORDS)):
        if task.name.lower().replace("-", " ") == plain:
            return task
    return Task(plain[:1].upper() + plain[1:] if plain else OTHER, None)
