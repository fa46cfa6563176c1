"""Multipart uploads as boto3 sees them."""

from __future__ import annotations

import base64
import hashlib
import os
import zlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

BUCKET = "test-bucket"
PART = 5 << 20


def code(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def s3(engine: RunningEngine) -> Any:
    client = engine.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def begin(s3: Any, key: str, **more: Any) -> dict[str, str]:
    made = s3.create_multipart_upload(Bucket=BUCKET, Key=key, **more)
    return {"Bucket": BUCKET, "Key": key, "UploadId": made["UploadId"]}


def put(s3: Any, upload: dict[str, str], number: int, body: bytes, **more: Any) -> dict[str, Any]:
    done = s3.upload_part(**upload, PartNumber=number, Body=body, **more)
    kept = {name: value for name, value in done.items() if name.startswith(("ETag", "Checksum"))}
    return {"PartNumber": number, **kept}


def complete(s3: Any, upload: dict[str, str], *parts: dict[str, Any], **more: Any) -> Any:
    chosen = {"Parts": list(parts)}
    return s3.complete_multipart_upload(**upload, MultipartUpload=chosen, **more)


def test_parts_in_any_order_become_the_object(s3: Any) -> None:
    upload = begin(s3, "any", Metadata={"a": "b"}, ContentType="text/x", Tagging="t=1")
    bodies = {3: b"end", 1: os.urandom(PART), 2: os.urandom(PART + 7)}
    parts = {number: put(s3, upload, number, body) for number, body in bodies.items()}
    parts[3] = put(s3, upload, 3, b"the end")  # once more: the last one counts
    bodies[3] = b"the end"
    ordered = [parts[n] for n in (1, 2, 3)]
    done = complete(s3, upload, *ordered)
    # The MD5 of the parts' ETags, which are no MD5s themselves: their SHA-256 is there already.
    tags = [hashlib.sha256(bodies[n]).hexdigest()[:32] for n in (1, 2, 3)]
    assert [part["ETag"] for part in ordered] == [f'"{tag}"' for tag in tags]
    assert done["ETag"] == f'"{hashlib.md5(bytes.fromhex("".join(tags))).hexdigest()}-3"'
    answer = s3.get_object(Bucket=BUCKET, Key="any")
    assert answer["Body"].read() == b"".join(bodies[n] for n in (1, 2, 3))
    assert (answer["Metadata"], answer["ContentType"], answer["TagCount"]) == (
        {"a": "b"},
        "text/x",
        1,
    )
    # The answer was lost on the way: asked again, it is the same.
    assert complete(s3, upload, *ordered)["ETag"] == done["ETag"]
    with pytest.raises(ClientError) as error:
        s3.list_parts(**upload)
    assert code(error) == ("NoSuchUpload", 404)
    # A range over the seam, and a part by its number.
    seam = s3.get_object(Bucket=BUCKET, Key="any", Range=f"bytes={PART - 2}-{PART + 1}")
    assert seam["Body"].read() == bodies[1][-2:] + bodies[2][:2]
    second = s3.get_object(Bucket=BUCKET, Key="any", PartNumber=2)
    assert (second["Body"].read(), second["PartsCount"]) == (bodies[2], 3)
    assert second["ContentRange"] == f"bytes {PART}-{2 * PART + 6}/{2 * PART + 14}"
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=BUCKET, Key="any", PartNumber=4)
    assert code(error) == ("InvalidPartNumber", 416)
    wanted = s3.get_object_attributes(
        Bucket=BUCKET, Key="any", ObjectAttributes=["ObjectParts", "ObjectSize"]
    )
    assert wanted["ObjectParts"]["TotalPartsCount"] == 3


def test_parts_are_listed_in_pages(s3: Any) -> None:
    upload = begin(s3, "pages")
    for number in (1, 2, 5, 10_000):
        put(s3, upload, number, str(number).encode())
    pages = s3.get_paginator("list_parts").paginate(**upload, PaginationConfig={"PageSize": 3})
    found = [[one["PartNumber"] for one in page["Parts"]] for page in pages]
    assert found == [[1, 2, 5], [10_000]]
    s3.abort_multipart_upload(**upload)


