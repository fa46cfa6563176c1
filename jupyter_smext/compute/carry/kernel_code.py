"""Code run in a kernel of the server without a trace in the notebook, its answer as JSON."""

from __future__ import annotations

import json
import queue
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from ...aws.problems import ProblemError, problem

if TYPE_CHECKING:
    from importlib.abc import Traversable

#: 0 to 1, or None when that is not known, and words.
Progress = Callable[[float | None, str], None]

#: How long a kernel that is doing nothing may take to say so.
PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 1.0
_TRIES = 5
_PICKLING = ("packing", "unpacking")
_ANSWER = "application/vnd.jupyter-smext+json"

#: Evaluated as a user expression: names are looked up in the notebook, none is set there.
_EXPRESSION = """\
(lambda space: (__import__("builtins").exec({bootstrap!r}, space), space["told"])[1])(
    {{"source": {source!r}, "arguments": {arguments!r}}}
)"""
_BOOTSTRAP = f"""\
import json
space = {{"__name__": "jupyter_smext_inside", "arguments": json.loads(arguments)}}
try:
    exec(compile(source, "<jupyter_smext>", "exec"), space)
    said = json.dumps({{"answer": space["answer"]}})
except Exception as error:
    # Let through, it would be taken for the notebook's last error by %debug.
    said = json.dumps({{"error": type(error).__name__, "detail": str(error)}})
class Told:
    def __init__(self, text):
        self.text = text
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {{"{_ANSWER}": self.text}}
told = Told(said)
"""

#: Imports a module of `inside` in the kernel, from the text that was sent, and calls it.
_CALL = """\
import importlib.abc
import importlib.util
import sys
class Sent(importlib.abc.InspectLoader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name in sources else None
    def get_source(self, name):
        return sources[name]
    def is_package(self, name):
        return any(other.startswith(name + ".") for other in sources)
sources = arguments["sources"]
sent = Sent()
sys.meta_path.insert(0, sent)
try:
    module = importlib.import_module("smext_inside." + arguments["module"])
    answer = getattr(module, arguments["function"])(**arguments["given"])
finally:
    sys.meta_path.remove(sent)
    for name in sources:
        sys.modules.pop(name, None)
"""


async def run_json(
    kernel: Any,
    code: str,
    timeout: float = 60.0,
    *,
    arguments: dict[str, Any] | None = None,
    patience: float = PATIENCE_SECONDS,
) -> dict[str, Any]:
    """Run Python `code` and return what it leaves in `answer`, which must be JSON.

    `kernel` is a kernel manager (`kernel_manager.get_kernel(id)`) or a client of one. The code runs
    in a namespace of its own that holds `arguments`; nothing reaches the history or the output of a
    cell. A kernel that does not take it within `patience` seconds is busy; `timeout` is the code's.
    Raises ProblemError: busy, dead, not Python, not answered in time, or failed.
    """
    expression = _EXPRESSION.format(
        bootstrap=_BOOTSTRAP, source=code, arguments=json.dumps(arguments or {})
    )
    async with _shell(kernel) as shell:
        await shell.greet(patience)
        deadline = time.monotonic() + timeout
        reply = await shell.execute(expression, deadline)
        for _ in range(_TRIES):
            if reply["status"] != "aborted":
                break
            # A cell before it failed, and took with it what stood in the queue.
            reply = await shell.execute(expression, deadline)
    said = reply.get("user_expressions", {}).get("answer", {})
    text = said.get("data", {}).get(_ANSWER)
    if text is None:
        raise _failed(said.get("ename", reply["status"]), said.get("evalue", "no answer came"))
    answer = json.loads(text)
    if "error" in answer:
        raise _failed(answer["error"], answer["detail"])
    return dict(answer["answer"])


async def run_inside(
    kernel: Any, module: str, function: str, timeout: float = 60.0, **arguments: Any
) -> dict[str, Any]:
    """Call a function of a module of `inside`; `patience` among `arguments` is `run_json`'s."""
    patience = arguments.pop("patience", PATIENCE_SECONDS)
    sources = _inside() | (_cloudpickle() if module in _PICKLING else {})
    call = {"module": module, "function": function, "given": arguments, "sources": sources}
    return await run_json(kernel, _CALL, timeout, arguments=call, patience=patience)


