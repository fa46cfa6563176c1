"""Objects as boto3 sees them: put, read, checked, on conditions, tagged, copied, deleted."""

from __future__ import annotations

import base64
import hashlib
import os
import urllib.request
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_engine import RunningEngine

BUCKET = "test-bucket"
KEY = "dir/ключ +&=?#%25 \"'<>;:@,$ é"


def code(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def s3(engine: RunningEngine) -> Any:
    client = engine.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def read(s3: Any, key: str = KEY, **more: Any) -> bytes:
    body: bytes = s3.get_object(Bucket=BUCKET, Key=key, **more)["Body"].read()
    return body


def test_what_is_put_comes_back(s3: Any) -> None:
    given = {
        "ContentType": "text/csv; charset=utf-8",
        "CacheControl": "no-cache",
        "ContentDisposition": 'attachment; filename="a.csv"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "de-AT",
        "WebsiteRedirectLocation": "/other",
        "Metadata": {"Team-Name": "red", "camelCase": " 1 "},
    }
    put = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"0123456789", **given)
    assert put["ETag"] == f'"{hashlib.md5(b"0123456789").hexdigest()}"'
    for answer in (s3.get_object(Bucket=BUCKET, Key=KEY), s3.head_object(Bucket=BUCKET, Key=KEY)):
        expected = {**given, "Metadata": {"team-name": "red", "camelcase": "1"}}
        assert {name: answer[name] for name in expected} == expected
        assert (answer["ContentLength"], answer["ETag"]) == (10, put["ETag"])
        assert abs(answer["LastModified"] - datetime.now(timezone.utc)) < timedelta(minutes=5)
        # Not encrypted, so not said to be.
        assert "ServerSideEncryption" not in answer
    assert read(s3) == b"0123456789"


@pytest.mark.parametrize("size", [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 3_000_001])
def test_any_size_comes_back(s3: Any, size: int) -> None:
    data = os.urandom(size)
    s3.put_object(Bucket=BUCKET, Key="size", Body=data)
    assert read(s3, "size") == data
    assert s3.head_object(Bucket=BUCKET, Key="size")["ContentLength"] == size


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", b"0"),
        ("bytes=2-4", b"234"),
        ("bytes=7-", b"789"),
        ("bytes=7-100", b"789"),
        ("bytes=-3", b"789"),
        ("bytes=-100", b"0123456789"),
    ],
)
def test_a_range(s3: Any, header: str, expected: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key="range", Body=b"0123456789")
    answer = s3.get_object(Bucket=BUCKET, Key="range", Range=header)
    start = b"0123456789".index(expected)
    shown = f"bytes {start}-{start + len(expected) - 1}/10"
    assert answer["Body"].read() == expected
    assert (answer["ContentRange"], answer["ContentLength"]) == (shown, len(expected))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    head = s3.head_object(Bucket=BUCKET, Key="range", Range=header)
    assert (head["ContentRange"], head["ContentLength"]) == (shown, len(expected))


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_that_is_not_there(s3: Any, header: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="range", Body=b"0123456789")
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=BUCKET, Key="range", Range=header)
    assert code(error) == ("InvalidRange", 416)
    assert error.value.response["Error"]["ActualObjectSize"] == "10"


@pytest.mark.parametrize(
    "header", ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=a-b"]
)
def test_a_header_that_is_no_range_gives_all(s3: Any, header: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="range", Body=b"0123456789")
    answer = s3.get_object(Bucket=BUCKET, Key="range", Range=header)
    assert (answer["Body"].read(), answer["ResponseMetadata"]["HTTPStatusCode"]) == (
        b"0123456789",
        200,
    )


def test_a_big_object_in_ranges(s3: Any) -> None:
    data = os.urandom(2_000_000)
    s3.put_object(Bucket=BUCKET, Key="big", Body=data)
    assert read(s3, "big", Range="bytes=500000-1499999") == data[500_000:1_500_000]
    assert read(s3, "big", Range="bytes=-700000") == data[-700_000:]


