"""Filter patterns mean what AWS's guide says, and what is not run is refused."""

from __future__ import annotations

import json

import pytest

from jupyter_smext.local.contract import ServiceError
from jupyter_smext.local.logs.pattern import matcher

LINES = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[WARN 1] something",
    "[INFO] fine",
]


# The guide's own examples, but for the last three.
@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("ERROR", [0, 1, 2]),
        ("ERROR ARGUMENTS", [2]),
        ("?ERROR ?WARN", [0, 1, 2, 3]),
        ('"BAD REQUEST"', [0]),
        ('"[ERROR 401]"', [1]),
        ("ERROR -ARGUMENTS", [0, 1]),
        ('ERROR -"401] UN"', [0, 2]),
        ("-ERROR", [3, 4]),
        ("error", []),
        ('?"ERROR 400" ?fine', [0, 4]),
        ("  INFO   fine  ", [4]),
    ],
)
def test_terms(pattern: str, found: list[int]) -> None:
    fits = matcher(pattern)
    assert [number for number, line in enumerate(LINES) if fits(line)] == found


EVENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "latency": 0.25,
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "cluster.name": "c",
    "path": 'a"b\\c',
}


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.eventType = UpdateTrail }", True),
        ('{ $.eventType != "UpdateTrail" }', False),
        ('{ $.eventType = "Update" }', False),
        ('{ $.sourceIPAddress = "111.111.*" }', True),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ('{ $.eventType = "*pda*rail" }', True),
        ('{ $.eventType = "*pda*rails" }', False),
        ('{ $.eventType = "UpdateTrail*UpdateTrail" }', False),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[1] = "value" }', False),
        ('{ $.arrayKey[*] = "another value" }', True),
        ('{ $.arrayKey[7] = "value" }', False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[*].id > 2 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.eventType IS NULL }", False),
        ("{ $.nothing IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.latency >= 0.25 }", True),
        ("{ $.latency > 2.5e-1 }", False),
        ("{ $.latency < 1 && $.latency > .1 }", True),
        ("{ $.ThisFlag = 1 }", False),
        ('{ ($.user.id = 1) && ($.user.email = "John*") }', True),
        ('{ $.user.id = 2 || $.user.id = 1 && $.eventType = "no" }', False),
        ('{ ($.user.id = 2 || $.user.id = 1) && $.eventType = "Up*" }', True),
        ("{$.user.id=1}", True),
        ('{ $["cluster.name"] = "c" }', True),
        (r'{ $.path = "a\"b\\c" }', True),
    ],
)
def test_json(pattern: str, fits: bool) -> None:
    assert matcher(pattern)(json.dumps(EVENT)) is fits


def test_what_is_not_json_fits_no_json_pattern() -> None:
    fits = matcher("{ $.a NOT EXISTS }")
    for line in ("plain", "", "[1]", '{"a": ', '"a"', "{" * 5000):
        assert not fits(line)
    assert fits(' {"b": 1}')


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("%ERROR%", "regular expressions"),
        ("[ip, user]", "space-delimited"),
        ("?a b", "cannot be combined"),
        ("?a -b", "cannot be combined"),
        ("a-b", "in quotes"),
        ('"open', "not understood"),
        ('""', "empty term"),
        ("-", "in quotes"),
        ("{", "ends too early"),
        ("{ }", "not understood"),
        ("{ $.a }", "not understood"),
        ("{ $.a = }", "not understood"),
        ('{ $.a > "b" }', "not understood"),
        ("{ $.a = %x% }", "not understood"),
        ("{ $.a = 1 && }", "not understood"),
        ("{ $.a = 1 } x", "not understood"),
        ("{ ($.a = 1 }", "not understood"),
        ("{ $.a IS ODD }", "not understood"),
        ("{ $.a NOT THERE }", "not understood"),
        ("{ a = 1 }", "not understood"),
        ("{ " + "(" * 400 + "$.a = 1" + ")" * 400 + " }", "not understood"),
    ],
)
def test_the_rest_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(ServiceError, match=why) as error:
        matcher(pattern)
    assert error.value.code == "InvalidParameterException"


def test_no_message_is_slow_to_match() -> None:
    text = json.dumps({"a": "ab" * 100_000})
    assert not matcher('{ $.a = "*a*b*a*b*a*c*" }')(text)
