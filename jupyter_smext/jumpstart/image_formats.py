"""What AWS's own serving images take and answer, by the image's name in ECR.

Built-in algorithms: docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html and the "Inference"
section of each algorithm's page. Frameworks: the default handlers of their inference toolkits
(aws/sagemaker-scikit-learn-container, aws/sagemaker-xgboost-container,
aws/sagemaker-pytorch-inference-toolkit, aws/sagemaker-huggingface-inference-toolkit,
aws/deep-learning-containers for the rest); a script of one's own may take others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CSV, JSON, LINES = "text/csv", "application/json", "application/jsonlines"
LIBSVM, RECORDIO = "text/libsvm", "application/x-recordio-protobuf"
NPY, IMAGE, JPEG, PNG = "application/x-npy", "application/x-image", "image/jpeg", "image/png"
TEXT, OCTETS = "text/plain", "application/octet-stream"


@dataclass(frozen=True)
class ImageFormats:
    """The usual type first, of requests and of answers."""

    takes: tuple[str, ...]
    answers: tuple[str, ...] = (JSON,)


_TABULAR = ImageFormats((CSV, JSON, LINES, RECORDIO), (JSON, LINES, RECORDIO))
_FORECAST = ImageFormats((JSON, LINES), (JSON, LINES))
_PICTURE = ImageFormats((IMAGE, JPEG, PNG))
_ARRAYS = ImageFormats((JSON, CSV, NPY), (JSON, CSV, NPY))
_LANGUAGE = ImageFormats((JSON,))

#: Repository names without the leading `sagemaker-`.
_KNOWN = {
    "blazingtext": ImageFormats((JSON, LINES), (JSON, LINES)),
    "factorization-machines": ImageFormats((JSON, LINES, RECORDIO), (JSON, LINES, RECORDIO)),
    "forecasting-deepar": _FORECAST,
    "image-classification": _PICTURE,
    "ipinsights": ImageFormats((CSV, JSON, LINES), (JSON, LINES)),
    "kmeans": _TABULAR,
    "knn": _TABULAR,
    "lda": _TABULAR,
    "linear-learner": _TABULAR,
    "ntm": _TABULAR,
    "object-detection": _PICTURE,
    "object2vec": _FORECAST,
    "pca": _TABULAR,
    "randomcutforest": _TABULAR,
    "semantic-segmentation": ImageFormats((JPEG, PNG, IMAGE), (PNG, RECORDIO)),
    "seq2seq": ImageFormats((JSON, RECORDIO), (JSON, RECORDIO)),
    "scikit-learn": ImageFormats((CSV, JSON, NPY), (JSON, CSV, NPY)),
    "xgboost": ImageFormats((CSV, LIBSVM, RECORDIO), (CSV, JSON)),
    "autogluon-inference": ImageFormats((CSV, JSON), (JSON, CSV)),
    "djl-inference": _LANGUAGE,
    "huggingface-pytorch-inference": ImageFormats((JSON, TEXT, CSV, NPY), (JSON, CSV, NPY)),
    "huggingface-pytorch-inference-neuronx": _LANGUAGE,
    "huggingface-pytorch-tgi-inference": _LANGUAGE,
    "huggingface-tensorflow-inference": ImageFormats((JSON, TEXT, CSV, NPY), (JSON, CSV, NPY)),
    "mxnet-inference": _ARRAYS,
    "pytorch-inference": _ARRAYS,
    "tei": _LANGUAGE,
    "tei-cpu": _LANGUAGE,
    "tensorflow-inference": ImageFormats((JSON, LINES, CSV), (JSON, LINES)),
    "tritonserver": ImageFormats((OCTETS, JSON), (JSON, OCTETS)),
}

_ECR = re.compile(r"\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com(\.cn)?/(?P<repository>[^:@]+)")


def repository(image: str) -> str | None:
    """The name of an image's repository in ECR; None for an image from elsewhere."""
    found = _ECR.match(image)
    return found["repository"] if found else None


def of_image(image: str) -> ImageFormats | None:
    """What an image takes; None for one that is nobody's but its owner's."""
    name = repository(image)
    return _KNOWN.get(name.removeprefix("sagemaker-")) if name else None
