"""RecordIO-protobuf against bytes of the sagemaker SDK's encoder and against protobuf itself."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from jupyter_smext.local.algorithms import formats, recordio
from jupyter_smext.local.algorithms.formats import Unreadable

#: Written by sagemaker 2.257.7, sagemaker/serializer_utils.py: write_numpy_to_dense_tensor of
#: [[1.5, -2.25, 0, 1e6], [0, 300, -0.125, 7]] with labels [1, 0] as float32 and float64, of
#: [[1, -2, 0, 1000000], [0, 300, -1, 2147483647]] as int64 (which it writes as int32), and
#: write_spmatrix_to_sparse_tensor of the first.
SDK = {
    "dense_float32": (
        "0a23d7ce340000000a1e0a0676616c756573121412120a100000c03f000010c0000000000024744912120a0676"
        "616c756573120812060a040000803f0a23d7ce340000000a1e0a0676616c756573121412120a10000000000000"
        "9643000000be0000e04012120a0676616c756573120812060a0400000000"
    ),
    "dense_float64": (
        "0a23d7ce480000000a2e0a0676616c75657312241a220a20000000000000f83f00000000000002c00000000000"
        "0000000000000080842e4112160a0676616c756573120c1a0a0a08000000000000f03f0a23d7ce480000000a2e"
        "0a0676616c75657312241a220a2000000000000000000000000000c07240000000000000c0bf0000000000001c"
        "4012160a0676616c756573120c1a0a0a080000000000000000"
    ),
    "dense_int32": (
        "0a23d7ce300000000a1d0a0676616c75657312133a110a0f01feffffffffffffffff0100c0843d120f0a067661"
        "6c75657312053a030a01010a23d7ce330000000a200a0676616c75657312163a140a1200ac02ffffffffffffff"
        "ffff01ffffffff07120f0a0676616c75657312053a030a010000"
    ),
    "sparse_float32": (
        "0a23d7ce380000000a220a0676616c756573121812160a0c0000c03f000010c00024744912030001031a010412"
        "120a0676616c756573120812060a040000803f0a23d7ce380000000a220a0676616c756573121812160a0c0000"
        "9643000000be0000e04012030102031a010412120a0676616c756573120812060a0400000000"
    ),
    "unlabelled_float32": (
        "0a23d7ce200000000a1e0a0676616c756573121412120a100000c03f000010c000000000002474490a23d7ce20"
        "0000000a1e0a0676616c756573121412120a100000000000009643000000be0000e040"
    ),
}
ROWS = np.array([[1.5, -2.25, 0, 1e6], [0, 300, -0.125, 7]], np.float32)
WHOLE = np.array([[1, -2, 0, 1000000], [0, 300, -1, 2147483647]], np.float32)


@pytest.mark.parametrize("name", SDK)
def test_reads_what_the_sdk_writes(name: str) -> None:
    data = formats.read_records(bytes.fromhex(SDK[name]))
    expected = WHOLE if name == "dense_int32" else ROWS
    assert formats.is_sparse(data.features) is name.startswith("sparse")
    np.testing.assert_array_equal(formats.dense(data.features), expected)
    if name == "unlabelled_float32":
        assert data.labels is None
    else:
        assert data.labels is not None
        np.testing.assert_array_equal(data.labels, [1, 0])


def _message() -> Any:
    """The message of AWS's page cdf-training, made with protobuf's own library."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="r.proto", package="aialgs", syntax="proto2")
    for name, kind in (
        ("Float32Tensor", field.TYPE_FLOAT),
        ("Float64Tensor", field.TYPE_DOUBLE),
        ("Int32Tensor", field.TYPE_INT32),
    ):
        tensor = file.message_type.add(name=name)
        parts = (("values", kind), ("keys", field.TYPE_UINT64), ("shape", field.TYPE_UINT64))
        for number, (part, of) in enumerate(parts, 1):
            made = tensor.field.add(name=part, number=number, label=3, type=of)
            made.options.packed = True
    value = file.message_type.add(name="Value")
    value.oneof_decl.add(name="value")
    for name, number in (("float32", 2), ("float64", 3), ("int32", 7)):
        value.field.add(
            name=f"{name}_tensor",
            number=number,
            label=1,
            type=field.TYPE_MESSAGE,
            type_name=f".aialgs.{name.capitalize()}Tensor",
            oneof_index=0,
        )
    record = file.message_type.add(name="Record")
    for number, name in enumerate(("features", "label"), 1):
        entry = record.nested_type.add(name=f"{name.capitalize()}Entry")
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, label=1, type=field.TYPE_STRING)
        entry.field.add(
            name="value", number=2, label=1, type=field.TYPE_MESSAGE, type_name=".aialgs.Value"
        )
        record.field.add(
            name=name,
            number=number,
            label=3,
            type=field.TYPE_MESSAGE,
            type_name=f".aialgs.Record.{name.capitalize()}Entry",
        )
    for number, name in enumerate(("uid", "metadata", "configuration"), 3):
        record.field.add(name=name, number=number, label=1, type=field.TYPE_STRING)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("aialgs.Record"))


