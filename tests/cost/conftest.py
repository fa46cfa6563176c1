"""Stands in for AWS's Price List API and Service Quotas; botocore's model checks both ways."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws import clients
from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.cost import Prices
from tests.aws.conftest import aws_home, configure

from .goods import product, quota, texts

__all__ = ["aws_home", "configure"]

ENVIRONMENT, REGION = "environment", "us-east-1"
SERVICES = {"AWSPriceListService": "pricing", "ServiceQuotasV20190624": "service-quotas"}


@functools.cache
def operation(service: str, name: str) -> Any:
    from botocore.session import Session

    return Session().get_service_model(service).operation_model(name)


@dataclass
class Shop:
    """What it answers; `failures` are by operation: error code and HTTP status."""

    products: list[dict[str, Any]] = field(default_factory=list)
    quotas: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page: int = 100
    failures: dict[str, tuple[str, int]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    wait: threading.Event = field(default_factory=threading.Event)

    def counted(self, name: str) -> int:
        return sum(asked == name for asked, _ in self.asked)

    def answer(self, service: str, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        key = "PriceList" if name == "GetProducts" else "Quotas"
        items: list[Any] = self.quotas.get(name, [])
        if name == "GetProducts":
            assert asked["ServiceCode"] == "AmazonSageMaker" and asked["FormatVersion"] == "aws_v1"
            items = texts(*(one for one in self.products if self._fits(one, asked["Filters"])))
        first = int(asked.get("NextToken", 0))
        more = first + self.page < len(items)
        answer: dict[str, Any] = {key: items[first : first + self.page]}
        if more:
            answer["NextToken"] = str(first + self.page)
        from botocore.validate import ParamValidator

        report = ParamValidator().validate(answer, operation(service, name).output_shape)
        assert not report.has_errors(), report.generate_report()
        return answer

    @staticmethod
    def _fits(product: dict[str, Any], filters: list[dict[str, str]]) -> bool:
        goods = product["product"]
        facts = {**goods["attributes"], "productFamily": goods["productFamily"]}
        return all(
            one["Type"] == "TERM_MATCH" and facts.get(one["Field"]) == one["Value"]
            for one in filters
        )


def handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            target, _, name = self.headers["X-Amz-Target"].partition(".")
            shop.asked.append((name, body))
            shop.wait.wait(30)
            status, answer = 200, None
            if name in shop.failures:
                code, status = shop.failures[name]
                answer = {"__type": code, "message": "No."}
            else:
                answer = shop.answer(SERVICES[target], name, body)
            told = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("x-amzn-RequestId", "request-1")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def shop(aws_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """AWS as the connection `environment` reaches it; nothing is tried twice."""
    shop = Shop(
        products=[product(), product("Notebook", "ml.t3.medium", "0.0500000000")],
        quotas={"ListServiceQuotas": [quota("ml.m5.large for endpoint usage", 4)]},
    )
    shop.wait.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(shop))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    monkeypatch.setattr(clients, "ATTEMPTS", 1)
    yield shop
    shop.wait.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    made = Sessions()
    yield made
    made.close()


@pytest.fixture
def prices(shop: Shop, sessions: Sessions, tmp_path: Path) -> Prices:
    """Prices of a server that keeps them in `tmp_path`; two hosting ml.m5.large run."""
    return Prices(
        sessions, tmp_path, lambda connection, region: {"hosting": {"ml.m5.large": 2}, "studio": {}}
    )
