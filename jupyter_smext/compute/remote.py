"""A remote Jupyter server behind a presigned URL: signed in to, asked, and signed in to again."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from ..aws.errors import ProblemError
from ..aws.problems import problem
from ..protocol import Cause
from . import answers, websocket
from .bridge.frames import KERNEL_V1
from .handshake import Refused
from .hosts import may_lead

#: A request that nothing was heard of for so long has failed.
TIMEOUT_SECONDS = 60.0
#: Of a kernel's websocket.
_OPENED_SECONDS = 60.0
#: Of a session's time, after this part it is signed in anew before the next request.
_RENEWED_AFTER = 0.9
_SIGNED_OUT = frozenset((301, 302, 303, 307, 308, 401, 403))
_HOPS = 20
#: Whatever Jupyter answers is less; without an end it would fill this machine's memory.
_MOST_BYTES = 256 << 20
#: Of an answer as it came, before it was read.
_OF_THE_BODY = ("content-encoding", "content-length", "transfer-encoding")
_CAUSES: dict[int, Cause] = {403: "denied", 404: "not_found", 409: "conflict", 429: "throttled"}


class NotInService(ProblemError):
    """AWS signs nobody in, as nothing runs there; whatever ran is gone."""


class RemoteJupyter:
    """One signed-in session with one remote Jupyter server, for one event loop.

    `presign()` answers a fresh URL that signs in once (AWS CreatePresigned…Url); `base_path` is
    where the server lies below its host, `name` what the texts call it, `session_seconds` how long
    a sign-in lasts. All that fails raises ProblemError; a redirect, a 401, 403 or a page of HTML
    from the API means that the session has ended: it is signed in again, once.
    """

    def __init__(
        self,
        presign: Callable[[], Awaitable[str]],
        base_path: str,
        name: str,
        session_seconds: float,
    ) -> None:
        self.name = name
        self._presign = presign
        self._base_path = base_path
        self._base = ""
        self._session_seconds = session_seconds
        self._renew_at = 0.0
        #: How often it was signed in; a request knows by it whether somebody else just did.
        self.signed_in = 0
        #: Whether it has ever answered a ping of a websocket: a front door may swallow them.
        self.answers_pings = False
        self._lock = asyncio.Lock()
        self._tls = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or None)
        _keep_quiet()
        self._http = httpx.AsyncClient(
            verify=self._tls,
            timeout=TIMEOUT_SECONDS,
            # What runs on this machine is behind no proxy.
            mounts={"all://127.0.0.1": None, "all://localhost": None},
        )

    async def sign_in(self) -> None:
        """Sign in, whether or not a session is there."""
        await self._sign_in(self.signed_in)

    async def _sign_in(self, seen: int) -> None:
        """Sign in, unless somebody else did since `seen`."""
        async with self._lock:
            if self.signed_in > seen:
                return
            try:
                url = await self._presign()
            except ProblemError as error:
                raise self._not_open(error) from error
            self._http.cookies.clear()
            answer = await self._page(url, url)
            if answer.status_code >= 400:
                raise ProblemError(
                    problem(
                        "signed_out",
                        f"The sign-in to {self.name} was refused",
                        f"It answered {answer.status_code} to its own presigned URL.",
                        "Try again; if it stays, look at its Jupyter log.",
                    )
                )
            # The presigned URL of a space leads from the domain's host to its own.
            host = answer.url
            self._base = f"{host.scheme}://{host.netloc.decode()}{self._base_path}"
            if not self._xsrf:
                # Some servers set it only on a rendered page.
                await self._page(f"{self._base}/lab", url)
            self._renew_at = time.monotonic() + self._session_seconds * _RENEWED_AFTER
            self.signed_in += 1

    async def _page(self, url: str, presigned: str) -> httpx.Response:
        """A page, by redirects that stay where the presigned URL may lead."""
        if not may_lead(presigned, httpx.URL(url)):
            raise self._elsewhere(url)
        answer = await self._send("GET", url)
        for _ in range(_HOPS):
            if answer.next_request is None:
                return answer
            if not may_lead(presigned, answer.next_request.url):
                raise self._elsewhere(str(answer.next_request.url))
            answer = await self._passed_on(answer.next_request)
        raise ProblemError(
            problem(
                "signed_out", f"The sign-in to {self.name} leads in a circle", next="Try again."
            )
        )

    def _elsewhere(self, url: str) -> ProblemError:
        parts = urlsplit(url)
        return ProblemError(
            problem(
                "signed_out",
                f"The sign-in to {self.name} leads elsewhere",
                f"It was sent on to {parts.scheme}://{parts.netloc}, which is not AWS's host for "
                "it, or not encrypted: nothing was sent there.",
                "Open it from the panel to see what it asks for.",
            )
        )

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask for `path`, below the server's base; `options` are httpx's. Raises ProblemError.

        So does an answer of more than `most` bytes, which is read no further.
        """
        more = options.pop("headers", {})
        for again in (False, True):
            seen = await self._session()
            answer = await self._send(
                method, self._base + path, headers={**self._headers(), **more}, **options
            )
            if again or not _signed_out(path, answer):
                break
            await self._sign_in(seen)
        if _signed_out(path, answer):
            raise ProblemError(
                problem(
                    "signed_out",
                    f"{self.name} does not take the sign-in",
                    f"It answered {answer.status_code} just after a fresh one.",
                    "Try again; if it stays, your role may not use this Jupyter server.",
                )
            )
        if answer.status_code >= 400:
            raise ProblemError(
                problem(
                    _CAUSES.get(answer.status_code, "broken"),
                    f"The Jupyter server of {self.name} answered {answer.status_code}",
                    f"{_message(answer)} ({method} {path.partition('?')[0]})",
                )
            )
        return answer

    async def kernelspecs(self) -> dict[str, Any]:
        """Its kernelspecs as `GET /api/kernelspecs` answers them."""
        answer = await self.request("GET", "/api/kernelspecs", params=UNTRACKED)
        return dict(answers.told(self.name, answer, answers.Kernelspecs))

    async def kernels(self) -> list[dict[str, Any]]:
        """Its kernels as `GET /api/kernels` answers them."""
        answer = await self.request("GET", "/api/kernels", params=UNTRACKED)
        return list(answers.told(self.name, answer, list[answers.Kernel]))

    async def sessions(self) -> list[dict[str, Any]]:
        """Its sessions as `GET /api/sessions` answers them."""
        answer = await self.request("GET", "/api/sessions", params=UNTRACKED)
        return list(answers.told(self.name, answer, list[answers.Session]))

    async def kernel(self, id: str, **options: Any) -> dict[str, Any] | None:
        """One kernel; None when there is no such one, which only Jupyter itself can say."""
        try:
            path = f"/api/kernels/{quote(id, safe='')}"
            answer = await self.request("GET", path, params=UNTRACKED, **options)
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise
        return dict(answers.told(self.name, answer, answers.Kernel))

    async def channels(
        self, kernel_id: str, session_id: str, on_message: websocket.OnMessage
    ) -> websocket.WebSocket:
        """Open the websocket of a kernel; `on_message(None)` is its end. Raises ProblemError."""
        path = f"/api/kernels/{quote(kernel_id, safe='')}/channels"
        query = urlencode({"session_id": session_id})
        for again in (False, True):
            seen = await self._session()
            url = f"{self._base.replace('http', 'ws', 1)}{path}?{query}"
            headers = {**self._headers(), "Cookie": self._cookies(path)}
            opening = websocket.connect(url, headers, KERNEL_V1, on_message, self._tls)
            try:
                return await asyncio.wait_for(opening, _OPENED_SECONDS)
            except Refused as error:
                if error.code not in _SIGNED_OUT or again:
                    raise ProblemError(
                        problem(
                            _CAUSES.get(error.code, "broken"),
                            f"{self.name} answered {error.code} where the kernel's line begins",
                            error.reason,
                        )
                    ) from error
                await self._sign_in(seen)
            except (OSError, asyncio.TimeoutError) as error:
                raise self._silent(error) from error
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close its idle connections; websockets are their owners'."""
        await self._http.aclose()

    async def _session(self) -> int:
        """See to a session; its number. One that ends soon is renewed before it does."""
        if not self.signed_in or time.monotonic() > self._renew_at:
            await self._sign_in(self.signed_in)
        return self.signed_in

    async def _send(
        self, method: str, url: str, *, most: int = _MOST_BYTES, **options: Any
    ) -> httpx.Response:
        return await self._passed_on(self._http.build_request(method, url, **options), most)

    async def _passed_on(self, request: httpx.Request, most: int = _MOST_BYTES) -> httpx.Response:
        try:
            answer = await self._http.send(request, stream=True)
            try:
                parts = []
                async for part in answer.aiter_bytes():
                    most -= len(part)
                    if most < 0:
                        raise self._endless(request)
                    parts.append(part)
            finally:
                await answer.aclose()
            headers = [each for each in answer.headers.multi_items() if each[0] not in _OF_THE_BODY]
            whole = httpx.Response(
                answer.status_code, headers=headers, content=b"".join(parts), request=request
            )
            whole.next_request = answer.next_request
            return whole
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise self._silent(error) from error

    def _endless(self, request: httpx.Request) -> ProblemError:
        return ProblemError(
            problem(
                "conflict",
                f"{self.name} sends more than was asked for",
                f"{request.method} {request.url.path}",
                "Open it and look whether its Jupyter works.",
            )
        )

    def _silent(self, error: Exception) -> ProblemError:
        return ProblemError(
            problem(
                "offline",
                f"{self.name} does not answer",
                f"{type(error).__name__}: {error}".rstrip(": "),
                "Look whether it is InService, and check the network.",
            )
        )

    def _not_open(self, error: ProblemError) -> ProblemError:
        """AWS's refusal of a presigned URL; the usual one is that nothing runs there."""
        why = error.problem
        if "InService" not in why.detail:
            return error
        return NotInService(
            problem(
                "conflict",
                f"{self.name} is not InService",
                why.detail,
                "Start it, and try again.",
                code=why.code,
                request_id=why.request_id,
            )
        )

    @property
    def _xsrf(self) -> str:
        cookies = (each.partition("=") for each in self._cookies("/").split("; "))
        return next((value for name, _, value in cookies if name == "_xsrf"), "")

    def _cookies(self, path: str) -> str:
        """Those of its own host: the domain that a space belongs to has others."""
        request = httpx.Request("GET", self._base + path)
        self._http.cookies.set_cookie_header(request)
        return str(request.headers.get("Cookie", ""))

    def _headers(self) -> dict[str, str]:
        url = urlsplit(self._base)
        return {
            "X-XSRFToken": self._xsrf,
            "Origin": f"{url.scheme}://{url.netloc}",
            "Referer": f"{self._base}/lab",
        }


#: What only looks must not keep an idle server up (jupyter_server, APIHandler).
UNTRACKED = {"no_track_activity": "1"}


def _keep_quiet() -> None:
    """These log presigned URLs and cookies: only who names them gets that."""
    for name, level in (("httpx", logging.WARNING), ("httpcore", logging.INFO)):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(level)


def _signed_out(path: str, answer: httpx.Response) -> bool:
    kind = answer.headers.get("content-type", "")
    # A page where the API speaks JSON is somebody's sign-in form.
    page = path.startswith("/api/") and kind.startswith("text/html")
    return answer.status_code in _SIGNED_OUT or (page and answer.status_code < 500)


def _message(answer: httpx.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return answer.text[:300]
    return str(said.get("message") or said) if isinstance(said, dict) else str(said)[:300]