def _framed(*records: bytes) -> bytes:
    return b"".join(
        struct.pack("<II", 0xCED7230A, len(r)) + r + bytes(-len(r) % 4) for r in records
    )


def test_protobuf_reads_what_is_written() -> None:
    tensor = recordio.Tensor(np.array([0.25, 7], np.float32))
    sparse = recordio.Tensor(np.array([3.0]), np.array([70000]), (100000,))
    data = recordio.write([recordio.Record({"values": sparse}, {"score": tensor})] * 2)
    magic, length = struct.unpack("<II", data[:8])
    assert magic == 0xCED7230A and len(data) == 2 * (8 + length + -length % 4)
    read = _message().FromString(data[8 : 8 + length])
    assert list(read.label["score"].float32_tensor.values) == [0.25, 7]
    held = read.features["values"].float32_tensor
    assert (list(held.values), list(held.keys), list(held.shape)) == ([3.0], [70000], [100000])


def test_reads_what_protobuf_writes_with_fields_that_are_not_used() -> None:
    record = _message()(uid="abc123", metadata="{}", configuration="{}")
    record.features["values"].float64_tensor.values.extend([1, 2, 3])
    record.features["other"].int32_tensor.values.extend([9])
    record.label["values"].int32_tensor.values.append(-5)
    (read,) = recordio.read(io.BytesIO(_framed(record.SerializeToString())))
    assert read.features["values"].values.tolist() == [1, 2, 3]
    assert read.features["other"].values.tolist() == [9]
    assert read.label["values"].values.tolist() == [-5]


def test_a_record_in_parts_is_one() -> None:
    whole = recordio.write([recordio.Record({"values": recordio.Tensor(ROWS[0])})])
    body = whole[8 : 8 + struct.unpack("<I", whole[4:8])[0]]
    # MXNet cuts a record where its data holds the magic number, which it leaves out.
    magic = struct.pack("<I", 0xCED7230A)
    first, last = body[:12], body[16:]
    cut = b"".join(
        magic + struct.pack("<I", part << 29 | len(data)) + data + bytes(-len(data) % 4)
        for part, data in ((1, first), (3, last))
    )
    (frame,) = recordio._frames(io.BytesIO(cut))
    assert frame == first + magic + last


def test_rows_of_sparse_zeros_keep_their_width() -> None:
    record = _message()()
    record.features["values"].float32_tensor.shape.append(6)
    data = formats.read_records(_framed(record.SerializeToString()))
    assert data.features.shape == (1, 6) and formats.dense(data.features).sum() == 0


@pytest.mark.parametrize(
    "data, why",
    [
        (b"1,2,3\n4,5,6\n", "magic number"),
        (bytes.fromhex(SDK["dense_float32"])[:-5], "cut off"),
        (_framed(b"\x0a\xff\xff\xff\xff\x0f"), "record 0"),
        (_framed(b"\x0b"), "wire type 3"),
        (_framed(b""), "no feature 'values'"),
        (bytes.fromhex(SDK["dense_float32"] + SDK["dense_float32"][:-112]), "magic|cut"),
    ],
)
def test_what_is_not_recordio_is_told(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        formats.read_records(data)


def test_reads_a_pipe_piece_by_piece(tmp_path: Path) -> None:
    class Dripping(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self._data = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            return self._data.read(min(size, 3))

    stream: Any = Dripping(bytes.fromhex(SDK["dense_float64"]))
    np.testing.assert_array_equal(formats.read_records(stream).features, ROWS)


@pytest.mark.parametrize("keys, shape", [([2**64 - 1], [3]), ([1], [2**63, 4]), ([2**33], [2**40])])
def test_numbers_that_no_matrix_has_are_told(keys: list[int], shape: list[int]) -> None:
    record = _message()()
    tensor = record.features["values"].float32_tensor
    tensor.values.append(1)
    tensor.keys.extend(keys)
    tensor.shape.extend(shape)
    with pytest.raises(Unreadable, match="not below|record 0"):
        formats.read_records(_framed(record.SerializeToString()))
