"""The CRCs of S3 against their published check values, zlib and each other."""

from __future__ import annotations

import random
import zlib

import pytest

from jupyter_smext.local.object_store.crc import Crc, Crc32, crc32c, crc64nvme

#: The "check" of the CRC catalogue (reveng): of the nine digits.
CHECKS = [(Crc32, "cbf43926"), (crc32c, "e3069283"), (crc64nvme, "ae8b14860a799888")]
SIZES = [0, 1, 3, 4, 5, 8, 63, 64, 65, 1000, (1 << 18) - 1, (1 << 18) + 1, 600_001]


@pytest.mark.parametrize(("kind", "check"), CHECKS)
def test_the_check_value(kind: type[Crc32], check: str) -> None:
    crc = kind()
    crc.update(b"1234")
    crc.update(b"56789")
    assert crc.digest().hex() == check


@pytest.mark.parametrize("size", SIZES)
def test_folding_is_right_for_every_length(size: int) -> None:
    data = random.Random(size).randbytes(size)
    crc = Crc(0xEDB88320, 32)  # CRC32 itself, which zlib knows too
    crc.update(data)
    assert int.from_bytes(crc.digest(), "big") == zlib.crc32(data)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("kind", "check"), CHECKS)
def test_two_parts_give_the_crc_of_the_whole(kind: type[Crc32], check: str, size: int) -> None:
    first, second = b"first part", random.Random(size).randbytes(size)
    whole, joined, other = kind(), kind(), kind()
    whole.update(first + second)
    joined.update(first)
    other.update(second)
    joined.append(other.digest(), size)
    assert joined.digest() == whole.digest()
