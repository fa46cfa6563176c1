"""What AWS's containers do where a script leaves a function out: decode, predict, encode.

After aws/sagemaker-scikit-learn-container and aws/sagemaker-xgboost-container (serving.py,
handler_service.py) and the encoders that both take from sagemaker-containers. Arrays with Python
objects in them are not loaded: unpickling runs what a request says.
"""

from __future__ import annotations

import io
import json
from typing import Any

from sagemaker_inference.default_inference_handler import DefaultInferenceHandler
from sagemaker_inference.errors import BaseInferenceToolkitError

CSV, JSON, NPY, NPZ = "text/csv", "application/json", "application/x-npy", "application/x-npz"
_LIBSVM = ("text/libsvm", "text/x-libsvm")
_NO_MODEL_FN = "Please provide a model_fn implementation in the inference script."


def handlers(library: str) -> DefaultInferenceHandler:
    """The defaults of the container of a library, by its module; others have the toolkit's own."""
    known = {"sklearn": _ScikitLearn, "xgboost": _Xgboost}
    return known.get(library, DefaultInferenceHandler)()


def _refused(status: int, message: str) -> BaseInferenceToolkitError:
    return BaseInferenceToolkitError(status, message, message)


def decode(data: bytes | str, content_type: str) -> Any:
    """A request as a numpy array, or a sparse matrix. Raises an error of the toolkit with 415."""
    import numpy as np

    text = data if isinstance(data, str) else ""
    if content_type == CSV:
        return np.genfromtxt(io.StringIO(text), delimiter=",")
    if content_type == JSON:
        return np.array(json.loads(text))
    if content_type == NPY and isinstance(data, bytes):
        return np.load(io.BytesIO(data), allow_pickle=False)
    if content_type == NPZ and isinstance(data, bytes):
        import scipy.sparse

        return scipy.sparse.load_npz(io.BytesIO(data))
    raise _refused(
        415,
        f"Content type {content_type} is not supported by this framework. Please implement "
        "input_fn to deserialize the request data.",
    )


def encode(prediction: Any, accept: str) -> tuple[bytes | str, str]:
    """A prediction in the first wanted type there is. Raises an error of the toolkit with 406."""
    import numpy as np

    for wanted in (part.split(";")[0].strip().lower() for part in accept.split(",")):
        if wanted in (JSON, "*/*", "application/*"):
            return json.dumps(prediction, default=_plain), JSON
        if wanted == CSV:
            lines = io.StringIO()
            np.savetxt(lines, np.asarray(prediction), delimiter=",", fmt="%s")
            return lines.getvalue(), CSV
        if wanted == NPY:
            array = io.BytesIO()
            np.save(array, np.asarray(prediction), allow_pickle=False)
            return array.getvalue(), NPY
    raise _refused(
        406,
        f"Accept type {accept} is not supported by this framework. Please implement output_fn to "
        "serialize the response.",
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"A {type(value).__name__} is not JSON; implement output_fn.")


class _ScikitLearn(DefaultInferenceHandler):  # type: ignore[misc]
    """Everything but model_fn has a default."""

    def default_model_fn(self, model_dir: str) -> Any:
        raise NotImplementedError(_NO_MODEL_FN)

    def default_input_fn(self, data: bytes | str, content_type: str) -> Any:
        import numpy as np

        array = decode(data, content_type)
        return array.astype(np.float32) if content_type in (CSV, JSON) else array

    def default_predict_fn(self, data: Any, model: Any) -> Any:
        return model.predict(data)

    def default_output_fn(self, prediction: Any, accept: str) -> Any:
        return encode(prediction, accept)


class _Xgboost(DefaultInferenceHandler):  # type: ignore[misc]
    """The same with DMatrix; model_fn is the script's here, too."""

    def default_model_fn(self, model_dir: str) -> Any:
        raise NotImplementedError(_NO_MODEL_FN)

    def default_input_fn(self, data: bytes | str, content_type: str) -> Any:
        import numpy as np
        import xgboost

        if content_type == CSV and isinstance(data, str):
            rows = [
                [float(field) if field.strip() else np.nan for field in line.split(",")]
                for line in data.strip().splitlines()
            ]
            return xgboost.DMatrix(np.array(rows, dtype=np.float32))
        if content_type in _LIBSVM:
            from sklearn.datasets import load_svmlight_file

            lines = data if isinstance(data, bytes) else data.encode()
            # Without a label in front, as AWS's examples of requests are, the reader takes the
            # first feature for one.
            labelled = b"\n".join(
                line if b":" not in line.split(b" ")[0] else b"0 " + line
                for line in lines.strip().splitlines()
            )
            features, _ = load_svmlight_file(io.BytesIO(labelled), zero_based=True)
            return xgboost.DMatrix(features)
        raise _refused(415, f"Content type {content_type} is not supported by this framework.")

    def default_predict_fn(self, data: Any, model: Any) -> Any:
        return model.predict(data, validate_features=False)

    def default_output_fn(self, prediction: Any, accept: str) -> Any:
        return encode(prediction, accept)
