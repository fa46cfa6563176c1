"""The logs of a resource: its streams, and of one the lines, what a search finds, the whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from ..aws.errors import ProblemError
from .handler import SmextHandler
from .problems import bad_request

if TYPE_CHECKING:
    from ..logs.logs import Logs
    from ..logs.readings import Of

#: Lines of an answer where it is not said how many.
COUNT = 500


class LogHandler(SmextHandler):
    """A handler of a resource's logs."""

    async def of(self, kind: str, id: str) -> Of:
        """The resource of the address. Raises a 400 or 404 ProblemError."""
        place = self.place
        declared = await self.kind(kind)
        from ..logs.readings import Of

        return Of(*place, declared, id)

    async def logs(self) -> Logs:
        return await self.services.logs()

    def number(self, name: str, default: int | None = None) -> int | None:
        """A query parameter that is a number. Raises a 400 ProblemError."""
        text = self.query(name)
        return _number(text, name) if text else default


class LogStreamsHandler(LogHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        self.answer(await (await self.logs()).streams(await self.of(kind, id)))


class LogLinesHandler(LogHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str, stream: str) -> None:
        start, count = self.number("start", 0), self.number("count", COUNT)
        known = self.number("known")
        assert start is not None and count is not None
        logs, of = await self.logs(), await self.of(kind, id)
        self.answer(await logs.lines(of, stream, start, count, known))


class LogSearchHandler(LogHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str, stream: str) -> None:
        start = self.number("start", 0)
        assert start is not None
        logs, of = await self.logs(), await self.of(kind, id)
        regex, case = self.query("regex") == "true", self.query("case") == "true"
        wanted = self.query("q")
        self.answer(
            await logs.search(of, stream, wanted, regex=regex, case=case, start=max(0, start))
        )


class LogTextHandler(LogHandler):
    """Text of a log as it is, in pieces: nothing of it may be run by a browser."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("X-Content-Type-Options", "nosniff")

    @property
    def content_security_policy(self) -> str:
        return f"{super().content_security_policy}; sandbox"

    async def send(self, pieces: AsyncIterator[bytes]) -> None:
        self.set_header("Content-Type", self.route.answer_type)
        try:
            async for piece in pieces:
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return  # Nobody wants the rest.
        except (ProblemError, OSError):
            if not self._headers_written:
                raise
            # What was sent looks whole unless it is cut off.
            self.request.connection.stream.close()  # type: ignore[union-attr]
            return
        self.finish(set_content_type=self.route.answer_type)


class LogLineHandler(LogTextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str, stream: str, number: str) -> None:
        logs, of = await self.logs(), await self.of(kind, id)
        pieces = await logs.whole_line(of, stream, _number(number, "line"))

        async def read() -> AsyncIterator[bytes]:
            while piece := await asyncio.to_thread(next, pieces, b""):
                yield piece

        await self.send(read())


class LogDownloadHandler(LogTextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str, stream: str) -> None:
        logs, of = await self.logs(), await self.of(kind, id)
        name, pieces = await logs.download(of, stream)
        file = quote(f"{name.strip('/').replace('/', '-')}.log", safe="")
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{file}")
        await self.send(pieces)


def _number(text: str, name: str) -> int:
    if not text.removeprefix("-").isdecimal() or len(text) > 15:
        raise bad_request(f"{name} is a whole number", f"{text[:80]!r} is none.")
    return int(text)
