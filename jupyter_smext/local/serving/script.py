"""A script model's server: its model_fn, input_fn, predict_fn and output_fn behind the front."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Mapping
from email.message import Message
from pathlib import Path
from typing import Any

from .defaults import handlers
from .front import Request, Response, serve_requests
from .requirements import install

#: Where AWS's containers see everything; a script may name it.
_OPT_ML = "/opt/ml"


def serve_script(library: str) -> None:
    """Load the model as AWS's container of a library does, and serve it until told to end.

    Read from the environment, as the SDKs set it on a Model: SAGEMAKER_PROGRAM (default
    inference.py) in SAGEMAKER_SUBMIT_DIRECTORY (default `model/code`), SAGEMAKER_BASE_DIR for
    /opt/ml. Raises what the import of the script or its model_fn raises.
    """
    base = Path(os.environ.setdefault("SAGEMAKER_BASE_DIR", _OPT_ML))
    model = base / "model"
    code = _code(base)
    program = os.environ.get("SAGEMAKER_PROGRAM", "inference.py")
    path = code / program
    if os.environ.get("SAGEMAKER_PROGRAM") and not path.is_file():
        raise FileNotFoundError(f"SAGEMAKER_PROGRAM names {program}, which is not in {code}")
    sys.path.insert(0, str(code if not path.is_file() else path.parent))
    os.environ["SAGEMAKER_PROGRAM"] = path.name

    install(path.parent / "requirements.txt")

    from sagemaker_inference.transformer import Transformer

    context = _Context(model)
    transformer = Transformer(default_inference_handler=handlers(library))
    transformer.validate_and_initialize(str(model), context)

    def answer(request: Request) -> Response:
        invocation = context.begin(request.headers)
        [body] = transformer.transform([{"body": request.body}], context)
        return Response(_body(body), invocation.content_type, invocation.status, invocation.headers)

    serve_requests(answer)


def _code(base: Path) -> Path:
    given = os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", "")
    if given.startswith(f"{_OPT_ML}/"):
        return base / given.removeprefix(f"{_OPT_ML}/")
    return Path(given) if given else base / "model" / "code"


def _body(result: Any) -> bytes | str | Iterable[bytes | str]:
    """What a script answered, if it can be sent. Raises TypeError."""
    if isinstance(result, bytes | str):
        return result
    if isinstance(result, bytearray | memoryview):
        return bytes(result)
    if hasattr(result, "__next__"):  # a generator: its parts are the stream
        parts: Iterable[bytes | str] = result
        return parts
    raise TypeError(
        f"output_fn or transform_fn answered {type(result).__name__}; it has to be bytes, str, "
        "or a generator of them."
    )


class _Invocation:
    """What one invocation says and is answered with, as multi-model-server's RequestProcessor."""

    def __init__(self, given: Message[str, str]) -> None:
        self.given = dict(given.items())
        self.content_type = "application/json"
        self.status = 200
        self.headers: dict[str, str] = {}

    def get_request_properties(self) -> Mapping[str, str]:
        return self.given

    def get_request_property(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.given.items() if key.lower() == wanted), None)


class _Context:
    """The `context` that a script's functions may take; each thread sees its own invocation."""

    def __init__(self, model: Path) -> None:
        self.system_properties = {"model_dir": str(model), "gpu_id": None}
        self._threads = threading.local()

    def begin(self, given: Message[str, str]) -> _Invocation:
        self._threads.invocation = _Invocation(given)
        return self._current

    @property
    def _current(self) -> _Invocation:
        invocation: _Invocation = self._threads.invocation
        return invocation

    @property
    def request_processor(self) -> list[_Invocation]:
        return [self._current]

    def get_all_request_header(self, idx: int = 0) -> Mapping[str, str]:
        return self._current.given

    def get_request_header(self, idx: int, key: str) -> str | None:
        return self._current.get_request_property(key)

    def get_response_content_type(self, idx: int) -> str:
        return self._current.content_type

    def set_response_content_type(self, idx: int, value: str) -> None:
        self._current.content_type = value

    def set_response_status(self, code: int = 200, phrase: str = "", idx: int = 0) -> None:
        self._current.status = code

    def set_response_header(self, idx: int, key: str, value: str) -> None:
        self._current.headers[key] = value