@cache
def _inside() -> dict[str, str]:
    return _texts("smext_inside", resources.files(__package__) / "inside")


@cache
def _cloudpickle() -> dict[str, str]:
    """This environment's, for every kernel: many have none, and versions need not agree."""
    return _texts("smext_inside.cloudpickle", resources.files("cloudpickle"))


def _texts(name: str, folder: Traversable) -> dict[str, str]:
    """The modules of a package as text."""
    return {
        f"{name}.{each.name[:-3]}".replace(".__init__", ""): each.read_text(encoding="utf-8")
        for each in folder.iterdir()
        if each.name.endswith(".py")
    }


class _Shell:
    """A shell channel of its own: other clients' replies do not get here."""

    def __init__(self, client: AsyncKernelClient, kernel: Any) -> None:
        self._client = client
        self._kernel = kernel

    async def greet(self, patience: float) -> None:
        """Return when the kernel does nothing else. Raises ProblemError: busy, or not Python."""
        info = await self._reply(self._client.kernel_info(), time.monotonic() + patience)
        if info is None:
            raise ProblemError(
                problem(
                    "conflict",
                    "The kernel is busy",
                    "It runs a cell and takes nothing else until that ends.",
                    "Wait for the cell, or interrupt it.",
                )
            )
        language = str(info.get("language_info", {}).get("name", "this"))
        if language != "python":
            raise ProblemError(
                problem(
                    "invalid",
                    f"This cannot be done in {language} kernels",
                    "Variables and packages are looked at in Python kernels only.",
                    "Switch without them.",
                )
            )

    async def execute(self, expression: str, deadline: float) -> dict[str, Any]:
        asked = self._client.execute(
            "",
            silent=True,
            store_history=False,
            allow_stdin=False,
            stop_on_error=False,
            user_expressions={"answer": expression},
        )
        reply = await self._reply(asked, deadline)
        if reply is None:
            raise ProblemError(
                problem(
                    "conflict",
                    "The kernel did not answer in time",
                    "It is still at work on what it was asked, or on a cell.",
                    "Wait until it is idle, and try again.",
                )
            )
        return reply

    async def _reply(self, asked: str, deadline: float) -> dict[str, Any] | None:
        """The content of the reply; None at the deadline. Raises ProblemError: the kernel died."""
        probe = ""
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = await self._client.get_shell_msg(timeout=min(left, _LOOK_SECONDS))
            except queue.Empty:
                if not await self._alive():
                    raise _died() from None
                # Requests are taken in turn: an answer to a later one says that the first is lost.
                probe = probe or self._client.kernel_info()
                continue
            parent = message["parent_header"].get("msg_id")
            content = message["content"]
            # `KernelLost` is the bridge's word for a remote kernel that is no longer there.
            if parent == probe or content.get("ename") == "KernelLost":
                raise _died()
            if parent == asked:
                return dict(content)
        return None

    async def _alive(self) -> bool:
        alive = getattr(self._kernel, "is_alive", None)
        return bool(await alive()) if alive is not None else True


@asynccontextmanager
async def _shell(kernel: Any) -> AsyncIterator[_Shell]:
    managed = not isinstance(kernel, AsyncKernelClient)
    if managed and not await kernel.is_alive():
        raise _died()
    client = AsyncKernelClient()
    client.load_connection_info(kernel.get_connection_info(session=False))
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    try:
        yield _Shell(client, kernel if managed else None)
    finally:
        client.stop_channels()


def _died() -> ProblemError:
    return ProblemError(
        problem(
            "conflict",
            "The kernel has died",
            "It ended or was restarted before it answered: its variables are gone.",
            "Start it again and run the notebook's cells.",
        )
    )


def _failed(name: str, detail: str) -> ProblemError:
    return ProblemError(
        problem(
            "broken",
            "The kernel could not do what it was asked",
            f"{name}: {detail}"[:2000],
            "Try again; if it stays, restart the kernel.",
        )
    )
