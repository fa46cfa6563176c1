"""Finds objects in a picture: what, where, and how sure."""

import json
import os
import threading
from typing import Any

import numpy
from ai_edge_litert.interpreter import Interpreter
from answers import wants_names
from pictures import received
from PIL import Image

#: Pixels of the side of what the network sees.
_SIZE = 300
#: Objects less sure are left out, and those that lie over a surer one of their class.
_LEAST, _OVERLAP, _MOST = 0.35, 0.5, 100
#: SsdAnchorsCalculatorOptions and the decoder's scales of MediaPipe's
#: object_detection_oidv4_cpu.pbtxt.
_GRIDS, _SCALES, _ASPECTS = (19, 10, 5, 3, 2, 1), (0.2, 0.95), (1.0, 2.0, 0.5, 3.0, 0.3333)
_CENTER_SCALE, _SIZE_SCALE = 10.0, 5.0


def anchors() -> Any:
    """The boxes that the network moves: center y and x, height, width, as parts of the picture."""
    least, most = _SCALES
    count = len(_GRIDS)
    scales = [least + (most - least) * number / (count - 1) for number in range(count)] + [1.0]
    found = []
    for number, grid in enumerate(_GRIDS):
        if number == 0:  # reduce_boxes_in_lowest_layer
            shapes = [(0.1, 1.0), (scales[0], 2.0), (scales[0], 0.5)]
        else:
            shapes = [(scales[number], aspect) for aspect in _ASPECTS]
            shapes.append(((scales[number] * scales[number + 1]) ** 0.5, 1.0))
        for row in range(grid):
            for column in range(grid):
                center = (row + 0.5) / grid, (column + 0.5) / grid
                for scale, aspect in shapes:
                    found.append((*center, scale / aspect**0.5, scale * aspect**0.5))
    return numpy.array(found, "f4")


class Detector:
    """The network, one picture at a time."""

    def __init__(self, folder: str) -> None:
        self._interpreter = Interpreter(os.path.join(folder, "model.tflite"))
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = self._interpreter.get_output_details()
        self._boxes, self._scores = (each["index"] for each in outputs)
        self._anchors = anchors()
        self._turn = threading.Lock()
        with open(os.path.join(folder, "labels.json"), encoding="utf-8") as file:
            self.labels = json.load(file)

    def objects(self, picture: Any) -> list[tuple[list[float], int, float]]:
        """(left, top, right, bottom; class; score) of each object, the surest first."""
        pixels = numpy.asarray(picture.resize((_SIZE, _SIZE), Image.Resampling.BILINEAR), "f4")
        with self._turn:
            self._interpreter.set_tensor(self._input, (pixels / 127.5 - 1)[None])
            self._interpreter.invoke()
            moves = self._interpreter.get_tensor(self._boxes)[0]
            scores = 1 / (1 + numpy.exp(-self._interpreter.get_tensor(self._scores)[0]))
        scores[:, 0] = 0  # the class of nothing
        return self._surest(self._placed(moves), scores)

    def _placed(self, moves: Any) -> Any:
        y, x, height, width = self._anchors.T
        center_y = moves[:, 0] / _CENTER_SCALE * height + y
        center_x = moves[:, 1] / _CENTER_SCALE * width + x
        half_height = numpy.exp(moves[:, 2] / _SIZE_SCALE) * height / 2
        half_width = numpy.exp(moves[:, 3] / _SIZE_SCALE) * width / 2
        sides = (
            center_x - half_width,
            center_y - half_height,
            center_x + half_width,
            center_y + half_height,
        )
        return numpy.clip(numpy.stack(sides, 1), 0, 1)

    def _surest(self, boxes: Any, scores: Any) -> list[tuple[list[float], int, float]]:
        kinds, best = scores.argmax(1), scores.max(1)
        kept: list[int] = []
        for number in best.argsort()[::-1]:
            if best[number] < _LEAST or len(kept) == _MOST:
                break
            rivals = [other for other in kept if kinds[other] == kinds[number]]
            if all(overlap(boxes[number], boxes[other]) < _OVERLAP for other in rivals):
                kept.append(number)
        return [(boxes[n].tolist(), int(kinds[n]), float(best[n])) for n in kept]


def overlap(one: Any, other: Any) -> float:
    """The part of two boxes together that is in both."""
    sides = numpy.minimum(one[2:], other[2:]) - numpy.maximum(one[:2], other[:2])
    both = float(numpy.prod(numpy.maximum(sides, 0)))
    areas = [float(numpy.prod(box[2:] - box[:2])) for box in (one, other)]
    return both / (sum(areas) - both + 1e-9)


def model_fn(model_dir: str) -> Any:
    """Called by the model server when it starts."""
    return Detector(model_dir)


def input_fn(body: Any, content_type: str) -> Any:
    """A picture."""
    return received(body, content_type)


def predict_fn(picture: Any, detector: Any) -> Any:
    """(labels of all classes, objects)."""
    return detector.labels, detector.objects(picture)


def output_fn(prediction: Any, accept: str) -> Any:
    """As JumpStart's object detection; with `application/json;verbose` the classes' names, too."""
    labels, objects = prediction
    answer: dict[str, Any] = {
        "normalized_boxes": [box for box, _, _ in objects],
        "classes": [kind for _, kind, _ in objects],
        "scores": [score for _, _, score in objects],
    }
    if wants_names(accept):
        answer["labels"] = labels
    return json.dumps(answer), "application/json"
