"""Ask the engine thousands of things made up from botocore's models, right and wrong ones.

    python3 dev.py fuzz engine [--count 10000] [--seed 1] [--service s3] [--show]

A finding is a 5xx, an error or an answer that botocore cannot read or whose form its model does not
allow, no answer, a plainly invalid request that is accepted, or a refused one that left a trace.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import random
import re
import sys
import time
import xml.etree.ElementTree
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import cbor2
from botocore import parsers, validate
from botocore.model import OperationModel

from jupyter_smext.local.contract import service_model
from tests.local.minimal import faults_of
from tests.local.trials import raw
from tests.local.trials.engine_process import EngineProcess, engine_process
from tests.local.trials.kept import Kept, changed_by
from tests.local.trials.made_up import Maker
from tests.local.trials.running import Traffic
from tests.local.trials.worker import BUCKET

#: How often each is asked, of a hundred requests, and its name in a signature.
SERVICES = {
    "sagemaker": (30, "sagemaker"),
    "s3": (20, "s3"),
    "sagemaker-runtime": (8, "sagemaker"),
    "logs": (10, "logs"),
    "cloudwatch": (8, "monitoring"),
    "iam": (8, "iam"),
    "cloudformation": (4, "cloudformation"),
    "sts": (2, "sts"),
    "service-quotas": (4, "servicequotas"),
    "pricing": (2, "pricing"),
    "resourcegroupstaggingapi": (1, "tagging"),
    "application-autoscaling": (3, "application-autoscaling"),
}
_PROTOCOLS = {
    "cloudwatch": ("smithy-rpc-v2-cbor", "smithy-rpc-v2-cbor", "json", "query"),
    "resourcegroupstaggingapi": ("smithy-rpc-v2-cbor", "json"),
}
#: Bytes of a request's head, as Python shows it, beyond which an HTTP server may hang up.
_HEAD = 40_000
#: No request here gives an engine so much to do, not even on a busy machine.
_SLOW_SECONDS = 5.0
#: AWS's words for more than it takes now: "documented" 5xx.
_BUSY = frozenset({"SlowDown", "ServiceUnavailable", "ThrottlingException", "Throttling"})
_NOT_RUN = frozenset({"UnknownOperationException", "InvalidAction", "NotImplemented"})
#: Where the models are wrong: they require an endpoint even of a definition that looks at batch
#: transforms, have the ARNs of device fleets in IAM, and know one storage class of versions.
_GAPS = re.compile(
    r"\.JobDefinitionSummaries\[\]\.EndpointName is missing|.*DeviceFleetArn is arn:aws:sagema.*"
    r"|\.Versions\[\]\.StorageClass is .*"
)
_KNOWN = {
    "CopySource": ("fuzz-1/fuzz-1", "/fuzz-2/fuzz-2"),
    "EndpointName": ("traffic",),
    "RoleName": ("SageMakerLocalExecutionRole",),
    "ServiceCode": ("sagemaker", "AmazonSageMaker"),
    "ServiceNamespace": ("sagemaker",),
    "CurrencyCode": ("USD",),
    "VersionId": ("null",),
    "LogGroupName": ("fuzz-1", "fuzz-2"),
    "LogStreamName": ("fuzz-1", "fuzz-2"),
}
_MAKES = ("Create", "Put", "Register", "Add", "Upload", "Copy", "Update")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.:#_]+")
#: Starting a JupyterLab for each instance that is made up would measure the machine's memory.
_FAULTS = ({"kind": "capacity", "noun": "NotebookInstance"}, {"kind": "capacity", "noun": "App"})


@dataclass
class Fuzz:
    """One run against an engine; `findings` say what was wrong."""

    engine: EngineProcess
    rng: random.Random
    services: list[str]
    show: bool = False
    findings: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    broken: int = 0

    def __post_init__(self) -> None:
        keys = self.engine.state
        host = f"127.0.0.1:{self.engine.port}"
        self._signer = raw.Signer(host, keys["access_key"], keys["secret_key"])
        self._connection = raw.Connection(self.engine.port)
        self._kept = Kept(self.engine)
        self._maker = Maker(self.rng)
        self._not_run: Counter[tuple[str, str]] = Counter()
        self._given: dict[str, Any] = {}

    def run(self, count: int) -> None:
        """Send `count` requests."""
        self.engine.fault(*_FAULTS)
        self._begin()
        started = time.monotonic()
        mark = self._kept.mark()
        for number in range(1, count + 1):
            service = self.rng.choices(
                self.services, [SERVICES[name][0] for name in self.services]
            )[0]
            sent, model, invalid = self._make(service)
            asked = time.monotonic()
            try:
                answer = self._connection.ask(sent)
            except TimeoutError:
                self._find(number, sent, model, "no answer in a minute")
                continue
            problem = self._problem(sent, model, answer, invalid)
            took = time.monotonic() - asked
            if took > _SLOW_SECONDS and not problem:
                problem = f"took {took:.1f} s"
            if problem:
                self._find(number, sent, model, problem, answer)
            now = self._kept.mark()
            if now != mark and not 200 <= answer.status < 400:
                # What ran from before may have written: alone, the request says the truth.
                if trace := changed_by(self._kept, functools.partial(self._connection.ask, sent)):
                    self._find(number, sent, model, f"left a trace: {trace[:5]}", answer)
                now = self._kept.mark()
            mark = now
            if number % 1000 == 0:
                rate = number / (time.monotonic() - started)
                print(f"{number} requests, {rate:.0f}/s, {len(self.findings)} findings", flush=True)
        self._connection.close()
        self._kept.close()

    def _begin(self) -> None:
        """Something of each service to ask about, and its names."""
        for number in (1, 2, 3):
            name = f"fuzz-{number}"
            self.engine.client("s3").create_bucket(Bucket=name)
            self.engine.client("s3").put_object(Bucket=name, Key=name, Body=b"1,2,3\n")
            self.engine.client("logs").create_log_group(logGroupName=name)
            self.engine.client("logs").create_log_stream(logGroupName=name, logStreamName=name)
        endpoint = Traffic(self.engine, self.rng)
        endpoint.client("s3").create_bucket(Bucket=BUCKET)
        endpoint.prepare()
        self.findings += endpoint.problems
        for member, values in _KNOWN.items():
            self._maker.know(member, *values)

    def _make(self, service: str) -> tuple[raw.Sent, OperationModel, bool]:
        """A request, its operation, and whether its parameters are certainly not allowed."""
        rng = self.rng
        while True:
            model = self._operation(service)
            protocol = rng.choice(
                _PROTOCOLS.get(service, (service_model(service).metadata["protocol"],))
            )
            way = rng.choices(("valid", "broken", "spoiled", "tampered"), (45, 35, 13, 7))[0]
            done: tuple[str, ...] = ("valid",)
            if way == "broken":
                said, given = self._maker.broken(model.input_shape)
                done = (said,)
            else:
                given = self._maker.valid(model.input_shape)
            self._given = given
            sent = raw.written(model, given, protocol)
            if sent is None:
                continue
            sent = sent.but("; ".join(done))
            if way == "spoiled":
                sent = raw.spoiled_before(sent, rng)
            head = [sent.target, *(f"{name}: {value}" for name, value in sent.headers.items())]
            if len(repr(head)) > _HEAD or any(c < " " for text in head for c in text):
                sent = sent.but("no HTTP", formed=False)
            signed = self._signer.sign(sent, SERVICES[service][1])
            if way == "tampered":
                signed = raw.spoiled_after(signed, rng)
            self.broken += way != "valid"
            invalid = way == "broken" and protocol == "json" and _is_invalid(model, given)
            return signed, model, invalid

    def _operation(self, service: str) -> OperationModel:
        model = service_model(service)
        while True:
            name = self.rng.choice(model.operation_names)
            # What the engine does not run says so, always: once is enough to know.
            if self._not_run[service, name] and self.rng.random() < 0.98:
                continue
            # More is made than deleted, so that there is something to ask about.
            often = 1.0 if name.startswith(_MAKES) else 0.1 if name.startswith("Delete") else 0.4
            if self.rng.random() < often:
                return model.operation_model(name)

    def _problem(
        self, sent: raw.Sent, model: OperationModel, answer: raw.Answer, invalid: bool
    ) -> str:
        """What is wrong with an answer; '' when nothing is."""
        self.statuses[f"{answer.status // 100}xx" if answer.status else "closed"] += 1
        if answer.status == 0:
            return "" if not sent.formed else "the connection was closed without an answer"
        if not sent.formed:
            return f"{answer.status}" if answer.status >= 500 else ""
        if answer.status in (304,) or answer.status < 300:
            if invalid:
                return "accepted what the model does not allow"
            return self._answer_problem(sent, model, answer)
        return self._error_problem(sent, model, answer)

    def _error_problem(self, sent: raw.Sent, model: OperationModel, answer: raw.Answer) -> str:
        if sent.method == "HEAD":
            return f"{answer.status}" if answer.status >= 500 else ""
        protocol = _spoken(answer, sent.protocol)
        try:
            _well_formed(protocol, answer.body)
            found = parsers.create_parser(protocol).parse(_response(answer), model.output_shape)
            error = found["Error"]
            code, message = error["Code"], error.get("Message")
        except (KeyError, ValueError, parsers.ResponseParserError) as problem:
            return f"an error that cannot be read: {problem!r}"
        self.codes[f"{answer.status} {code}"] += 1
        if code in _NOT_RUN:
            self._not_run[model.service_model.service_name, model.name] += 1
        if answer.status >= 500 and code not in _BUSY:
            return f"{answer.status} {code}: {message}"
        if not _CODE.fullmatch(code) or not message:
            return f"an error without a code or words: {code!r}: {message!r}"
        if answer.status < 400:
            return f"{answer.status} for an error"
        return ""

    def _answer_problem(self, sent: raw.Sent, model: OperationModel, answer: raw.Answer) -> str:
        shape = model.output_shape
        rest = sent.protocol.startswith("rest") and sent.done[0] != "valid"
        if rest or len(sent.done) > 1 or sent.method == "HEAD":
            return ""  # a request that is not what it was meant to be may be another operation's
        if shape is None:
            return ""
        try:
            if shape.serialization.get("payload") is None and answer.body:
                _well_formed(sent.protocol, answer.body)
            if any(member.serialization.get("eventstream") for member in shape.members.values()):
                return ""
            response = _response(answer)
            if getattr(model, "has_streaming_output", False):
                response["body"] = io.BytesIO(answer.body)  # as a stream, which is not read as text
            found = parsers.create_parser(sent.protocol).parse(response, shape)
        except (ValueError, parsers.ResponseParserError) as problem:
            return f"an answer that cannot be read: {problem!r}"
        found.pop("ResponseMetadata", None)
        self._maker.learn(found)
        self._maker.learn(self._given)
        found = json.loads(answer.body) if sent.protocol == "json" and answer.body else found
        faults = [fault for fault in faults_of(shape, found) if not _GAPS.fullmatch(fault)]
        return f"the answer: {'; '.join(faults[:3])}" if faults else ""

    def _find(
        self,
        number: int,
        sent: raw.Sent,
        model: OperationModel,
        what: str,
        answer: raw.Answer | None = None,
    ) -> None:
        where = f"{model.service_model.service_name}.{model.name}"
        said = f"#{number} {where} ({'; '.join(filter(None, sent.done))}): {what}"
        self.findings.append(said)
        if len(self.findings) <= 40 or self.show:
            print(said, flush=True)
        if self.show:
            print(f"    {sent.method} {sent.target[:300]}\n    {sent.body[:600]!r}", flush=True)
            if answer is not None:
                print(f"    -> {answer.status} {answer.body[:400]!r}", flush=True)


def _is_invalid(model: OperationModel, given: dict[str, Any]) -> bool:
    """Whether botocore itself would refuse the parameters: a type, or a member that is missing."""
    if model.input_shape is None:
        return False
    try:
        report = validate.ParamValidator().validate(given, model.input_shape)
    except (OverflowError, RuntimeError, ValueError):
        return False  # a time or a depth that its reader cannot take
    # AWS takes null for a member that was left out, and passes over members it does not know.
    said = report.generate_report()
    return "Missing required parameter" in said


def _spoken(answer: raw.Answer, protocol: str) -> str:
    """The protocol an error is in: a request may be spoiled so that it looks like another one."""
    kind = answer.headers.get("content-type", "")
    if "cbor" in kind:
        return "smithy-rpc-v2-cbor"
    if "xml" in kind:
        return "query" if b"<ErrorResponse" in answer.body else "rest-xml"
    if "json" in kind:
        return "rest-json" if "x-amzn-errortype" in answer.headers else "json"
    return protocol


def _well_formed(protocol: str, body: bytes) -> None:
    """Raises ValueError. botocore's parsers take broken JSON for an empty answer."""
    if protocol in ("json", "rest-json"):
        json.loads(body)
    elif protocol == "smithy-rpc-v2-cbor":
        cbor2.loads(body)
    else:
        try:
            xml.etree.ElementTree.fromstring(body)
        except xml.etree.ElementTree.ParseError as error:
            raise ValueError(str(error)) from None


