"""The HTTP front of a model server: GET /ping, POST /invocations, a token, a place of its own.

The contract between the engine and a model server process, script or built-in algorithm:

- `SMEXT_SERVING_AT` names a folder that is the server's alone. The engine puts the file `token`
  there (0600); the server reads it and takes it away. Every request carries it in `X-Smext-Token`.
- Once the model is loaded, the server listens on the Unix socket `socket` in that folder, or, where
  the OS has none, on a loopback port that it writes to the file `port`.
- `GET /ping` answers 200; `POST /invocations` answers as AWS's "How containers serve requests"
  says; `GET /execution-parameters` answers where the server has some (batch transform).

A model server is three lines: `from jupyter_smext.local.serving.front import serve`, a function
`predict(body, content_type, accept) -> (body, content_type)` that may raise `Refused`, and
`serve(predict)`, which returns only when the process is told to end.
"""

from __future__ import annotations

import hmac
import json
import os
import socket
import socketserver
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

#: The environment variable that names the server's folder, and what lies in it.
PLACE = "SMEXT_SERVING_AT"
TOKEN, SOCKET, PORT = "token", "socket", "port"
TOKEN_HEADER = "X-Smext-Token"

#: An asynchronous request brings at most 1 GB; the engine itself bounds the others.
MAX_BODY = 1 << 30
#: Bytes of an error's text that are sent: AWS cuts OriginalMessage, the log has it whole.
_MAX_MESSAGE = 8 << 10

Body = bytes | str | Iterable[bytes | str]
Predict = Callable[[bytes, str, str], tuple[Body, str]]


