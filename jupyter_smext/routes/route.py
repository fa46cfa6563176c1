"""The declaration of one route: handlers are driven by it, and openapi.json is made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

PREFIX = "smext/api"


@dataclass(frozen=True)
class Query:
    """A query parameter."""

    name: str
    about: str
    required: bool = False
    type: str = "string"


CONNECTION = Query("connection", "Connection id: local, environment or profile:NAME", True)
REGION = Query("region", "AWS region", True)
PLACE = (CONNECTION, REGION)


@dataclass(frozen=True)
class Route:
    """One method of one path; `{name}` in the path stands for a whole segment, percent-decoded.

    `body` and `answer` are types of the wire (None: no body); `form` bodies are posted by a form
    of the browser, and read for their XSRF token alone; `answer_type` is the answer's media type.
    """

    method: str
    path: str
    summary: str
    query: tuple[Query, ...] = ()
    body: Any = None
    form: bool = False
    answer: Any = None
    status: int = 200
    answer_type: str = "application/json"

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def pattern(self) -> str:
        """The path as tornado's regular expression, under the server's base URL."""
        return rf"/{PREFIX}/" + re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.path.replace(".", r"\."))
