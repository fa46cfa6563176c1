"""A home with an AWS configuration of its own, and an endpoint that answers what a test says."""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

KEYS = """
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"""


@dataclass
class Answer:
    """One HTTP answer; JSON 1.1's content type unless `headers` say another."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One HTTP request as it came."""

    path: str
    target: str
    headers: dict[str, str]
    body: bytes


class Endpoint:
    """Answers from a queue, the last answer for ever; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: deque[Answer] = deque([Answer()])
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, *answers: Answer | dict[str, Any]) -> None:
        """Answer these, in order, from now on."""
        self._answers = deque(
            answer if isinstance(answer, Answer) else Answer(json.dumps(answer).encode())
            for answer in answers
        )

    def refuse(self, code: str, message: str = "No.", status: int = 400, **headers: str) -> None:
        """Answer an error of the JSON protocol from now on."""
        body = json.dumps({"__type": code, "message": message}).encode()
        self.answer(Answer(body, status, headers))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
                endpoint.asked.append(Asked(self.path, target, dict(self.headers), body))
                answers = endpoint._answers
                answer = answers.popleft() if len(answers) > 1 else answers[0]
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("x-amzn-RequestId", "request-1")
                for name, value in answer.headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture(autouse=True)
def aws_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home: no profile, key or token of this machine reaches a test."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("SMEXT_LOCAL_HOME", str(home / "engine"))
    # botocore reads HOME for this one when it is imported.
    tokens = str(home / ".aws" / "sso" / "cache")
    monkeypatch.setattr("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", tokens)
    monkeypatch.setattr("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", tokens)
    return home


@pytest.fixture
def configure(aws_home: Path) -> Callable[[str], None]:
    """Write ~/.aws/config."""

    def write(text: str) -> None:
        (aws_home / ".aws" / "config").write_text(text, encoding="utf-8")

    return write
