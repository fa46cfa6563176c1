"""The model server by itself: the contract, its token, its defaults, as a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_smext.local.serving.front import PLACE, SOCKET, TOKEN, TOKEN_HEADER

ECHO = """
import sys, time
from jupyter_smext.local.serving.front import Refused, serve

def predict(body, content_type, accept):
    if body == b"refuse":
        raise Refused(415, "no such type")
    if body == b"fail":
        raise RuntimeError("broken model")
    if body == b"stream":
        return iter([b"one ", b"", "two"]), "text/plain"
    if body == b"half":
        return half(), "text/plain"
    if body == b"odd":
        return b"1", "text/\\u00e9plain\\r\\nX-Injected: yes"
    if body == b"none":
        return b"1", None
    return body, f"{content_type}|{accept}"

def half():
    yield b"a part"
    raise RuntimeError("broken in the middle")

serve(predict, workers=2, execution_parameters={"MaxPayloadInMB": 6})
"""


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("model")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        # By a relative name, as a test's folder may have a long one.
        back = Path.cwd()
        os.chdir(self._path.parent)
        try:
            self.sock.connect(self._path.name)
        finally:
            os.chdir(back)


@dataclass
class Server:
    """A running model server and what it printed."""

    place: Path
    process: subprocess.Popen[str]

    def ask(
        self, body: bytes | None = None, path: str = "/invocations", **headers: str
    ) -> tuple[int, bytes, str]:
        """(status, body, content type) of a GET, or of a POST of the body."""
        connection = _Connection(self.place / SOCKET)
        given = {"Content-Type": "text/csv", TOKEN_HEADER: "secret"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, body, given)
        answer = connection.getresponse()
        try:
            return answer.status, answer.read(), answer.headers["Content-Type"]
        finally:
            connection.close()


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a model server: `start(*argv, **environment)`; returns once it listens."""
    place = tmp_path / "at"
    place.mkdir()
    started: list[subprocess.Popen[str]] = []

    def run(*argv: str, **environment: str) -> Server:
        (place / TOKEN).write_text("secret")
        process = subprocess.Popen(
            [sys.executable, *argv],
            env={**os.environ, PLACE: str(place), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        while not (place / SOCKET).exists():
            if process.poll() is not None:
                assert process.stdout is not None
                raise AssertionError(process.stdout.read())
            time.sleep(0.02)
        return Server(place, process)

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def model(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Writes a model's folder: `model(script, **files)`; the environment that names it."""

    def write(script: str, **files: str) -> dict[str, str]:
        folder = tmp_path / "ml" / "model"
        (folder / "code").mkdir(parents=True)
        (folder / "code" / "inference.py").write_text(script)
        for name, text in files.items():
            (folder / name).write_text(text)
        return {"SAGEMAKER_BASE_DIR": str(tmp_path / "ml")}

    return write


def test_the_contract_s_paths(start: Start) -> None:
    server = start("-c", ECHO)
    assert server.ask(path="/ping")[0] == 200
    assert server.ask(b"1,2", Accept="text/plain") == (200, b"1,2", "text/csv|text/plain")
    assert server.ask(path="/execution-parameters")[1] == b'{"MaxPayloadInMB": 6}'
    assert server.ask(path="/other")[0] == 404
    assert server.ask(b"", path="/other")[0] == 404


def test_who_has_not_the_token_gets_nothing(start: Start) -> None:
    server = start("-c", ECHO)
    for token in ("", "other", "sécret".encode().decode("latin-1")):
        for body in (None, b"1"):
            try:
                status, answer, _ = server.ask(body, "/ping", **{TOKEN_HEADER: token})
            except BrokenPipeError:
                assert body is not None  # refused before it was sent
                continue
            assert (status, b"token" in answer) == (403, True)


def test_the_token_is_gone_from_the_disk_and_the_socket_is_the_user_s_alone(start: Start) -> None:
    server = start("-c", ECHO)
    assert not (server.place / TOKEN).exists()
    assert (server.place / SOCKET).stat().st_mode & 0o777 == 0o600


def test_a_refusal_keeps_its_status_and_a_failure_its_traceback(start: Start) -> None:
    server = start("-c", ECHO)
    assert server.ask(b"refuse")[:2] == (415, b"no such type")
    status, answer, _ = server.ask(b"fail")
    assert status == 500
    assert answer.endswith(b"RuntimeError: broken model\n")
    assert server.ask(b"again")[0] == 200


def test_parts_come_one_by_one_and_an_empty_one_is_no_end(start: Start) -> None:
    server = start("-c", ECHO)
    assert server.ask(b"stream") == (200, b"one two", "text/plain")


def test_a_stream_that_breaks_is_seen_to_break(start: Start) -> None:
    server = start("-c", ECHO)
    with pytest.raises(http.client.IncompleteRead):
        server.ask(b"half")
    assert server.ask(b"again")[0] == 200


def test_a_type_that_is_none_breaks_no_answer(start: Start) -> None:
    server = start("-c", ECHO)
    assert server.ask(b"odd") == (200, b"1", "text/plainX-Injected: yes")
    status, answer, _ = server.ask(b"none")
    assert (status, b"A header is text, not NoneType" in answer) == (500, True)


def test_a_body_without_its_length_or_over_the_limit_is_refused(start: Start) -> None:
    server = start("-c", ECHO)
    assert server.ask(b"1", Transfer_Encoding="chunked", Content_Length="")[0] == 411
    assert server.ask(b"1", Content_Length=str(1 << 40))[0] == 413


def test_a_connection_serves_many_requests(start: Start) -> None:
    server = start("-c", ECHO)
    connection = _Connection(server.place / SOCKET)
    for number in range(20):
        body = b"fail" if number % 3 == 0 else b"%d" % number
        connection.request("POST", "/invocations", body, {TOKEN_HEADER: "secret"})
        kept = connection.sock
        answer = connection.getresponse().read()
        assert answer == body or b"broken model" in answer
        assert connection.sock is kept
    connection.close()


SCRIPT = """
import os

def model_fn(model_dir):
    print("loaded once", flush=True)
    return float(open(os.path.join(model_dir, "factor")).read())

def predict_fn(data, model):
    return data * model
"""


def test_a_script_without_the_rest_gets_scikit_learn_s_defaults(
    start: Start, model: Callable[..., dict[str, str]]
) -> None:
    import io

    import numpy as np

    server = start(*_SERVE, **model(SCRIPT, factor="2"))
    assert server.ask(b"1,2\n3,4") == (200, b"[[2.0, 4.0], [6.0, 8.0]]", "application/json")
    assert server.ask(b"[[1, 2]]", Content_Type="application/json")[1] == b"[[2.0, 4.0]]"
    assert server.ask(b"1,2", Accept="text/csv") == (200, b"2.0\n4.0\n", "text/csv")
    sent = io.BytesIO()
    np.save(sent, np.array([[1.5, 2]]))
    status, body, kind = server.ask(
        sent.getvalue(), Content_Type="application/x-npy", Accept="application/x-npy"
    )
    assert (status, kind) == (200, "application/x-npy")
    assert np.load(io.BytesIO(body)).tolist() == [[3.0, 4.0]]


def test_types_that_there_are_none_of(start: Start, model: Callable[..., dict[str, str]]) -> None:
    server = start(*_SERVE, **model(SCRIPT, factor="2"))
    status, body, _ = server.ask(b"1", Content_Type="image/png")
    assert (status, b"image/png is not supported" in body) == (415, True)
    status, body, _ = server.ask(b"1", Accept="image/png")
    assert (status, b"image/png is not supported" in body) == (406, True)
    assert server.ask(b"1,2", Accept="image/png, text/csv;q=0.5")[0] == 200


def test_an_array_of_python_objects_is_not_unpickled(
    start: Start, model: Callable[..., dict[str, str]]
) -> None:
    import io

    import numpy as np

    sent = io.BytesIO()
    np.save(sent, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    server = start(*_SERVE, **model(SCRIPT, factor="2"))
    status, body, _ = server.ask(sent.getvalue(), Content_Type="application/x-npy")
    assert (status, b"allow_pickle=False" in body) == (500, True)


WHOLE = """
import json

def model_fn(model_dir, context):
    return context.system_properties["model_dir"]

def transform_fn(model, data, content_type, accept, context):
    if data == "stream":
        return (f"part {number};" for number in range(3)), "text/plain"
    if data == "status":
        context.set_response_status(code=418)
    context.set_response_header(0, "X-Amzn-SageMaker-Custom-Attributes", "done")
    said = context.get_request_header(0, "x-amzn-sagemaker-custom-attributes")
    return json.dumps({"said": said, "type": content_type, "accept": accept})
"""


def test_transform_fn_sees_and_sets_what_the_context_has(
    start: Start, model: Callable[..., dict[str, str]]
) -> None:
    server = start(*_SERVE, **model(WHOLE))
    attributes = {"X_Amzn_SageMaker_Custom_Attributes": "trace=1"}
    status, body, _ = server.ask(b"x", Accept="text/plain", **attributes)
    assert status == 200
    assert json.loads(body) == {"said": "trace=1", "type": "text/csv", "accept": "text/plain"}
    assert server.ask(b"stream") == (200, b"part 0;part 1;part 2;", "text/plain")
    assert server.ask(b"status")[0] == 418


def test_a_model_that_cannot_be_loaded_says_why(
    start: Start, model: Callable[..., dict[str, str]]
) -> None:
    with pytest.raises(AssertionError, match="No such file or directory.*factor"):
        start(*_SERVE, **model(SCRIPT))


def test_a_program_that_is_not_there_is_named(
    start: Start, model: Callable[..., dict[str, str]]
) -> None:
    with pytest.raises(AssertionError, match="SAGEMAKER_PROGRAM names other.py"):
        start(*_SERVE, **model(SCRIPT), SAGEMAKER_PROGRAM="other.py")


def test_a_model_without_model_fn_is_told_so(
    start: Start, model: Callable[..., dict[str, str]]
) -> None:
    with pytest.raises(AssertionError, match="provide a model_fn"):
        start(*_SERVE, **model("x = 1"))


def test_xgboost_scripts_get_a_dmatrix(start: Start, model: Callable[..., dict[str, str]]) -> None:
    script = """
import json

def model_fn(model_dir):
    return None

def predict_fn(data, model):
    return [data.num_row(), data.num_col()]
"""
    server = start("-m", "jupyter_smext.local.serving", "xgboost", **model(script))
    assert server.ask(b"1,2,\n3,4,5")[1] == b"[2, 3]"
    libsvm = b"0:1 3:2\n1:1"
    assert server.ask(libsvm, Content_Type="text/libsvm")[1] == b"[2, 4]"
    assert server.ask(b"x", Content_Type="image/png")[0] == 415


def test_lines_of_requirements_that_are_not_met() -> None:
    from jupyter_smext.local.serving.requirements import missing

    met = "numpy>=1\n\n# nothing\nPyTest  # the runner\nno-such-thing; python_version < '3'\n"
    assert missing(met) == []
    unmet = ["numpy<1", "no-such-thing", "-e .", "numpy @ https://example.com/numpy.whl"]
    assert missing("\n".join(unmet)) == unmet


def test_a_script_gets_the_requirements_that_are_missing(
    start: Start, model: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    wheel = tmp_path / "tinything-1.0-py3-none-any.whl"
    about = "tinything-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tinything.py", "WORD = 'from the wheel'")
        file.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n")
        file.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{about}/RECORD", "")
    script = """
import tinything

def model_fn(model_dir):
    return None

def transform_fn(model, data, content_type, accept):
    return tinything.WORD
"""
    environment = model(script, **{"code/requirements.txt": "tinything==1.0\n"})
    packages = tmp_path / "packages"
    pip = {
        "PIP_NO_INDEX": "1",
        "PIP_TARGET": str(packages),
        "PYTHONPATH": str(packages),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    with pytest.raises(AssertionError, match="No matching distribution found for tinything"):
        start(*_SERVE, **environment, **pip)
    server = start(*_SERVE, **environment, **pip, PIP_FIND_LINKS=str(tmp_path))
    assert server.ask(b"x")[1] == b"from the wheel"


_SERVE = ("-m", "jupyter_smext.local.serving", "sklearn")
