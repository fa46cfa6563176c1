"""What there is in S3, and how resources hang together by it and by their names."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from .handler import SmextHandler
from .problems import bad_request

if TYPE_CHECKING:
    from ..objects.asked import Place

CHUNK = 1024 * 1024
RANGE = re.compile(r"bytes=(\d{1,15}-\d{0,15}|-\d{1,15})")


class ObjectsHandler(SmextHandler):
    """A handler that is about a place in S3."""

    async def s3(self) -> Place:
        connection, region = self.place
        sessions = await self.services.sessions()
        from ..objects.asked import Place

        return Place(sessions, connection, region)

    @property
    def uri(self) -> str:
        """The URI as it was sent: tornado would trim it, and keys may begin and end with spaces.

        Raises a 400 ProblemError for what is no URI of S3.
        """
        from ..objects.uri import split

        raw = self.request.query_arguments.get("uri", [b""])[-1]
        try:
            uri = raw.decode()
        except UnicodeDecodeError as error:
            raise bad_request("The URI is no UTF-8", str(error)) from error
        split(uri)
        return uri


class BucketsHandler(ObjectsHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place = await self.s3()
        from ..objects.listing import buckets

        self.answer(await asyncio.to_thread(buckets, place))


class FolderHandler(ObjectsHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place, uri = await self.s3(), self.uri
        from ..objects.listing import page

        self.answer(await asyncio.to_thread(page, place, uri, self.query("next") or None))


class SumHandler(ObjectsHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place, uri = await self.s3(), self.uri
        from ..objects.listing import sum_of

        self.answer(await asyncio.to_thread(sum_of, place, uri))


class ObjectHandler(ObjectsHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        place, uri = await self.s3(), self.uri
        from ..objects.preview import object_of

        self.answer(await asyncio.to_thread(object_of, place, uri))


class UsedByHandler(SmextHandler):
    @web.authenticated
    @authorized
    async def get(self, kind: str, id: str) -> None:
        watched = await self.watched()
        from ..inventory.used_by import used_by

        self.answer(await used_by(watched, await self.kind(kind), id))


class ObjectContentHandler(ObjectsHandler):
    """The bytes of an object, which are never a page of this server's: a file to be saved."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        place, uri = await self.s3(), self.uri
        from ..objects.reading import Content
        from ..objects.uri import name_of, split

        asked = self.request.headers.get("Range", "")
        # What is no range that S3 knows is answered whole, as RFC 9110 says.
        part = asked if RANGE.fullmatch(asked) else None
        content = await asyncio.to_thread(Content, place, uri, part)
        bucket, key = split(uri)
        try:
            chunk = await asyncio.to_thread(content.read, CHUNK)
            self.set_status(206 if part and "ContentRange" in content.answer else 200)
            for header, member in (
                ("Content-Length", "ContentLength"),
                ("Content-Range", "ContentRange"),
                ("ETag", "ETag"),
            ):
                if member in content.answer:
                    self.set_header(header, str(content.answer[member]))
            self.set_header("Accept-Ranges", "bytes")
            self.set_header("Content-Type", self.route.answer_type)
            name = quote(name_of(key) or bucket, safe="")
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
            while chunk:
                self.write(chunk)
                await self.flush()
                chunk = await asyncio.to_thread(content.read, CHUNK)
        except StreamClosedError:
            return  # Nobody wants the rest.
        finally:
            await asyncio.to_thread(content.close)
        self.finish(set_content_type=self.route.answer_type)

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("X-Content-Type-Options", "nosniff")

    @property
    def content_security_policy(self) -> str:
        return f"{super().content_security_policy}; sandbox"
