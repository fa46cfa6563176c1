"""What all routes share: parsing of the request by its declaration, and the one error writer."""

from __future__ import annotations

import re
from http.client import responses
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..aws.errors import ProblemError
from ..decoding import decode_json
from .problems import bad_request, problem_for
from .route import Route

if TYPE_CHECKING:
    from ..inventory import Watched
    from ..kinds import Kind
    from .services import Services

BODY_LIMIT = 1_000_000
ID_LIMIT = 2048
CONNECTION = re.compile(r"local|environment|profile:.+")
# As botocore: any host label may name a region, nothing else may come near a host name.
REGION = re.compile(r"(?!\d+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")

T = TypeVar("T")


def checked_place(connection: str, region: str) -> tuple[str, str]:
    """The two as they are; raises a 400 ProblemError for what cannot name one."""
    if not CONNECTION.fullmatch(connection):
        raise bad_request(
            "This is not the name of a connection",
            f"{connection[:80]!r} should be local, environment or profile:NAME.",
        )
    if not REGION.fullmatch(region):
        raise bad_request(
            "This is not the name of a region",
            f"{region[:80]!r} should read like us-east-1.",
        )
    return connection, region


class SmextHandler(APIHandler):
    """A thin handler; `routes` hold its declarations by HTTP method."""

    auth_resource = "smext"
    body_limit = BODY_LIMIT
    routes: dict[str, Route]

    def initialize(self, routes: dict[str, Route]) -> None:
        self.routes = routes

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        for name, value in self.path_kwargs.items():
            if value and len(value) > ID_LIMIT:
                raise bad_request(
                    f"The {name} is too long",
                    f"It has {len(value)} characters; AWS allows fewer than {ID_LIMIT}.",
                )

    @property
    def services(self) -> Services:
        return cast("Services", self.settings["smext"])

    @property
    def route(self) -> Route:
        """The declaration of what is being answered."""
        return self.routes[self.request.method]

    def query(self, name: str) -> str:
        """A declared query parameter; an absent or empty one that is required is a 400 Problem."""
        declared = next(query for query in self.route.query if query.name == name)
        value = str(self.get_query_argument(name, ""))
        if declared.required and not value:
            raise bad_request(f"The query parameter {name} is missing", declared.about)
        if len(value) > ID_LIMIT:
            raise bad_request(f"The query parameter {name} is too long")
        return value

    @property
    def place(self) -> tuple[str, str]:
        """Connection and region of the call."""
        return checked_place(self.query("connection"), self.query("region"))

    async def watched(self) -> Watched:
        """The inventory of the call's connection and region."""
        return await self.services.watched(*self.place)

    async def kind(self, name: str) -> Kind:
        return await self.services.kind(name)

    def body(self, type: type[T]) -> T:
        """The JSON body as `type`; an absent body is an empty object."""
        raw = self.request.body
        if len(raw) > self.body_limit:
            raise bad_request(
                "The request is too large",
                f"It has {len(raw):,} bytes; {self.body_limit:,} are allowed.",
                status=413,
            )
        try:
            return decode_json(raw or b"{}", type=type)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise bad_request("The request's body does not parse", str(error)) from error

    def answer(self, value: Any = None) -> None:
        """Finish with the declared status and `value` as JSON."""
        self.set_status(self.route.status)
        if self.route.answer is None:
            self.finish()
            return
        body = value if isinstance(value, bytes) else msgspec.json.encode(value)
        self.finish(body, set_content_type=self.route.answer_type)

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> None:
        return None

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Only what nobody foresaw is logged, with its traceback; a Problem goes to the user."""
        if isinstance(value, web.HTTPError) or value is None:
            super().log_exception(typ, value, tb)
        elif isinstance(value, ProblemError) or problem_for(value).status < 500:
            problem = problem_for(value)
            self.log.debug("%s: %s (%s)", problem.cause, problem.title, problem.code)
        else:
            self.log.error(
                "The extension failed in %s %s",
                self.request.method,
                self.request.path,
                exc_info=(type(value), value, tb),
            )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = (kwargs.get("exc_info") or (None, None))[1]
        problem = problem_for(error or web.HTTPError(status_code))
        self.set_status(problem.status, responses.get(problem.status, "Problem"))
        self.write_problem(problem)

    def write_problem(self, problem: Any) -> None:
        self.finish(msgspec.json.encode(problem), set_content_type="application/problem+json")