class Refused(Exception):
    """A request that gets no prediction: HTTP `status` 400 to 599 and why, for the caller."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Request:
    """One invocation, with its headers; names of headers are without case."""

    body: bytes
    headers: Message[str, str]

    @property
    def content_type(self) -> str:
        """As sent, parameters included; '' when absent."""
        return self.headers.get("Content-Type", "")

    @property
    def accept(self) -> str:
        """As sent; '' when absent, which means anything."""
        return self.headers.get("Accept", "")


@dataclass(frozen=True)
class Response:
    """What an invocation gets: whole, or as parts that are sent one by one as they come."""

    body: Body
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[Request], Response]


def serve(
    predict: Predict,
    *,
    workers: int | None = None,
    execution_parameters: Mapping[str, Any] | None = None,
) -> None:
    """Answer invocations with `predict` until the process ends; see `serve_requests`."""

    def answer(request: Request) -> Response:
        return Response(*predict(request.body, request.content_type, request.accept))

    serve_requests(answer, workers=workers, execution_parameters=execution_parameters)


def serve_requests(
    answer: Answer,
    *,
    workers: int | None = None,
    execution_parameters: Mapping[str, Any] | None = None,
) -> None:
    """Answer invocations until the process ends. Load the model before: from here on /ping is 200.

    At most `workers` invocations run at a time, each in a thread (default:
    SAGEMAKER_MODEL_SERVER_WORKERS, else one per CPU, as in AWS's containers, where they are
    processes). `Refused` is sent as it is, another exception as 500 with its traceback.
    Raises KeyError when the engine did not say where to listen.
    """
    place = Path(os.environ[PLACE])
    token_file = place / TOKEN
    token = token_file.read_text()
    token_file.unlink()
    count = workers or int(os.environ.get("SAGEMAKER_MODEL_SERVER_WORKERS") or _cpus())
    with _listen(place) as server:
        server.answer = answer
        server.token = token.encode()
        server.turns = threading.BoundedSemaphore(count)
        server.execution_parameters = execution_parameters
        print(f"The model server answers, {count} invocations at a time.", flush=True)
        server.serve_forever()


def _cpus() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    else:
        return os.cpu_count() or 1


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False
    request_queue_size = 1024
    answer: Answer
    token: bytes
    turns: threading.BoundedSemaphore
    execution_parameters: Mapping[str, Any] | None = None

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A caller that hung up has no use for an answer, and it is no fault of the model.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            traceback.print_exc()


class _UnixServer(_Server):
    address_family = getattr(socket, "AF_UNIX", socket.AF_INET)


def _listen(place: Path) -> _Server:
    if sys.platform != "win32":
        # By a relative name: a socket's whole path may not be longer than about 100 bytes.
        back = Path.cwd()
        os.chdir(place)
        try:
            Path(SOCKET).unlink(missing_ok=True)
            # From its first moment, which a chmod afterwards is not.
            before = os.umask(0o177)
            server: _Server = _UnixServer(SOCKET, _Handler)  # type: ignore[arg-type]
            os.umask(before)
        finally:
            os.chdir(back)
        return server
    else:
        server = _Server(("127.0.0.1", 0), _Handler)
        written = place / f"{PORT}.new"
        written.write_text(str(server.server_address[1]))
        written.replace(place / PORT)
        return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet per answer, sent at once.
    wbufsize = -1
    disable_nagle_algorithm = sys.platform == "win32"
    server: _Server

    def do_GET(self) -> None:
        """/ping and /execution-parameters."""
        if not self._known():
            return
        if self.path == "/ping":
            self._send(Response(b"", "text/plain"))
        elif self.path == "/execution-parameters" and self.server.execution_parameters:
            body = json.dumps(self.server.execution_parameters)
            self._send(Response(body, "application/json"))
        else:
            self._refuse(404, f"No such path: {self.path[:100]}")

    def do_POST(self) -> None:
        """/invocations."""
        length = self.headers.get("Content-Length", "")
        # Unread, the body would be taken for the next request.
        self.close_connection = True
        if not self._known():
            return
        if not length.isdigit():
            return self._refuse(411, "A request says its Content-Length.")
        if int(length) > MAX_BODY:
            return self._refuse(413, f"A request is at most {MAX_BODY} bytes.")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return
        self.close_connection = self.headers.get("Connection", "").lower() == "close"
        if self.path != "/invocations":
            return self._refuse(404, f"No such path: {self.path[:100]}")
        with self.server.turns:
            try:
                self._send(self.server.answer(Request(body, self.headers)))
            except ConnectionError:
                raise
            except Refused as refused:
                self._refuse(refused.status, refused.message)
            except Exception:
                traceback.print_exc()
                self._refuse(500, traceback.format_exc())

    def _known(self) -> bool:
        given = self.headers.get(TOKEN_HEADER, "").encode()
        if hmac.compare_digest(given, self.server.token):
            return True
        self._refuse(403, "The token is not this server's.")
        return False

    def _refuse(self, status: int, message: str) -> None:
        kept = message.encode()[-_MAX_MESSAGE:]
        self._send(Response(kept, "text/plain; charset=utf-8", status))

    def _send(self, response: Response) -> None:
        body = response.body
        if not isinstance(body, (bytes, bytearray, memoryview, str)):
            return self._stream(response, iter(body))
        sent = body.encode() if isinstance(body, str) else bytes(body)
        self._head(response, "Content-Length", str(len(sent)))
        self.wfile.write(sent)
        self.wfile.flush()

    def _stream(self, response: Response, parts: Any) -> None:
        """Send parts as they come; a failure after the first one can only break the answer off."""
        first = next(parts, b"")
        self._head(response, "Transfer-Encoding", "chunked")
        try:
            self._part(first)
            for part in parts:
                self._part(part)
            self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        except ConnectionError:
            raise
        except Exception:
            traceback.print_exc()
            self.close_connection = True

    def _part(self, part: bytes | str) -> None:
        sent = part.encode() if isinstance(part, str) else bytes(part)
        if sent:  # an empty chunk would mean the end
            self.wfile.write(b"%x\r\n%b\r\n" % (len(sent), sent))
            self.wfile.flush()

    def _head(self, response: Response, framing: str, value: str) -> None:
        # All of it before any is sent: what a model says may be no header at all.
        headers = {"Content-Type": response.content_type, framing: value, **response.headers}
        clean = [(_plain(name), _plain(text)) for name, text in headers.items()]
        self.send_response_only(response.status)
        for name, text in clean:
            self.send_header(name, text)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what goes wrong is printed where it does, and the rest is counted."""


def _plain(text: str) -> str:
    """A text as part of a header: ASCII in one line. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(f"A header is text, not {type(text).__name__}.")
    return "".join(char for char in text if " " <= char <= "~")
