"""Pictures in requests."""

import io
from typing import Any

from answers import check_type, refusal
from PIL import Image, ImageOps

#: Types of a request's body that are pictures.
TYPES = ("application/x-image", "image/jpeg", "image/png")


def opened(content: Any) -> Any:
    """A picture's file as RGB, the right way up. Raises what Pillow raises."""
    return ImageOps.exif_transpose(Image.open(content)).convert("RGB")


def received(body: Any, content_type: str) -> Any:
    """A request's picture. Raises 415 and 400."""
    check_type(content_type, *TYPES)
    try:
        return opened(io.BytesIO(body if isinstance(body, bytes) else bytes(body)))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal(400, f"The body is no picture that can be read: {error}") from error
