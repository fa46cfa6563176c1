"""Classifies pictures, with the names of ImageNet's classes or of those it was fine-tuned on."""

import json
import os
from typing import Any

import numpy
import onnxruntime
import top_layer
from answers import probabilities
from pictures import received
from PIL import Image

#: Pixels of a side, and of its margin that is cut away.
SIZE, MARGIN = 224, 32


def prepared(picture: Any) -> Any:
    """A picture as the network takes it: its middle, 3 x 224 x 224, from -1 to 1."""
    width, height = picture.size
    side = min(width, height) * SIZE / (SIZE + MARGIN)
    box = ((width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2)
    pixels = numpy.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BICUBIC, box), "f4")
    return ((pixels - 127) / 128).transpose(2, 0, 1)


def network(model_dir: str) -> Any:
    """The network in a folder."""
    path = os.path.join(model_dir, "model.onnx")
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def model_fn(model_dir: str) -> Any:
    """Called by the model server when it starts: the network, the labels, and the own top layer."""
    own = top_layer.load(model_dir)
    if own is not None:
        return network(model_dir), *own
    with open(os.path.join(model_dir, "labels.json"), encoding="utf-8") as file:
        return network(model_dir), json.load(file), None, None


def input_fn(body: Any, content_type: str) -> Any:
    """A picture's bytes as one for the network."""
    return prepared(received(body, content_type))


def predict_fn(data: Any, model: Any) -> Any:
    """The labels, and the probability of each."""
    session, labels, weight, bias = model
    if weight is None:
        (scores,) = session.run(["logits"], {"image": data[None]})
    else:
        (feature,) = session.run(["feature"], {"image": data[None]})
        scores = feature @ weight + bias
    return labels, top_layer.softmax(scores)[0]


def output_fn(prediction: Any, accept: str) -> Any:
    """The probabilities, with `application/json;verbose` also what they are of."""
    return probabilities(*prediction, accept)
