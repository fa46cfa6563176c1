"""What a fine-tuned model calls its classes: the label map in its artifact.

JumpStart's training scripts leave `class_label_to_prediction_index.json` beside the model: an
object of names and their numbers (docs.aws.amazon.com/sagemaker/latest/dg, "Input and output
interface" of the image and text classification algorithms).
"""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Any

import msgspec

from ..aws.bucket import Bucket, split
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..decoding import decode_json
from ..protocol import ClassNames

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

FILE = "class_label_to_prediction_index.json"

#: Bytes of an archive that are read to find the file in it, and the longest such file.
_READ = 64 * 2**20
_LONGEST = 2 * 2**20
_CLASSES = 100_000


def class_names(sessions: Sessions, connection: str, region: str, uri: str) -> ClassNames:
    """The names by the artifact at an S3 URI: an archive, or a prefix. Blocking.

    No names where there is no such file. Raises ProblemError: it cannot be read, or is too large.
    """
    bucket, key = split(uri)
    s3 = Bucket(sessions, connection, region, bucket)
    if not key.endswith((".tar.gz", ".tgz")):
        content = s3.get(f"{key}/{FILE}" if key else FILE)
    else:
        with calling(connection, "GetObject", "s3"):
            answer = s3.client.get_object(Bucket=bucket, Key=key)
            with answer["Body"] as stream:
                content = _inside(stream, uri)
    if content is None:
        return ClassNames((), None)
    return ClassNames(_in_order(content, uri), uri)


def _inside(stream: Any, uri: str) -> bytes | None:
    """The file in an archive that is read from its beginning, as far as it is found."""
    limited = _Limited(stream)
    try:
        with tarfile.open(fileobj=limited, mode="r|gz") as archive:
            for member in archive:
                if member.isfile() and member.name.removeprefix("./") == FILE:
                    file = archive.extractfile(member)
                    assert file is not None, "it is a file"
                    return file.read(_LONGEST + 1)
    # A gzip header that is cut off is a TypeError of tarfile's.
    except (tarfile.TarError, EOFError, OSError, TypeError) as error:
        if not limited.ended:
            raise ProblemError(
                problem("broken", "The model's artifact cannot be read", f"{uri}: {error}")
            ) from error
    # Cut off between two members, an archive looks like a whole one.
    if limited.ended:
        raise ProblemError(
            problem(
                "limit",
                "The names of the classes were not read",
                f"They are not in the first {_READ:,} bytes of {uri}.",
                f"Classes have their numbers; the names may be in its {FILE}.",
            )
        )
    return None


class _Limited(io.RawIOBase):
    """As much of a stream as may be read of it."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._stream = stream
        self._left = _READ

    @property
    def ended(self) -> bool:
        return self._left <= 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        found: bytes = self._stream.read(wanted) if wanted else b""
        self._left -= len(found)
        return found


def _in_order(content: bytes, uri: str) -> tuple[str, ...]:
    """Names by their numbers, which count from zero without a gap."""
    try:
        if len(content) > _LONGEST:
            raise msgspec.ValidationError("it is too long")
        numbers = decode_json(content, type=dict[str, int], strict=False)
        if len(numbers) > _CLASSES or sorted(numbers.values()) != list(range(len(numbers))):
            raise msgspec.ValidationError("its numbers do not count the classes from 0")
    except msgspec.MsgspecError as error:
        raise ProblemError(
            problem(
                "broken", "The names of the classes cannot be read", f"{FILE} of {uri}: {error}"
            )
        ) from error
    return tuple(sorted(numbers, key=numbers.__getitem__))
