"""Every model that runs here, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    image_classification,
    object_detection,
    sentiment,
    tabular,
    text_embedding,
    text_recognition,
)
from .declaration import LocalModel

MODELS: Mapping[str, LocalModel] = {
    model.id: model
    for model in (
        image_classification.MODEL,
        object_detection.MODEL,
        text_recognition.MODEL,
        text_embedding.MODEL,
        sentiment.MODEL,
        *tabular.MODELS,
    )
}
