"""Every List operation: pages of the records that its filters keep, in the order asked for."""

from __future__ import annotations

import base64
import bisect
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import nouns
from ..contract import ServiceError, operation_model
from . import records
from .filters import filters
from .list_plan import Detail, Plan, at, sort_member, summary
from .sagemaker import Answer, Call

if TYPE_CHECKING:
    from ..engine import Engine


@dataclass(frozen=True)
class Row:
    """A record as a list sees it."""

    key: str
    detail: Detail
    summary: Any


class Lists:
    """Rows and orders of each list, kept until a record of its noun is written."""

    def __init__(self, engine: Engine) -> None:
        self._store = engine.store
        self._secret = engine.keys.secret_key.encode()
        self._rows: dict[tuple[str, str], tuple[int, list[Row]]] = {}
        self._orders: dict[tuple[str, str, str], tuple[int, list[tuple[Any, Row]]]] = {}

    def rows(self, region: str, how: Plan) -> tuple[int, list[Row]]:
        """Every record of a list, with the version it is of."""
        version = self._store.version(region, how.noun.name)
        known = self._rows.get((region, how.operation))
        if known is None or known[0] != version:
            made = [
                Row(key, detail, summary(how, detail))
                for _, key, detail in self._store.all(how.noun.name, region)
                if not detail.get("_unlisted")
            ]
            known = self._rows[region, how.operation] = (version, made)
        return known

    def ordered(self, region: str, how: Plan, member: str) -> list[tuple[Any, Row]]:
        """The rows with their sort value, ascending; rows without the member first."""
        version, rows = self.rows(region, how)
        known = self._orders.get((region, how.operation, member))
        if known is None or known[0] != version:
            path = how.paths.get(member, (member,))
            pairs = [(place(at(row.detail, path), row.key), row) for row in rows]
            pairs.sort(key=lambda pair: pair[0])
            known = self._orders[region, how.operation, member] = (version, pairs)
        return known[1]

    def seal(self, query: str, position: Any) -> str:
        """An opaque token: where the next page of this query starts."""
        body = json.dumps([query, position]).encode()
        sign = hmac.digest(self._secret, body, hashlib.sha256)[:12]
        return base64.urlsafe_b64encode(sign + body).decode()

    def open(self, query: str, token: str) -> Any:
        """The position in a token. Raises ValidationException when it is not one of this query."""
        try:
            data = base64.urlsafe_b64decode(token.encode())
            sign, body = data[:12], data[12:]
            if not hmac.compare_digest(sign, hmac.digest(self._secret, body, hashlib.sha256)[:12]):
                raise ValueError("not ours")
            made_for, position = json.loads(body)
            if made_for != query:
                raise ValueError("of another query")
        except ValueError:
            raise ServiceError(
                "ValidationException",
                "Invalid pagination token: it must be the NextToken of this same query.",
            ) from None
        return position


def answer(how: Plan, call: Call) -> Answer:
    """One page."""
    given = call.parameters
    _check_parents(how, call)
    lists = call.engine.lists
    member = how.sort
    if given.get("SortBy"):
        member = sort_member(how.noun, how.element, given["SortBy"])
    order = str(given.get("SortOrder", "")).lower()
    descending = order == "descending" if order else how.descending
    pairs = lists.ordered(call.region, how, member)
    # Nothing is left of nothing, whatever is asked: only real rows need the filter understood.
    keep = filters(how, call) if pairs else None
    query = _digest(call, member, descending)
    limit = given.get("MaxResults") or how.page
    start, step = (len(pairs) - 1, -1) if descending else (0, 1)
    if "NextToken" in given:
        position = tuple(lists.open(query, given["NextToken"]))
        if descending:
            start = bisect.bisect_left(pairs, position, key=lambda pair: pair[0]) - 1
        else:
            start = bisect.bisect_right(pairs, position, key=lambda pair: pair[0])
    page: list[Any] = []
    last: Any = None
    index = start
    while 0 <= index < len(pairs):
        position, row = pairs[index]
        if keep is None or keep(row.detail):
            if len(page) == limit:
                return {how.result: page, "NextToken": lists.seal(query, last)}
            page.append(row.summary)
            last = position
        index += step
    return {how.result: page}


def _check_parents(how: Plan, call: Call) -> None:
    required = operation_model("sagemaker", call.operation).input_shape.required_members
    for member in required:
        parent = nouns.owner(member)
        if parent and parent != how.noun.name:
            records.locate(call, nouns.find(parent), str(call.parameters[member]))


def place(value: Any, key: str) -> tuple[int, Any, str]:
    """Where a record stands in an order; records without the value come first."""
    if isinstance(value, str):
        return (2, value, key)
    return (0, 0, key) if value is None or isinstance(value, dict | list) else (1, value, key)


def _digest(call: Call, member: str, descending: bool) -> str:
    asked = {k: v for k, v in call.parameters.items() if k not in ("NextToken", "MaxResults")}
    text = json.dumps([call.operation, call.region, asked, member, descending], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
