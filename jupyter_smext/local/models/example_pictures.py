"""Pictures to try the models with: scikit-image's, in the bucket where JumpStart has its own."""

from __future__ import annotations

from collections.abc import Mapping

from .declaration import Made
from .packages import PackagedFile

_FOLDER = "inference-notebook-assets"
_FILES = {
    name: PackagedFile("scikit-image", f"skimage/data/{file}.png", sha256)
    for name, file, sha256 in (
        ("cat", "chelsea", "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
        ("coffee", "coffee", "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
        ("page", "page", "341a6f0a61557662b02734a9b6e56ec33a915b2c41886b97509dedf2a43b47a3"),
    )
}

#: By their keys in the bucket.
PICTURES: Mapping[str, Made] = {
    f"{_FOLDER}/{name}.png": Made(file.read, file.sha256, "image/png")
    for name, file in _FILES.items()
}


def examples(*names: str) -> Mapping[str, tuple[str, str]]:
    """Requests with pictures, as a spec's default payloads name objects of the bucket."""
    return {
        name.capitalize(): ("application/x-image", f"$s3<{_FOLDER}/{name}.png>") for name in names
    }
