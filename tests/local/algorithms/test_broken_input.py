"""Whatever bytes come, a reader says that they are unreadable: it neither fails nor guesses."""

from __future__ import annotations

import json
import struct

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_smext.local.algorithms import formats, invocation, recordio
from jupyter_smext.local.algorithms.formats import Unreadable
from jupyter_smext.local.algorithms.table import CSV, JSON, JSON_LINES, LIBSVM, PROTOBUF
from jupyter_smext.local.serving.front import Refused

_WHOLE = recordio.write(
    recordio.Record(
        {"values": recordio.Tensor(np.arange(3.0), np.arange(3), (3,))},
        {"values": recordio.Tensor(np.ones(1))},
    )
    for _ in range(2)
)
_NUMBERS = st.one_of(st.floats(width=32), st.integers(-(2**70), 2**70), st.text(max_size=3))
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["instances", "data", "features", "values", "keys", "shape"]), inner
        ),
    ),
    max_leaves=12,
)


def _answers(body: bytes, content_type: str) -> None:
    supported = (CSV, JSON, JSON_LINES, LIBSVM, PROTOBUF)
    try:
        matrix = invocation.read(body, content_type, 3, supported)
    except Refused as refused:
        assert refused.status == 400
    else:
        assert matrix.shape[1] == 3 and formats.finite(matrix)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([CSV, JSON, JSON_LINES, LIBSVM, PROTOBUF]))
def test_any_bytes_in_any_format(body: bytes, content_type: str) -> None:
    _answers(body, content_type)


@settings(max_examples=300, deadline=None)
@given(_JSON)
def test_any_json(value: object) -> None:
    _answers(json.dumps(value).encode(), JSON)
    _answers(json.dumps({"instances": [value]}).encode(), JSON)
    _answers(json.dumps({"features": value}).encode(), JSON_LINES)
    _answers(json.dumps({"features": {"values": value, "keys": value}}).encode(), JSON_LINES)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='0123456789:.-+e,; \n"nq#i', max_size=40))
def test_any_lines_of_numbers(text: str) -> None:
    _answers(text.encode(), CSV)
    _answers(text.encode(), LIBSVM)
    try:
        formats.read_libsvm(text.encode())
    except Unreadable:
        pass


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(_WHOLE) - 1), st.integers(0, 255), st.binary(max_size=30))
def test_records_with_a_wrong_byte_or_of_any_bytes(at: int, byte: int, body: bytes) -> None:
    _answers(_WHOLE[:at] + bytes([byte]) + _WHOLE[at + 1 :], PROTOBUF)
    _answers(_WHOLE[:at], PROTOBUF)
    framed = struct.pack("<II", 0xCED7230A, len(body)) + body + bytes(-len(body) % 4)
    _answers(framed, PROTOBUF)