def test_reads_on_conditions(s3: Any) -> None:
    etag = s3.put_object(Bucket=BUCKET, Key="cond", Body=b"1")["ETag"]
    modified = s3.head_object(Bucket=BUCKET, Key="cond")["LastModified"]
    before, after = modified - timedelta(hours=1), modified + timedelta(hours=1)
    holds: list[dict[str, Any]] = [
        {"IfMatch": etag},
        {"IfMatch": f'"other", {etag}'},
        {"IfMatch": "*"},
        {"IfNoneMatch": '"other"'},
        {"IfModifiedSince": before},
        {"IfUnmodifiedSince": modified},
        {"IfMatch": etag, "IfUnmodifiedSince": before},
        {"IfNoneMatch": '"other"', "IfModifiedSince": after},
    ]
    for given in holds:
        assert read(s3, "cond", **given) == b"1"
        s3.head_object(Bucket=BUCKET, Key="cond", **given)
    failing: list[dict[str, Any]] = [{"IfMatch": '"other"'}, {"IfUnmodifiedSince": before}]
    same: list[dict[str, Any]] = [
        {"IfNoneMatch": etag},
        {"IfNoneMatch": "*"},
        {"IfModifiedSince": modified},
        {"IfNoneMatch": etag, "IfModifiedSince": before},
    ]
    for given in [*failing, *same]:
        status = 412 if given in failing else 304
        for call in (s3.get_object, s3.head_object):
            with pytest.raises(ClientError) as error:
                call(Bucket=BUCKET, Key="cond", **given)
            assert code(error)[1] == status
    # The connection is in order afterwards: a 304 has no body.
    assert read(s3, "cond") == b"1"


def test_puts_on_conditions(s3: Any) -> None:
    etag = s3.put_object(Bucket=BUCKET, Key="once", Body=b"1", IfNoneMatch="*")["ETag"]
    for given in ({"IfNoneMatch": "*"}, {"IfMatch": '"other"'}):
        with pytest.raises(ClientError) as error:
            s3.put_object(Bucket=BUCKET, Key="once", Body=b"2", **given)
        assert code(error) == ("PreconditionFailed", 412)
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=BUCKET, Key="never", Body=b"2", IfMatch=etag)
    assert code(error) == ("NoSuchKey", 404)
    assert read(s3, "once") == b"1"
    s3.put_object(Bucket=BUCKET, Key="once", Body=b"3", IfMatch=etag)
    assert read(s3, "once") == b"3"


def test_deletes_on_conditions(s3: Any) -> None:
    etag = s3.put_object(Bucket=BUCKET, Key="gone", Body=b"1")["ETag"]
    with pytest.raises(ClientError) as error:
        s3.delete_object(Bucket=BUCKET, Key="gone", IfMatch='"other"')
    assert code(error) == ("PreconditionFailed", 412)
    assert read(s3, "gone") == b"1"
    many = {"Objects": [{"Key": "gone", "ETag": '"other"'}]}
    answer = s3.delete_objects(Bucket=BUCKET, Delete=many)
    assert [one["Code"] for one in answer["Errors"]] == ["PreconditionFailed"]
    s3.delete_object(Bucket=BUCKET, Key="gone", IfMatch=etag)
    with pytest.raises(ClientError) as error:
        s3.delete_object(Bucket=BUCKET, Key="gone", IfMatch="*")
    assert code(error) == ("PreconditionFailed", 412)


@pytest.mark.parametrize("text", ["0", "-1", "Thu, 01 Dec 2033 16:00:00 GMT"])
def test_expires_is_kept_as_it_came(s3: Any, engine: RunningEngine, text: str) -> None:
    link = s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "expires"})
    put = urllib.request.Request(link, b"1", {"Expires": text, "Content-Type": ""}, method="PUT")
    urllib.request.urlopen(put).close()
    assert s3.get_object(Bucket=BUCKET, Key="expires")["ExpiresString"] == text


def test_headers_of_an_answer_can_be_asked_for(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="as", Body=b"1", ContentType="text/plain")
    when = datetime(2030, 1, 2, tzinfo=timezone.utc)
    answer = s3.get_object(
        Bucket=BUCKET,
        Key="as",
        ResponseContentType="text/html",
        ResponseContentDisposition='inline; filename="x y.csv"',
        ResponseExpires=when,
    )
    assert (answer["ContentType"], answer["ContentDisposition"]) == (
        "text/html",
        'inline; filename="x y.csv"',
    )
    assert "2030" in answer["ExpiresString"]
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=BUCKET, Key="as", ResponseContentType="a\r\nx-evil: 1")
    assert code(error) == ("InvalidArgument", 400)


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("CRC32", "y/Q5Jg=="),
        ("SHA1", base64.b64encode(hashlib.sha1(b"123456789").digest()).decode()),
        ("SHA256", base64.b64encode(hashlib.sha256(b"123456789").digest()).decode()),
        ("CRC32C", "4waSgw=="),
        ("CRC64NVME", "rosUhgp5mIg="),
    ],
)
def test_checksums_are_kept_and_compared(s3: Any, algorithm: str, digest: str) -> None:
    member = f"Checksum{algorithm}"
    put = s3.put_object(Bucket=BUCKET, Key="sum", Body=b"123456789", **{member: digest})
    assert (put[member], put["ChecksumType"]) == (digest, "FULL_OBJECT")
    head = s3.head_object(Bucket=BUCKET, Key="sum", ChecksumMode="ENABLED")
    assert (head[member], head["ChecksumType"]) == (digest, "FULL_OBJECT")
    wanted = ["Checksum", "ETag", "ObjectSize"]
    found = s3.get_object_attributes(Bucket=BUCKET, Key="sum", ObjectAttributes=wanted)
    assert (found["Checksum"][member], found["ObjectSize"]) == (digest, 9)
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=BUCKET, Key="sum", Body=b"other", **{member: digest})
    assert code(error) == ("BadDigest", 400)
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=BUCKET, Key="sum", Body=b"123456789", **{member: "AAAA"})
    assert code(error) == ("InvalidRequest", 400)
    assert read(s3, "sum") == b"123456789"


