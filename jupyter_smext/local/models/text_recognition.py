"""Text recognition (OCR) with PP-OCRv4."""

from __future__ import annotations

from .declaration import LocalModel, Made
from .example_pictures import examples
from .packages import PackagedFile

_FILES = tuple(
    PackagedFile(
        "rapidocr-onnxruntime",
        f"rapidocr_onnxruntime/models/{name}",
        sha256,
        # Its OpenCV needs a screen's libraries; the one without comes with the extra.
        "jupyter_smext[models] && pip install --no-deps rapidocr-onnxruntime==1.4.4",
    )
    for name, sha256 in (
        (
            "ch_PP-OCRv4_det_infer.onnx",
            "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
        ),
        (
            "ch_PP-OCRv4_rec_infer.onnx",
            "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
        ),
        (
            "ch_ppocr_mobile_v2.0_cls_infer.onnx",
            "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
        ),
    )
)

MODEL = LocalModel(
    id="onnx-ocr-pp-ocr-v4",
    version="1.0.0",
    name="PP-OCRv4",
    task="Text Recognition",
    data_type="vision",
    framework="ONNX Runtime",
    provider="PaddlePaddle",
    license="Apache-2.0",
    source="https://github.com/PaddlePaddle/PaddleOCR",
    description="Reads the text in a picture, English and Chinese, with the place of each line.",
    about=(
        "PP-OCRv4 finds the lines of a text, turns those that stand on their head, and reads them. "
        "It runs on this machine with ONNX Runtime. The weights come in the PyPI package "
        f"`rapidocr-onnxruntime` (Apache-2.0; SHA-256 `{_FILES[0].sha256}`).\n\n"
        "`text` is all of it; `normalized_boxes` are left, top, right and bottom of each line as "
        "parts of the picture."
    ),
    keywords=("@task:text-recognition", "@framework:onnx", "Vision", "OCR"),
    repository="jupyter-smext-rapidocr",
    code="text_recognition",
    content_types=("application/x-image",),
    accept_types=("application/json;verbose", "application/json"),
    packages=_FILES,
    artifact={file.path.rpartition("/")[2]: Made(file.read, file.sha256) for file in _FILES},
    examples=examples("page"),
)
