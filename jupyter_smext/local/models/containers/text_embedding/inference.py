"""Texts as vectors, near to each other where they mean the same; or the class of each text."""

import json
import os
from typing import Any

import numpy
import onnxruntime
import top_layer
from answers import check_type, refusal, wants_names
from tokenizers import Tokenizer

#: Tokens of a text that count (sentence_bert_config.json).
_TOKENS = 256
_BATCH = 16
_MOST = 1024


class Encoder:
    """The network with its tokenizer."""

    def __init__(self, folder: str) -> None:
        self._tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding()
        path = os.path.join(folder, "model.onnx")
        self._session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def embedded(self, texts: list[str]) -> Any:
        """Vectors of length 1: texts x 384."""
        # Together with others of its length, a text is padded by little.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found: list[Any] = [None] * len(texts)
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            tokens = self._tokenizer.encode_batch([texts[number] for number in chosen])
            ids = numpy.array([each.ids for each in tokens], "i8")
            mask = numpy.array([each.attention_mask for each in tokens], "i8")
            (vectors,) = self._session.run(["embedding"], {"ids": ids, "mask": mask})
            for number, vector in zip(chosen, vectors, strict=True):
                found[number] = vector
        return numpy.stack(found)


def model_fn(model_dir: str) -> Any:
    """Called by the model server when it starts: the network, and the own top layer if any."""
    return Encoder(model_dir), top_layer.load(model_dir)


def input_fn(body: Any, content_type: str) -> Any:
    """(texts, whether it is one alone)."""
    check_type(content_type, "application/x-text", "text/plain", "application/json")
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        given = json.loads(text)["text_inputs"] if "json" in content_type.lower() else text
    except (ValueError, KeyError, TypeError) as error:
        raise refusal(400, f'Send a text, or JSON {{"text_inputs": [texts]}}: {error!r}') from error
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
        raise refusal(400, '"text_inputs" has to be a text, or a list of texts.')
    if len(texts) > _MOST:
        raise refusal(413, f"At most {_MOST} texts go into a request, not {len(texts)}.")
    return texts, isinstance(given, str)


def predict_fn(data: Any, model: Any) -> Any:
    """(kind, values by text, labels, whether it was one text alone)."""
    (texts, alone), (encoder, own) = data, model
    vectors = encoder.embedded(texts)
    if own is None:
        return "embedding", vectors, [], alone
    labels, weight, bias = own
    return "probabilities", top_layer.softmax(vectors @ weight + bias), labels, alone


def output_fn(prediction: Any, accept: str) -> Any:
    """JSON; of one text that came alone without a list around it."""
    kind, values, labels, alone = prediction
    verbose = wants_names(accept)
    answer: dict[str, Any] = {kind: (values[0] if alone else values).tolist()}
    if labels and verbose:
        chosen = [labels[number] for number in values.argmax(1)]
        answer |= {"labels": labels, "predicted_label": chosen[0] if alone else chosen}
    return json.dumps(answer), "application/json"
