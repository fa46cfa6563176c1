"""Object detection with SSD-MobileNetV2."""

from __future__ import annotations

import json

from .declaration import LocalModel, Made
from .example_pictures import examples
from .packages import NpmFile

_ASSETS = NpmFile(
    "@mediapipe/objectron",
    "objectron_solution_packed_assets.data",
    "470986ca5df183f41698da6de74b027d838fe289d77b5ab094497d350bee664e",
    "@mediapipe/objectron@0.4.1675468480",
)
#: Where, in the file of all assets, the names of the classes end and the network begins.
_NAMES = 184


def network() -> bytes:
    """The TFLite file. Raises Unavailable."""
    return _ASSETS.read()[_NAMES:]


def labels() -> bytes:
    """The names of the 23 classes, a JSON list; the first one is none's. Raises Unavailable."""
    return json.dumps(_ASSETS.read()[:_NAMES].decode().splitlines()).encode()


MODEL = LocalModel(
    id="tensorflow-od-ssd-mobilenet-v2-objectron",
    version="1.0.0",
    name="SSD-MobileNetV2",
    task="Object Detection",
    data_type="vision",
    framework="LiteRT",
    provider="Google",
    license="Apache-2.0",
    source="https://www.npmjs.com/package/@mediapipe/objectron",
    description="Finds objects of 23 classes of Open Images in a picture.",
    about=(
        "The detector of MediaPipe's Objectron: SSD with MobileNetV2, for 23 classes of Open "
        "Images, among them person, cat, dog, car, bicycle, chair, laptop and cup. It runs on this "
        "machine with LiteRT. The weights come in the npm package `@mediapipe/objectron` "
        f"(Apache-2.0; SHA-256 `{_ASSETS.sha256}`).\n\n"
        "`normalized_boxes` are left, top, right and bottom of each object as parts of the picture."
    ),
    keywords=("@task:object-detection", "@framework:litert", "Vision", "SSD", "MobileNet"),
    repository="jupyter-smext-litert",
    code="object_detection",
    content_types=("application/x-image",),
    accept_types=("application/json;verbose", "application/json"),
    packages=(_ASSETS,),
    artifact={
        "model.tflite": Made(network, _ASSETS.sha256),
        "labels.json": Made(labels, _ASSETS.sha256, "application/json"),
    },
    examples=examples("cat", "coffee"),
)