def _response(answer: raw.Answer) -> dict[str, Any]:
    return {"status_code": answer.status, "headers": answer.headers, "body": answer.body}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="dev.py fuzz engine")
    parser.add_argument("--count", type=int, default=10_000, help="how many requests")
    parser.add_argument("--seed", type=int, default=1, help="the same makes the same requests")
    parser.add_argument("--service", choices=SERVICES, action="append", help="only these")
    parser.add_argument("--show", action="store_true", help="print what was sent and answered")
    given = parser.parse_args()
    with engine_process() as engine:
        fuzz = Fuzz(engine, random.Random(given.seed), given.service or list(SERVICES), given.show)
        fuzz.run(given.count)
        alive = engine.answers()
        failures = engine.log.read_text(errors="replace").count("Traceback (most recent call last)")
    statuses = ", ".join(f"{count} {status}" for status, count in fuzz.statuses.most_common())
    print(f"Answers: {statuses}. Codes: {dict(fuzz.codes.most_common(60))}")
    if not alive:
        fuzz.findings.append("the engine does not answer any more")
    if failures:
        print(f"The engine's log has {failures} tracebacks.")
        fuzz.findings.append(f"{failures} tracebacks in the engine's log")
    print(
        f"{given.count} requests ({fuzz.broken} broken), seed {given.seed}: "
        f"{len(fuzz.findings)} findings"
    )
    return 1 if fuzz.findings else 0


if __name__ == "__main__":
    sys.exit(main())