def test_uploads_are_listed_in_pages(fresh_engine: RunningEngine) -> None:
    s3 = fresh_engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    keys = ["a", "a", "b/1", "b/2", "c", "é x"]
    for key in keys:
        begin(s3, key)
    for size in (1, 2, 10):
        pages = list(
            s3.get_paginator("list_multipart_uploads").paginate(
                Bucket=BUCKET, PaginationConfig={"PageSize": size}
            )
        )
        assert [one["Key"] for page in pages for one in page["Uploads"]] == keys
        pages = list(
            s3.get_paginator("list_multipart_uploads").paginate(
                Bucket=BUCKET, Delimiter="/", PaginationConfig={"PageSize": size}
            )
        )
        assert [one["Key"] for page in pages for one in page.get("Uploads", [])] == [
            "a",
            "a",
            "c",
            "é x",
        ]
        prefixes = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
        assert prefixes == ["b/"]
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET, Prefix="z")


def test_what_cannot_be_completed(s3: Any) -> None:
    upload = begin(s3, "wrong")
    small = [put(s3, upload, number, b"small") for number in (1, 2)]
    for parts, expected in (
        (small[::-1], "InvalidPartOrder"),
        ([small[0], small[0]], "InvalidPartOrder"),
        ([{**small[0], "ETag": '"0"'}], "InvalidPart"),
        ([{**small[0], "PartNumber": 7}], "InvalidPart"),
        (small, "EntityTooSmall"),
    ):
        with pytest.raises(ClientError) as error:
            complete(s3, upload, *parts)
        assert code(error) == (expected, 400)
    with pytest.raises(ClientError) as error:
        s3.complete_multipart_upload(**upload, MultipartUpload={})
    assert code(error) == ("MalformedXML", 400)
    with pytest.raises(ClientError) as error:
        s3.head_object(Bucket=BUCKET, Key="wrong")
    assert code(error) == ("404", 404)
    assert len(s3.list_parts(**upload)["Parts"]) == 2
    with pytest.raises(ClientError) as error:
        complete(s3, upload, small[0], MpuObjectSize=99)
    assert code(error) == ("InvalidRequest", 400)
    complete(s3, upload, small[0], MpuObjectSize=5)


def test_an_upload_ends_once(s3: Any, engine: RunningEngine) -> None:
    before = set(os.listdir(engine.home / "s3"))
    upload = begin(s3, "aborted")
    put(s3, upload, 1, b"part")
    s3.abort_multipart_upload(**upload)
    for call in (s3.abort_multipart_upload, s3.list_parts):
        with pytest.raises(ClientError) as error:
            call(**upload)
        assert code(error) == ("NoSuchUpload", 404)
    for number, body in ((1, b"1"), (2, os.urandom(2 << 20))):
        with pytest.raises(ClientError) as error:
            put(s3, upload, number, body)
        assert code(error) == ("NoSuchUpload", 404)
    assert set(os.listdir(engine.home / "s3")) == before
    for number in (0, 10_001, -1):
        with pytest.raises(ClientError) as error:
            put(s3, begin(s3, "numbers"), number, b"1")
        assert code(error) == ("InvalidArgument", 400)


def test_completion_on_conditions(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="there", Body=b"1")
    upload = begin(s3, "there")
    part = put(s3, upload, 1, b"2")
    with pytest.raises(ClientError) as error:
        complete(s3, upload, part, IfNoneMatch="*")
    assert code(error) == ("PreconditionFailed", 412)
    complete(s3, upload, part)


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_a_composite_checksum_is_of_the_parts(s3: Any, algorithm: str) -> None:
    import jupyter_smext.local.object_store.blobs as blobs

    member = f"Checksum{algorithm}"
    upload = begin(s3, "sums", ChecksumAlgorithm=algorithm)
    bodies, parts, raw = [os.urandom(PART), b"end"], [], b""
    whole = blobs.DIGESTS[algorithm]()
    for number, body in enumerate(bodies, 1):
        digest = blobs.DIGESTS[algorithm]()
        digest.update(body)
        whole.update(body)
        raw += digest.digest()
        text = base64.b64encode(digest.digest()).decode()
        parts.append(put(s3, upload, number, body, **{member: text}))
        assert parts[-1][member] == text
    done = complete(s3, upload, *parts)
    composite = blobs.DIGESTS[algorithm]()
    composite.update(raw)
    if algorithm == "CRC64NVME":
        expected, kind = base64.b64encode(whole.digest()).decode(), "FULL_OBJECT"
    else:
        expected, kind = base64.b64encode(composite.digest()).decode() + "-2", "COMPOSITE"
    assert (done[member], done["ChecksumType"]) == (expected, kind)
    found = s3.get_object(Bucket=BUCKET, Key="sums", ChecksumMode="ENABLED")
    assert (found[member], found["Body"].read()) == (expected, b"".join(bodies))


