"""One process that serves a model: its start until /ping answers, requests to it, its end."""

from __future__ import annotations

import asyncio
import io
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...client_environment import client_environment
from ...contract import ServiceError
from ...serving.front import PLACE, PORT, SOCKET, TOKEN_HEADER
from ..supervision import Ending, Order, Step, Tree, namespaces
from ..supervision.log_tail import tail
from .files import ServerFiles
from .serving import Serving

if TYPE_CHECKING:
    import aiohttp

_POLL_SECONDS = 0.02
_PACKAGE_ROOT = Path(__file__).resolve().parents[4]
_PING_SECONDS = 2.0
#: Bytes from which on a body goes out piece by piece, so that it does not hold up the others.
_LARGE = 1 << 20
#: The longest name of a Unix socket: 108 bytes on Linux, 104 on macOS, with the 0 at its end.
_LONGEST = 103


class ServerFailed(Exception):
    """A model server that did not come up; the message says why, with the end of its log."""


class ServerUnreached(Exception):
    """A model server that died and whose death is about to be noticed: it got nothing."""


class ServerGone(Exception):
    """A model server that ended, or broke off, while it had a request."""


class ModelServer:
    """One start of a model server. `launch`, then `post`; `ended` and `end` at any time."""

    def __init__(self, serving: Serving, number: int) -> None:
        self._serving = serving
        self.files: ServerFiles = serving.files.server(number)
        #: As an EC2 instance's: it names the server's log stream.
        self.instance = f"i-{secrets.token_hex(9)[1:]}"
        #: Requests that are with it now.
        self.in_flight = 0
        self._tree: Tree | None = None
        self._session: aiohttp.ClientSession | None = None
        self._token = ""
        self._folder = -1
        self._base = "http://model"

    @property
    def pid(self) -> int:
        """The process on top of its tree. It has to be launched."""
        assert self._tree is not None
        return self._tree.pid

    async def launch(self) -> None:
        """Start it and wait until /ping answers 200. Raises ServerFailed."""
        try:
            self._token = await asyncio.to_thread(self.files.prepare)
            self._tree = tree = await Tree.spawn(self._order())
        except OSError as error:
            raise ServerFailed(f"The model server could not be started: {error}") from error
        gone = asyncio.ensure_future(tree.wait())
        try:
            if not await self._answers(gone):
                raise ServerFailed(self.reason(await gone, "before it answered"))
        except BaseException:
            await self.end()
            raise
        finally:
            gone.cancel()

    async def post(
        self, body: bytes, headers: Mapping[str, str], timeout: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse:
        """Send an invocation; the answer is read by the caller, and released.

        Raises ServerUnreached when nothing of it was sent, ServerGone when the server broke off,
        and asyncio.TimeoutError when no answer begins in time.
        """
        import aiohttp

        if self._session is None:
            raise ServerUnreached("it has ended")
        try:
            return await self._session.post(
                f"{self._base}/invocations",
                data=body if len(body) < _LARGE else io.BytesIO(body),
                headers={**headers, TOKEN_HEADER: self._token},
                timeout=timeout,
            )
        except aiohttp.ClientConnectorError as error:
            raise ServerUnreached(str(error)) from error
        except aiohttp.ClientError as error:
            raise ServerGone(str(error) or type(error).__name__) from error

    async def ended(self) -> Ending:
        """Wait for it to end, by itself or by `end`. Raises StillRunning."""
        assert self._tree is not None
        return await self._tree.wait()

    async def end(self) -> None:
        """End it and all it started. Raises StillRunning."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1
        if self._tree is not None:
            await self._tree.end()

    def reason(self, ending: Ending, when: str) -> str:
        """Why it ended, from its exit and its log."""
        return self._words(f"The model server {ending.words} {when}.")

    def _words(self, what: str) -> str:
        secrets = (self._serving.engine.keys.secret_key, self._token)
        printed = tail(self.files.root, self.files.log, secrets)
        return f"{what} Log: {printed}" if printed else what

    def _order(self) -> Order:
        serving, files = self._serving, self.files
        seen_as_opt_ml = namespaces() is None
        packages = files.home / "packages"
        base = {} if seen_as_opt_ml else {"SAGEMAKER_BASE_DIR": str(serving.files.opt_ml)}
        return Order(
            steps=[Step(serving.command, files.log)],
            resource=serving.arn,
            engine_home=serving.engine.home,
            home=files.home,
            tmp=files.tmp,
            cwd=files.root,
            limits=serving.limits,
            environment={
                "PYTHONUNBUFFERED": "1",
                # A script's requirements are its server's own: the engine's Python stays as it is.
                "PIP_TARGET": str(packages),
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                # In a checkout the package is found by the engine's working directory.
                "PYTHONPATH": os.pathsep.join(map(str, (packages, _PACKAGE_ROOT))),
                **serving.environment,
                **client_environment(
                    serving.engine, serving.region, files.home, network=serving.network
                ),
                **base,
                PLACE: str(files.place),
            },
            opt_ml=serving.files.opt_ml if seen_as_opt_ml else None,
            network=serving.network,
            visible=(serving.files.opt_ml,),
        )

    async def _answers(self, gone: asyncio.Future[Ending]) -> bool:
        """Wait until /ping answers; False when the server ends. Raises ServerFailed: too late."""
        until = asyncio.get_running_loop().time() + self._serving.start_seconds
        while not gone.done():
            if self._session is None and self._listens():
                self._session = self._connect()
            if await self.ping():
                return True
            await asyncio.wait([gone], timeout=_POLL_SECONDS)
            if asyncio.get_running_loop().time() > until:
                raise ServerFailed(
                    self._words(
                        f"The model server did not answer within {self._serving.start_seconds:g} "
                        "seconds."
                    )
                )
        return False

    def _listens(self) -> bool:
        return (self.files.place / (PORT if sys.platform == "win32" else SOCKET)).exists()

    async def ping(self) -> bool:
        """Whether it answers /ping, within the 2 seconds that AWS gives it."""
        if self._session is None:
            return False
        import aiohttp

        try:
            async with self._session.get(
                f"{self._base}/ping",
                headers={TOKEN_HEADER: self._token},
                timeout=aiohttp.ClientTimeout(total=_PING_SECONDS),
            ) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, asyncio.TimeoutError):
            return False  # not yet: the caller asks again, and gives up by its own clock

    def _connect(self) -> aiohttp.ClientSession:
        import aiohttp

        connector: aiohttp.BaseConnector
        if sys.platform == "win32":
            self._base = f"http://127.0.0.1:{(self.files.place / PORT).read_text()}"
            connector = aiohttp.TCPConnector(limit=0)
        else:
            connector = aiohttp.UnixConnector(str(self._socket()), limit=0)
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    def _socket(self) -> Path:
        """The socket by a name that is short enough. Raises ServerFailed where there is none."""
        whole = self.files.place / SOCKET
        if len(os.fsencode(whole)) <= _LONGEST:
            return whole
        if sys.platform != "linux":
            raise ServerFailed(
                f"The path {whole} is longer than a Unix socket's may be, {_LONGEST} bytes. Choose "
                "a shorter SMEXT_LOCAL_HOME."
            )
        self._folder = os.open(self.files.place, os.O_RDONLY | os.O_DIRECTORY)
        return Path(f"/proc/self/fd/{self._folder}") / SOCKET


def missing_client() -> ServiceError | None:
    """The refusal where the HTTP client for model servers is not installed."""
    import importlib.util

    if importlib.util.find_spec("aiohttp") is not None:
        return None
    return ServiceError(
        "UnsupportedOperation",
        f"Endpoints need aiohttp, which the Python of the local engine ({sys.executable}) does not "
        "have. Install it there: pip install jupyter_smext[local]",
    )
