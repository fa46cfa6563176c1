"""Reads the text in a picture, line by line, with the place of each."""

import json
import os
from typing import Any

import numpy
from answers import wants_names
from pictures import received
from rapidocr_onnxruntime import RapidOCR

_FILES = {
    "det_model_path": "ch_PP-OCRv4_det_infer.onnx",
    "cls_model_path": "ch_ppocr_mobile_v2.0_cls_infer.onnx",
    "rec_model_path": "ch_PP-OCRv4_rec_infer.onnx",
}


def model_fn(model_dir: str) -> Any:
    """Called by the model server when it starts: finds, turns and reads lines."""
    return RapidOCR(**{name: os.path.join(model_dir, file) for name, file in _FILES.items()})


def input_fn(body: Any, content_type: str) -> Any:
    """A picture."""
    return received(body, content_type)


def predict_fn(picture: Any, engine: Any) -> Any:
    """(left, top, right, bottom as parts of the picture; the text; how sure it is) of each line."""
    # The network was trained on pictures as OpenCV has them: blue first.
    found, _ = engine(numpy.ascontiguousarray(numpy.asarray(picture)[:, :, ::-1]))
    size = numpy.array(picture.size, float)
    lines = []
    for corners, text, score in found or ():
        places = numpy.array(corners, float) / size
        box = [*places.min(0), *places.max(0)]
        lines.append(([min(max(float(each), 0.0), 1.0) for each in box], text, float(score)))
    return lines


def output_fn(lines: Any, accept: str) -> Any:
    """The whole text; with `application/json;verbose` each line as JumpStart's object detection
    says an object, its text for the label."""
    texts = [text for _, text, _ in lines]
    answer: dict[str, Any] = {"text": "\n".join(texts)}
    if wants_names(accept):
        answer |= {
            "normalized_boxes": [box for box, _, _ in lines],
            "classes": list(range(len(lines))),
            "scores": [score for _, _, score in lines],
            "labels": texts,
        }
    return json.dumps(answer, ensure_ascii=False), "application/json"