def test_an_md5_is_compared(s3: Any) -> None:
    right = base64.b64encode(hashlib.md5(b"data").digest()).decode()
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    s3.put_object(Bucket=BUCKET, Key="md5", Body=b"data", ContentMD5=right)
    for given, expected in ((wrong, "BadDigest"), ("nonsense", "InvalidDigest")):
        with pytest.raises(ClientError) as error:
            s3.put_object(Bucket=BUCKET, Key="md5", Body=b"data", ContentMD5=given)
        assert code(error) == (expected, 400)


def test_what_is_refused_changes_nothing(s3: Any, engine: RunningEngine) -> None:
    s3.put_object(Bucket=BUCKET, Key="kept", Body=b"data", Metadata={"a": "b"})
    before = os.listdir(engine.home / "s3")
    for given, expected in (
        ({"ACL": "public-read"}, "AccessControlListNotSupported"),
        ({"GrantRead": "id=abc"}, "AccessControlListNotSupported"),
        ({"ObjectLockMode": "GOVERNANCE"}, "InvalidRequest"),
        ({"StorageClass": "GLACIER"}, "InvalidStorageClass"),
        ({"Metadata": {"a": "x" * 2050}}, "MetadataTooLarge"),
        ({"Tagging": "&".join(f"k{n}=v" for n in range(11))}, "BadRequest"),
        ({"Tagging": "a=1&a=2"}, "InvalidArgument"),
        ({"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}, "NotImplemented"),
        ({"IfNoneMatch": '"etag"'}, "NotImplemented"),
    ):
        with pytest.raises(ClientError) as error:
            s3.put_object(Bucket=BUCKET, Key="kept", Body=b"other", **given)
        assert code(error) == (expected, 400)
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=BUCKET, Key="k" * 1025, Body=os.urandom(2_000_000))
    assert code(error) == ("KeyTooLongError", 400)
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket="nowhere", Key="k", Body=os.urandom(2_000_000))
    assert code(error) == ("NoSuchBucket", 404)
    assert read(s3, "kept") == b"data"
    assert sorted(os.listdir(engine.home / "s3")) == sorted(before)


def test_encryption_is_taken_and_not_claimed(s3: Any) -> None:
    # The SageMaker SDK asks for it by default.
    put = s3.put_object(Bucket=BUCKET, Key="sse", Body=b"1", ServerSideEncryption="aws:kms")
    assert "ServerSideEncryption" not in put


def test_the_storage_class_is_a_label(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="class", Body=b"1", StorageClass="STANDARD_IA")
    assert s3.head_object(Bucket=BUCKET, Key="class")["StorageClass"] == "STANDARD_IA"
    s3.put_object(Bucket=BUCKET, Key="class", Body=b"1")
    assert "StorageClass" not in s3.head_object(Bucket=BUCKET, Key="class")


def test_tags_of_an_object(s3: Any) -> None:
    here = {"Bucket": BUCKET, "Key": "tagged"}
    s3.put_object(**here, Body=b"1", Tagging="a=1&b%20c=x%2By")
    modified = s3.head_object(**here)["LastModified"]
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b c", "Value": "x+y"}]
    assert s3.get_object_tagging(**here)["TagSet"] == tags
    assert s3.get_object(**here)["TagCount"] == 2
    s3.put_object_tagging(**here, Tagging={"TagSet": [{"Key": "é", "Value": "ü"}]})
    assert s3.get_object_tagging(**here)["TagSet"] == [{"Key": "é", "Value": "ü"}]
    assert s3.head_object(**here)["LastModified"] == modified
    for wrong in (
        [tags[0], tags[0]],
        [{"Key": "aws:a", "Value": "1"}],
        [{"Key": "a!", "Value": ""}],
    ):
        with pytest.raises(ClientError) as error:
            s3.put_object_tagging(**here, Tagging={"TagSet": wrong})
        assert code(error) == ("InvalidTag", 400)
    s3.delete_object_tagging(**here)
    assert s3.get_object_tagging(**here)["TagSet"] == []


