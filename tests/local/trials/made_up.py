"""Parameters out of botocore's models: valid ones that hit what is there, and broken ones."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from botocore.model import Shape, StructureShape

from jupyter_smext.local.patterns import matches
from tests.local import minimal

#: Members whose values name what is there: an answer's are taken up in later requests.
_NAMES = re.compile(r"(Name|Arn|Id|Key|Token|Marker|ETag|Bucket|Prefix|Url|Version|Status)$", re.I)
#: What is nearly always wrong when it is made up: a token of another list, a digest, an account.
_CLAIM = re.compile(
    r"(next|start|continuation).?(token|marker)$|^marker$|MD5|SHA256|Checksum|BucketOwner|SSECust",
    re.I,
)
_KEPT = 40

STRINGS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202e\u0627\u0644",
    "😀" * 20,
    "e\u0301" * 10,
    "\x7f\x1b[2J",
    "../../../../etc/passwd",
    "..%2f..%2fetc",
    "/etc/passwd",
    "a/../../b",
    "..",
    ".",
    "..\\..\\windows",
    "C:\\x",
    "CON",
    "a\r\nX-Evil: 1",
    "'; drop table resources; --",
    '"><x>&amp;',
    "{name}%s%n${jndi:x}",
    "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    "arn:aws:sagemaker:us-east-1:000000000000:",
    "arn:" + ":" * 50,
    "s3://",
    "s3://../../x",
    "-" * 64,
    "A" * 5000,
)
NUMBERS = (-1, 0, 2**31, 2**63, -(2**63) - 1, 10**30, 1e308, 0.5, float("nan"), float("inf"), True)
_OTHERS = (None, True, 3, 1.5, "text", [], ["x"], {}, {"x": 1}, [[[]]], -1)


@functools.cache
def _word(shape: Shape) -> str:
    try:
        return str(minimal.value(shape))
    except AssertionError:  # no word of its list fits the pattern
        return "fuzz"


class Maker:
    """Makes values of shapes; the same `rng` makes the same ones."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._seen: dict[str, list[str]] = {}

    def learn(self, answer: Any) -> None:
        """Remember the names, ARNs and tokens of an answer."""
        if isinstance(answer, dict):
            for name, value in answer.items():
                if isinstance(value, str):
                    if _NAMES.search(name) and 0 < len(value) < 2000:
                        self.know(name, value)
                else:
                    self.learn(value)
        elif isinstance(answer, list):
            for one in answer[:10]:
                self.learn(one)

    def know(self, member: str, *values: str) -> None:
        """Values that a member of that name may well have."""
        known = self._seen.setdefault(_bare(member), [])
        known += [value for value in values if value not in known]
        del known[:-_KEPT]

    def valid(self, shape: Shape | None) -> dict[str, Any]:
        """Parameters that the model allows, most optional ones left out."""
        return self._value(shape, "", 0) if shape is not None else {}

    def _value(self, shape: Shape, name: str, depth: int) -> Any:
        kind, rules, rng = shape.type_name, shape.metadata, self._rng
        if isinstance(shape, StructureShape):
            chosen = list(shape.required_members)
            optional = [member for member in shape.members if member not in chosen]
            if rng.random() < 0.9:
                optional = [member for member in optional if not _CLAIM.search(member)]
            if getattr(shape, "is_tagged_union", False):
                chosen = [rng.choice(list(shape.members))]
            elif depth < 4 and optional:
                most = min(len(optional), 4 if depth == 0 else 2)
                chosen += rng.sample(optional, rng.randint(0, most))
            return {
                member: self._value(shape.members[member], member, depth + 1) for member in chosen
            }
        if kind == "list":
            low = max(rules.get("min", 0), 0 if depth > 5 else 1)
            count = min(max(low, rng.choice((1, 1, 1, 2))), rules.get("max", 1 << 30), 50)
            return [self._value(shape.member, name, depth + 1) for _ in range(max(count, low))]
        if kind == "map":
            wanted = max(rules.get("min", 0), rng.choice((0, 1, 2)))
            return {
                str(self._value(shape.key, "", depth + 1)): self._value(shape.value, "", depth + 1)
                for _ in range(wanted)
            }
        if kind == "string":
            return self._text(shape, name)
        if kind in ("integer", "long"):
            low = rules.get("min", 0)
            return rng.randint(int(low), int(min(rules.get("max", low + 100), low + 1000)))
        if kind in ("float", "double"):
            low = float(rules.get("min", 0))
            return low + rng.random() * (float(rules.get("max", low + 1)) - low)
        if kind == "boolean":
            return rng.random() < 0.5
        if kind == "timestamp":
            return 1_700_000_000 + rng.randint(0, 100_000_000)
        return rng.choice((b"test", b"", b"1,2,3\n4,5,6\n", bytes(range(256))))

    def _text(self, shape: Shape, name: str) -> str:
        rng = self._rng
        if shape.enum:
            return str(rng.choice(shape.enum))
        known = self._seen.get(_bare(name))
        if known and rng.random() < 0.7:
            return rng.choice(known)
        for _ in range(2):
            tried = f"fuzz-{rng.randint(1, 4)}"
            low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1 << 20)
            if rng.random() < 0.7 and low <= len(tried) <= high:
                if matches(shape.metadata.get("pattern", ".*"), tried):
                    return tried
        return _word(shape)

    # Breaking

    def broken(self, shape: Shape | None) -> tuple[str, dict[str, Any]]:
        """(what was done, parameters): something of valid ones changed, often not allowed."""
        given = self.valid(shape)
        if shape is None:
            return "unknown member", {"NoSuchMember": deepcopy(self._rng.choice(_OTHERS))}
        ways: list[Callable[[Shape, dict[str, Any]], str]] = [
            self._drop,
            self._mistype,
            self._mistype,
            self._string,
            self._string,
            self._number,
            self._null,
            self._unknown,
            self._huge,
            self._deep,
        ]
        done = [self._rng.choice(ways)(shape, given) for _ in range(self._rng.choice((1, 1, 2)))]
        return "; ".join(done), given

    def _places(self, shape: Shape, value: Any, path: str = "") -> list[tuple[Any, Any, Shape]]:
        """(container, key, shape) of everything in a value."""
        found: list[tuple[Any, Any, Shape]] = []
        if isinstance(shape, StructureShape) and isinstance(value, dict):
            for name, one in value.items():
                if name in shape.members:
                    found.append((value, name, shape.members[name]))
                    found += self._places(shape.members[name], one)
        elif shape.type_name == "list" and isinstance(value, list):
            for index, one in enumerate(value):
                found.append((value, index, shape.member))
                found += self._places(shape.member, one)
        elif shape.type_name == "map" and isinstance(value, dict):
            for name, one in value.items():
                found.append((value, name, shape.value))
                found += self._places(shape.value, one)
        return found

    def _place(self, shape: Shape, given: Any, *kinds: str) -> tuple[Any, Any, Shape] | None:
        places = self._places(shape, given)
        fitting = [place for place in places if not kinds or place[2].type_name in kinds]
        return self._rng.choice(fitting) if fitting else None

    def _drop(self, shape: Shape, given: dict[str, Any]) -> str:
        place = self._place(shape, given)
        if place is None or isinstance(place[0], list):
            return self._unknown(shape, given)
        del place[0][place[1]]
        return f"dropped {place[1]}"

    def _mistype(self, shape: Shape, given: dict[str, Any]) -> str:
        place = self._place(shape, given)
        if place is None:
            return self._unknown(shape, given)
        place[0][place[1]] = wrong = deepcopy(self._rng.choice(_OTHERS))
        return f"{place[1]} = {wrong!r}"

    def _string(self, shape: Shape, given: dict[str, Any]) -> str:
        place = self._place(shape, given, "string", "blob")
        if place is None:
            return self._mistype(shape, given)
        place[0][place[1]] = wrong = self._rng.choice(STRINGS)
        return f"{place[1]} = {wrong[:60]!r}"

    def _number(self, shape: Shape, given: dict[str, Any]) -> str:
        place = self._place(shape, given, "integer", "long", "float", "double", "timestamp")
        if place is None:
            return self._string(shape, given)
        place[0][place[1]] = wrong = self._rng.choice(NUMBERS)
        return f"{place[1]} = {wrong!r}"

    def _null(self, shape: Shape, given: dict[str, Any]) -> str:
        place = self._place(shape, given)
        if place is None:
            return self._unknown(shape, given)
        place[0][place[1]] = None
        return f"{place[1]} = null"

    def _unknown(self, shape: Shape, given: dict[str, Any]) -> str:
        given[f"NoSuch{self._rng.randint(1, 9)}"] = deepcopy(self._rng.choice(_OTHERS))
        return "unknown member"

    def _huge(self, shape: Shape, given: dict[str, Any]) -> str:
        place = self._place(shape, given, "string", "list", "map")
        if place is None:
            return self._unknown(shape, given)
        container, key, of = place
        if of.type_name == "string":
            container[key] = self._rng.choice(("x", "é", "/")) * self._rng.choice((300, 70_000))
        elif of.type_name == "list":
            was = container[key]
            one = was[0] if isinstance(was, list) and was else "x"
            container[key] = [one] * self._rng.choice((101, 2000))
        else:
            container[key] = {f"k{number}": "v" for number in range(self._rng.choice((60, 2000)))}
        return f"huge {key}"

    def _deep(self, shape: Shape, given: dict[str, Any]) -> str:
        place = self._place(shape, given)
        if place is None:
            return self._unknown(shape, given)
        nested: Any = "x"
        for _ in range(self._rng.choice((20, 400))):
            nested = [nested] if self._rng.random() < 0.5 else {"x": nested}
        place[0][place[1]] = nested
        return f"deep {place[1]}"


def _bare(name: str) -> str:
    """One name for what members of many operations mean: modelName, ModelName."""
    return name[:1].upper() + name[1:]