def test_a_full_object_checksum_of_parts(s3: Any) -> None:
    upload = begin(s3, "full", ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    bodies = [os.urandom(PART), os.urandom(1000)]
    parts = [put(s3, upload, number, body) for number, body in enumerate(bodies, 1)]
    right = base64.b64encode(zlib.crc32(b"".join(bodies)).to_bytes(4, "big")).decode()
    with pytest.raises(ClientError) as error:
        complete(s3, upload, *parts, ChecksumCRC32="AAAAAA==", ChecksumType="FULL_OBJECT")
    assert code(error) == ("BadDigest", 400)
    done = complete(s3, upload, *parts, ChecksumCRC32=right, ChecksumType="FULL_OBJECT")
    assert done["ChecksumCRC32"] == right
    # botocore compares it with what it reads.
    assert s3.get_object(Bucket=BUCKET, Key="full")["Body"].read() == b"".join(bodies)
    for algorithm, kind in (("SHA256", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE")):
        with pytest.raises(ClientError) as error:
            begin(s3, "full", ChecksumAlgorithm=algorithm, ChecksumType=kind)
        assert code(error) == ("InvalidRequest", 400)


def test_a_part_has_the_checksum_of_its_upload(s3: Any) -> None:
    upload = begin(s3, "mismatch", ChecksumAlgorithm="SHA256")
    with pytest.raises(ClientError) as error:
        put(s3, upload, 1, b"1", ChecksumAlgorithm="CRC32")
    assert code(error) == ("InvalidRequest", 400)
    assert "expected checksum Type: sha256" in str(error.value)


def test_parts_out_of_objects(s3: Any) -> None:
    data = os.urandom(2 * PART + 5)
    s3.put_object(Bucket=BUCKET, Key="source é", Body=data)
    source = {"Bucket": BUCKET, "Key": "source é"}
    upload = begin(s3, "of copies")
    parts = []
    for number, (first, last) in enumerate(((0, PART - 1), (PART, 2 * PART + 4)), 1):
        done = s3.upload_part_copy(
            **upload, PartNumber=number, CopySource=source, CopySourceRange=f"bytes={first}-{last}"
        )
        etag = done["CopyPartResult"]["ETag"]
        assert etag == f'"{hashlib.md5(data[first : last + 1]).hexdigest()}"'
        parts.append({"PartNumber": number, "ETag": etag})
    for wrong, expected in (
        ("bytes=0-", "InvalidArgument"),
        ("0-5", "InvalidArgument"),
        (f"bytes=0-{len(data)}", "InvalidRange"),
    ):
        with pytest.raises(ClientError) as error:
            s3.upload_part_copy(**upload, PartNumber=3, CopySource=source, CopySourceRange=wrong)
        assert code(error)[0] == expected
    s3.delete_object(**source)
    complete(s3, upload, *parts)
    assert s3.get_object(Bucket=BUCKET, Key="of copies")["Body"].read() == data
    # A copy of the whole is one object again, with an ETag of its bytes.
    copied = s3.copy_object(
        Bucket=BUCKET, Key="whole", CopySource={"Bucket": BUCKET, "Key": "of copies"}
    )
    assert copied["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(data).hexdigest()}"'
    assert s3.get_object(Bucket=BUCKET, Key="whole")["Body"].read() == data


def test_an_upload_outlives_a_restart(fresh_engine: RunningEngine) -> None:
    s3 = fresh_engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    upload = begin(s3, "long")
    first = put(s3, upload, 1, b"1" * PART)
    fresh_engine.restart()
    s3 = fresh_engine.client("s3")
    complete(s3, upload, first, put(s3, upload, 2, b"2"))
    assert s3.head_object(Bucket=BUCKET, Key="long")["ContentLength"] == PART + 1