def test_a_copy(s3: Any) -> None:
    s3.put_object(
        Bucket=BUCKET,
        Key=KEY,
        Body=b"data",
        ContentType="text/x",
        Metadata={"a": "b"},
        Tagging="t=1",
    )
    source = {"Bucket": BUCKET, "Key": KEY}
    made = s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=source)
    assert made["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(b"data").hexdigest()}"'
    copied = s3.get_object(Bucket=BUCKET, Key="copy")
    assert (copied["Body"].read(), copied["Metadata"], copied["ContentType"]) == (
        b"data",
        {"a": "b"},
        "text/x",
    )
    assert s3.get_object_tagging(Bucket=BUCKET, Key="copy")["TagSet"] == [
        {"Key": "t", "Value": "1"}
    ]
    s3.copy_object(
        Bucket=BUCKET,
        Key="copy",
        CopySource=source,
        MetadataDirective="REPLACE",
        TaggingDirective="REPLACE",
        Metadata={"c": "d"},
        ChecksumAlgorithm="SHA256",
    )
    copied = s3.get_object(Bucket=BUCKET, Key="copy", ChecksumMode="ENABLED")
    assert (copied["Metadata"], copied["ContentType"]) == ({"c": "d"}, "binary/octet-stream")
    assert copied["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(b"data").digest()).decode()
    assert s3.get_object_tagging(Bucket=BUCKET, Key="copy")["TagSet"] == []
    s3.delete_object(**source)
    assert read(s3, "copy") == b"data"


def test_a_copy_onto_itself_has_to_change_something(s3: Any) -> None:
    here = {"Bucket": BUCKET, "Key": "self"}
    s3.put_object(**here, Body=b"data")
    with pytest.raises(ClientError) as error:
        s3.copy_object(**here, CopySource=here)
    assert code(error) == ("InvalidRequest", 400)
    s3.copy_object(**here, CopySource=here, MetadataDirective="REPLACE", Metadata={"new": "1"})
    answer = s3.get_object(**here)
    assert (answer["Body"].read(), answer["Metadata"]) == (b"data", {"new": "1"})


def test_copies_on_conditions(s3: Any) -> None:
    source = {"Bucket": BUCKET, "Key": "source"}
    etag = s3.put_object(**source, Body=b"data")["ETag"]
    to = {"Bucket": BUCKET, "Key": "to", "CopySource": source}
    for given in ({"CopySourceIfMatch": '"x"'}, {"CopySourceIfNoneMatch": etag}):
        with pytest.raises(ClientError) as error:
            s3.copy_object(**to, **given)
        assert code(error) == ("PreconditionFailed", 412)
    s3.copy_object(**to, CopySourceIfMatch=etag, IfNoneMatch="*")
    with pytest.raises(ClientError) as error:
        s3.copy_object(**to, IfNoneMatch="*")
    assert code(error) == ("PreconditionFailed", 412)
    for missing, expected in (("nowhere/key", "NoSuchBucket"), (f"{BUCKET}/missing", "NoSuchKey")):
        with pytest.raises(ClientError) as error:
            s3.copy_object(Bucket=BUCKET, Key="to", CopySource=missing)
        assert code(error) == (expected, 404)


def test_deletes(s3: Any) -> None:
    for n in range(1000):
        s3.put_object(Bucket=BUCKET, Key=f"many/{n}") if n % 100 == 0 else None
    keys = [{"Key": f"many/{n}"} for n in range(1000)]
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})
    assert len(answer["Deleted"]) == 1000 and "Errors" not in answer
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="many/")["KeyCount"] == 0
    with pytest.raises(ClientError) as error:
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [*keys, {"Key": "one more"}]})
    assert code(error) == ("MalformedXML", 400)
    wrong = {"Objects": [{"Key": "a", "VersionId": "b"}]}
    answer = s3.delete_objects(Bucket=BUCKET, Delete=wrong)
    assert [one["Code"] for one in answer["Errors"]] == ["NoSuchVersion"]
    s3.delete_object(Bucket=BUCKET, Key="never was")


def test_there_are_no_versions(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="one", Body=b"1")
    assert read(s3, "one", VersionId="null") == b"1"
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=BUCKET, Key="one", VersionId="abc")
    assert code(error) == ("InvalidArgument", 400)


def test_the_quota_is_said(engine: RunningEngine, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.engine.disk, "limit", 1_000_000)
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=BUCKET, Key="big", Body=os.urandom(2_000_000))
    assert code(error) == ("ResourceLimitExceeded", 400)
    assert "SMEXT_LOCAL_DISK_BYTES" in str(error.value)
    monkeypatch.undo()
    s3.put_object(Bucket=BUCKET, Key="big", Body=os.urandom(2_000_000))


def test_all_outlives_a_restart(fresh_engine: RunningEngine) -> None:
    s3 = fresh_engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="key", Body=b"data", Metadata={"a": "b"})
    fresh_engine.restart()
    answer = fresh_engine.client("s3").get_object(Bucket=BUCKET, Key="key")
    assert (answer["Body"].read(), answer["Metadata"]) == (b"data", {"a": "b"})
