"""CSV and libsvm against what other libraries write and read, and MXNet's arrays against MXNet."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

from jupyter_smext.local.algorithms import formats, mxnet_arrays
from jupyter_smext.local.algorithms.channel import ContentType
from jupyter_smext.local.algorithms.failures import UserError
from jupyter_smext.local.algorithms.formats import Unreadable

ROWS = np.array([[1.5, 0, -3], [0, 2e-7, 4]], np.float32)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", " "])
def test_csv_with_any_delimiter(delimiter: str) -> None:
    file = io.StringIO()
    np.savetxt(file, ROWS, delimiter=delimiter, fmt="%.9g")
    text = file.getvalue()
    np.testing.assert_array_equal(formats.read_csv(text.encode()), ROWS)
    windows = "\ufeff" + text.replace("\n", "\r\n") + "\r\n"
    np.testing.assert_array_equal(formats.read_csv(windows.encode()), ROWS)


def test_csv_with_quotes_and_missing_cells() -> None:
    found = formats.read_csv(b'"1.5",,3\n4,"",nan\n', missing=True)
    np.testing.assert_array_equal(found, [[1.5, np.nan, 3], [4, np.nan, np.nan]])
    with pytest.raises(Unreadable, match="line 1 is not all numbers"):
        formats.read_csv(b"1.5,,3\n")
    assert formats.read_csv(b"\n \n").shape == (0, 0)
    with pytest.raises(Unreadable, match="not UTF-8"):
        formats.read_csv(b"\xff\xfe1,2\n")


def test_libsvm_is_what_scikit_learn_reads_and_writes() -> None:
    file = io.BytesIO()
    dump_svmlight_file(ROWS, [1, 0], file, query_id=[3, 4])
    data = formats.read_libsvm(file.getvalue())
    file.seek(0)
    features, labels, groups = load_svmlight_file(file, query_id=True, zero_based=True)
    np.testing.assert_array_equal(
        formats.dense(data.features), features.toarray().astype(np.float32)
    )
    np.testing.assert_array_equal(data.labels, labels)
    np.testing.assert_array_equal(data.groups, groups)
    assert data.weights is None


def test_libsvm_with_weights_comments_and_without_labels() -> None:
    data = formats.read_libsvm(b"1:0.5 0:7 2:8 # first\n\n0:2 1:9\n")
    np.testing.assert_array_equal(formats.dense(data.features), [[7, 0, 8], [0, 9, 0]])
    np.testing.assert_array_equal(data.weights, [0.5, 2])
    # Of a request: what has a colon is a feature.
    bare = formats.read_libsvm(b"0:7 2:8\n5 1:3\n", labelled=False)
    np.testing.assert_array_equal(formats.dense(bare.features), [[7, 0, 8], [0, 3, 0]])


@pytest.mark.parametrize("text", [b"1 x:2\n", b"1 2:y\n", b"a 1:2\n", b"1 2\n", b"1 -3:1\n"])
def test_what_is_no_libsvm_is_told(text: bytes) -> None:
    with pytest.raises(Unreadable, match="line 1 is not libsvm|negative"):
        formats.read_libsvm(text)


def test_content_types() -> None:
    kind = ContentType.parse("Text/CSV; Label_Size=0; charset=utf-8")
    assert kind.name == "text/csv" and kind.label_size(1) == 0
    assert ContentType.parse("text/csv").label_size(1) == 1
    assert ContentType.parse("").name == ""
    with pytest.raises(UserError, match="label_size=3 is not supported"):
        ContentType.parse("text/csv;label_size=3").label_size(0)


#: mx.nd.save of MXNet 1.9.1: [nd.array(arange(6).reshape(2, 3))], and {"s": nd.array([1., 2.]),
#: "v": nd.array(eye(2) / 2)}.
MXNET: dict[str, tuple[Any, str]] = {
    "list": (
        [np.arange(6).reshape(2, 3)],
        "120100000000000000000000000000000100000000000000c9fa93f90000000002000000020000000000000003"
        "00000000000000010000000000000000000000000000000000803f0000004000004040000080400000a0400000"
        "000000000000",
    ),
    "dict": (
        {"s": np.array([1.0, 2.0]), "v": np.eye(2) / 2},
        "120100000000000000000000000000000200000000000000c9fa93f90000000001000000020000000000000001"
        "00000000000000000000000000803f00000040c9fa93f900000000020000000200000000000000020000000000"
        "00000100000000000000000000000000003f00000000000000000000003f020000000000000001000000000000"
        "0073010000000000000076",
    ),
}


@pytest.mark.parametrize("form", MXNET)
def test_arrays_are_byte_for_byte_what_mxnet_writes(form: str) -> None:
    arrays, data = MXNET[form]
    assert mxnet_arrays.save(arrays).hex() == data
    read = mxnet_arrays.load(bytes.fromhex(data))
    values = list(arrays.values()) if isinstance(arrays, dict) else arrays
    assert list(read) == (list(arrays) if isinstance(arrays, dict) else ["0"])
    for found, expected in zip(read.values(), values, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_broken_file_of_arrays_is_told() -> None:
    data = bytes.fromhex(MXNET["dict"][1])
    for broken in (b"", data[:40], b"\x00" * 24, data[:24] + b"\x00" * 60):
        with pytest.raises(ValueError, match="cut off|not a file|another version"):
            mxnet_arrays.load(broken)
