"""moto's S3, written by others, is asked the same; where it answers otherwise, AWS's words decide.

The tables name the page of AWS's documentation (docs.aws.amazon.com/AmazonS3/latest/…) that the
engine follows. Agreement with moto proves agreement with moto, not with AWS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.local import beside_moto
from tests.local.beside_moto import Outcome
from tests.local_engine import RunningEngine

Steps = Iterator[tuple[str, Outcome]]

BUCKET = "parity-bucket"
PART = 5 << 20
#: moto runs in this process, and so do its failures.
CRASHES = (AttributeError, IndexError, KeyError, NotImplementedError, TypeError, UnboundLocalError)

#: What is different by nature, or said of something that the engine has not.
IGNORED = {
    "BucketArn",
    "BucketRegion",
    "ChecksumAlgorithm",
    "ChecksumType",
    "CreationDate",
    "DisplayName",
    "EncodingType",
    "ID",
    "Initiated",
    "Initiator",
    "LastModified",
    "Location",
    "Marker",
    "NextContinuationToken",
    "Owner",
    "ResponseMetadata",
    "ServerSideEncryption",
    "UploadId",
    "VersionId",
}


def plain(value: Any) -> Any:
    """An answer without what differs by nature, and without what is empty."""
    if isinstance(value, dict):
        shown = {
            name: plain(one)
            for name, one in value.items()
            if name not in IGNORED and one not in (None, "", [], {})
        }
        return {name: one for name, one in shown.items() if one not in ({}, [])}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.read() if hasattr(value, "read") else value


def ask(call: Callable[..., Any], **parameters: Any) -> Outcome:
    """What came back, or the code and the status."""
    try:
        answer = call(**parameters)
    except ClientError as error:
        response = error.response
        return ("error", response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"])
    except CRASHES as crash:
        return ("crash", type(crash).__name__)
    return ("ok", answer["ResponseMetadata"]["HTTPStatusCode"], plain(answer))


def buckets(s3: Any) -> Steps:
    for name in (
        "ab",
        "a" * 64,
        "B_A",
        "a..b",
        "1.2.3.4",
        "xn--a",
        "a-s3alias",
        "-ab",
        "ab-",
        "a.b",
    ):
        yield f"create {name[:9]}", ask(s3.create_bucket, Bucket=name)
    for where in ("eu-west-1", "us-east-1", "nowhere"):
        where_to = {"LocationConstraint": where}
        name = f"in-{where}"
        yield (
            f"create in {where}",
            ask(s3.create_bucket, Bucket=name, CreateBucketConfiguration=where_to),
        )
    yield "create", ask(s3.create_bucket, Bucket="plain")
    yield "create again", ask(s3.create_bucket, Bucket="plain")
    yield "location", ask(s3.get_bucket_location, Bucket="plain")
    yield "head", ask(s3.head_bucket, Bucket="plain")
    yield "head missing", ask(s3.head_bucket, Bucket="nowhere")
    yield "list", ask(s3.list_buckets, Prefix="pl")
    yield "put for delete", ask(s3.put_object, Bucket="plain", Key="k", Body=b"")
    yield "delete full", ask(s3.delete_bucket, Bucket="plain")
    yield "empty", ask(s3.delete_object, Bucket="plain", Key="k")
    yield "delete", ask(s3.delete_bucket, Bucket="plain")
    yield "delete again", ask(s3.delete_bucket, Bucket="plain")


def configuration(s3: Any) -> Steps:
    for what in (
        "accelerate_configuration acl cors encryption lifecycle_configuration logging "
        "notification_configuration ownership_controls policy policy_status replication "
        "request_payment tagging versioning website"
    ).split():
        yield f"get {what}", ask(getattr(s3, f"get_bucket_{what}"), Bucket=BUCKET)
    yield "public access", ask(s3.get_public_access_block, Bucket=BUCKET)
    yield "object lock", ask(s3.get_object_lock_configuration, Bucket=BUCKET)
    yield "missing bucket", ask(s3.get_bucket_policy, Bucket="nowhere")
    for what in "cors lifecycle policy website encryption replication".split():
        yield f"delete {what}", ask(getattr(s3, f"delete_bucket_{what}"), Bucket=BUCKET)
    tags = {"TagSet": [{"Key": "team", "Value": "red"}]}
    yield "put tagging", ask(s3.put_bucket_tagging, Bucket=BUCKET, Tagging=tags)
    yield "get tagging", ask(s3.get_bucket_tagging, Bucket=BUCKET)
    yield "delete tagging", ask(s3.delete_bucket_tagging, Bucket=BUCKET)
    yield "tagging again", ask(s3.get_bucket_tagging, Bucket=BUCKET)


def objects(s3: Any) -> Steps:
    given = {
        "Body": b"0123456789",
        "ContentType": "text/csv",
        "CacheControl": "no-cache",
        "ContentDisposition": "attachment",
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
        "Metadata": {"Team": "red", "n": "1"},
        "Tagging": "a=1&b=x%20y",
    }
    here = {"Bucket": BUCKET, "Key": "dir/o b+j&é"}
    yield "put", ask(s3.put_object, **here, **given)
    yield "get", ask(s3.get_object, **here)
    yield "head", ask(s3.head_object, **here)
    yield "head checked", ask(s3.head_object, **here, ChecksumMode="ENABLED")
    for header in ("0-3", "4-", "-3", "-30", "8-100", "0-0", "10-", "5-2", "0-1,3-4", "x-y", "-0"):
        yield f"range {header}", ask(s3.get_object, **here, Range=f"bytes={header}")
    yield "head range", ask(s3.head_object, **here, Range="bytes=2-4")
    yield "part 1", ask(s3.get_object, **here, PartNumber=1)
    yield (
        "overrides",
        ask(
            s3.get_object,
            **here,
            ResponseContentType="text/plain",
            ResponseCacheControl="max-age=1",
            ResponseContentDisposition="inline",
            ResponseContentLanguage="fr",
            ResponseContentEncoding="br",
        ),
    )
    etag = hashlib.md5(given["Body"]).hexdigest()
    for member, etags in (("IfMatch", (etag, "x" * 32, "*")), ("IfNoneMatch", (etag, "x" * 32))):
        for value in etags:
            asked = {member: value if value == "*" else f'"{value}"'}
            yield f"{member} {value[:1]}", ask(s3.get_object, **here, **asked)
            yield f"head {member} {value[:1]}", ask(s3.head_object, **here, **asked)
    for member in ("IfModifiedSince", "IfUnmodifiedSince"):
        for when in ("2001-01-01", "2030-01-01"):
            yield f"{member} {when}", ask(s3.get_object, **here, **{member: when})
    yield (
        "attributes",
        ask(
            s3.get_object_attributes,
            **here,
            ObjectAttributes=["ETag", "Checksum", "ObjectSize", "StorageClass"],
        ),
    )
    yield "acl", ask(s3.get_object_acl, **here)
    yield "tagging", ask(s3.get_object_tagging, **here)
    new = {"TagSet": [{"Key": "c", "Value": "3"}]}
    yield "put tagging", ask(s3.put_object_tagging, **here, Tagging=new)
    yield "tagging again", ask(s3.get_object_tagging, **here)
    yield "delete tagging", ask(s3.delete_object_tagging, **here)
    yield "no tagging", ask(s3.get_object_tagging, **here)
    twice = {"TagSet": [{"Key": "c", "Value": "3"}, {"Key": "c", "Value": "4"}]}
    yield "tag twice", ask(s3.put_object_tagging, **here, Tagging=twice)
    eleven = {"TagSet": [{"Key": f"k{n}", "Value": ""} for n in range(11)]}
    yield "11 tags", ask(s3.put_object_tagging, **here, Tagging=eleven)
    yield (
        "aws tag",
        ask(s3.put_object_tagging, **here, Tagging={"TagSet": [{"Key": "aws:c", "Value": "3"}]}),
    )
    yield "empty", ask(s3.put_object, Bucket=BUCKET, Key="empty")
    yield "get empty", ask(s3.get_object, Bucket=BUCKET, Key="empty")
    yield "range of empty", ask(s3.get_object, Bucket=BUCKET, Key="empty", Range="bytes=0-1")
    yield "get missing", ask(s3.get_object, Bucket=BUCKET, Key="missing")
    yield "head missing", ask(s3.head_object, Bucket=BUCKET, Key="missing")
    yield "tagging missing", ask(s3.get_object_tagging, Bucket=BUCKET, Key="missing")
    yield "get nowhere", ask(s3.get_object, Bucket="nowhere", Key="missing")
    yield "put nowhere", ask(s3.put_object, Bucket="nowhere", Key="missing")
    yield "long key", ask(s3.put_object, Bucket=BUCKET, Key="k" * 1025)
    yield "bad digest", ask(s3.put_object, Bucket=BUCKET, Key="k", Body=b"1", ContentMD5="AAAA")
    md5 = "1B2M2Y8AsgTpgAmY7PhCfg=="
    yield "wrong digest", ask(s3.put_object, Bucket=BUCKET, Key="k", Body=b"1", ContentMD5=md5)
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        yield (
            f"put {algorithm}",
            ask(s3.put_object, Bucket=BUCKET, Key="sum", Body=b"1", ChecksumAlgorithm=algorithm),
        )
        yield (
            f"get {algorithm}",
            ask(s3.get_object, Bucket=BUCKET, Key="sum", ChecksumMode="ENABLED"),
        )
    yield (
        "wrong sum",
        ask(
            s3.put_object,
            Bucket=BUCKET,
            Key="sum",
            Body=b"1",
            ChecksumSHA1="2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        ),
    )
    for class_ in ("STANDARD_IA", "NONSENSE"):
        yield (
            f"class {class_}",
            ask(s3.put_object, Bucket=BUCKET, Key="class", Body=b"1", StorageClass=class_),
        )
    yield "head class", ask(s3.head_object, Bucket=BUCKET, Key="class")
    yield "if none match", ask(s3.put_object, Bucket=BUCKET, Key="sum", IfNoneMatch="*")
    yield "if none match new", ask(s3.put_object, Bucket=BUCKET, Key="new", IfNoneMatch="*")
    yield "if match", ask(s3.put_object, Bucket=BUCKET, Key="new", Body=b"1", IfMatch='"abc"')
    yield "public acl", ask(s3.put_object, Bucket=BUCKET, Key="public", ACL="public-read")
    yield "big metadata", ask(s3.put_object, Bucket=BUCKET, Key="meta", Metadata={"a": "x" * 2100})


def deletes(s3: Any) -> Steps:
    for key in "abcd":
        s3.put_object(Bucket=BUCKET, Key=f"del/{key}", Body=key.encode())
    yield "one", ask(s3.delete_object, Bucket=BUCKET, Key="del/a")
    yield "again", ask(s3.delete_object, Bucket=BUCKET, Key="del/a")
    two = {"Objects": [{"Key": "del/b"}, {"Key": "del/none"}]}
    yield "many", ask(s3.delete_objects, Bucket=BUCKET, Delete=two)
    quiet = {"Objects": [{"Key": "del/c"}], "Quiet": True}
    yield "quietly", ask(s3.delete_objects, Bucket=BUCKET, Delete=quiet)
    yield "left", ask(s3.list_objects_v2, Bucket=BUCKET, Prefix="del/")
    yield "if match", ask(s3.delete_object, Bucket=BUCKET, Key="del/d", IfMatch="x")
    thousand = {"Objects": [{"Key": f"n{n}"} for n in range(1001)]}
    yield "1001", ask(s3.delete_objects, Bucket=BUCKET, Delete=thousand)
    yield "nowhere", ask(s3.delete_object, Bucket="nowhere", Key="k")


def lists(s3: Any) -> Steps:
    s3.create_bucket(Bucket="lists")
    keys = ["a", "a/1", "a/2", "a/b/1", "b/1", "b/2", "c", "c d", "d+e", "é/1", "z&<>"]
    for key in keys:
        s3.put_object(Bucket="lists", Key=key, Body=b"x")
    for name, given in {
        "all": {},
        "prefix": {"Prefix": "a"},
        "delimiter": {"Delimiter": "/"},
        "both": {"Prefix": "a/", "Delimiter": "/"},
        "long delimiter": {"Delimiter": "b/"},
        "max": {"MaxKeys": 3},
        "max delimiter": {"MaxKeys": 3, "Delimiter": "/"},
        "none": {"MaxKeys": 0},
        "url": {"EncodingType": "url"},
        "no match": {"Prefix": "nothing"},
    }.items():
        yield f"v1 {name}", ask(s3.list_objects, Bucket="lists", **given)
        yield f"v2 {name}", ask(s3.list_objects_v2, Bucket="lists", **given)
        if name != "none":
            yield f"versions {name}", ask(s3.list_object_versions, Bucket="lists", **given)
    yield "marker", ask(s3.list_objects, Bucket="lists", Marker="b/1")
    yield "marker delimiter", ask(s3.list_objects, Bucket="lists", Marker="a/", Delimiter="/")
    yield "start after", ask(s3.list_objects_v2, Bucket="lists", StartAfter="b/1")
    yield "owner", ask(s3.list_objects_v2, Bucket="lists", FetchOwner=True, MaxKeys=1)
    yield "bad token", ask(s3.list_objects_v2, Bucket="lists", ContinuationToken="!")
    yield "nowhere", ask(s3.list_objects_v2, Bucket="nowhere")
    for size in (1, 2, 3, 5):
        for delimiter in ("", "/"):
            pages = s3.get_paginator("list_objects_v2").paginate(
                Bucket="lists", Delimiter=delimiter, PaginationConfig={"PageSize": size}
            )
            found = [
                one.get("Key") or one["Prefix"]
                for page in pages
                for one in [*page.get("Contents", []), *page.get("CommonPrefixes", [])]
            ]
            yield f"pages of {size} {delimiter}", ("ok", 200, sorted(found))


def copies(s3: Any) -> Steps:
    source = {"Bucket": BUCKET, "Key": "from é"}
    s3.put_object(**source, Body=b"data", Metadata={"a": "b"}, ContentType="text/x", Tagging="t=1")
    to = {"Bucket": BUCKET, "Key": "to"}
    yield "copy", ask(s3.copy_object, **to, CopySource=source)
    yield "copied", ask(s3.get_object, **to)
    yield "text source", ask(s3.copy_object, **to, CopySource=f"{BUCKET}/from%20%C3%A9")
    yield "itself", ask(s3.copy_object, **source, CopySource=source)
    yield (
        "replace",
        ask(
            s3.copy_object,
            **to,
            CopySource=source,
            MetadataDirective="REPLACE",
            Metadata={"c": "d"},
            TaggingDirective="REPLACE",
            Tagging="u=2",
        ),
    )
    yield "replaced", ask(s3.get_object, **to)
    yield "new tags", ask(s3.get_object_tagging, **to)
    yield "missing", ask(s3.copy_object, **to, CopySource=f"{BUCKET}/missing")
    yield "nowhere", ask(s3.copy_object, **to, CopySource="nowhere/missing")
    yield "if match", ask(s3.copy_object, **to, CopySource=source, CopySourceIfMatch="x")
    etag = hashlib.md5(b"data").hexdigest()
    yield "if none match", ask(s3.copy_object, **to, CopySource=source, CopySourceIfNoneMatch=etag)
    yield "SHA256", ask(s3.copy_object, **to, CopySource=source, ChecksumAlgorithm="SHA256")


def multipart(s3: Any) -> Steps:
    here = {"Bucket": BUCKET, "Key": "multi"}
    made = s3.create_multipart_upload(**here, Metadata={"a": "b"}, ContentType="text/x")
    upload = {**here, "UploadId": made["UploadId"]}
    yield "create", ("ok", 200, plain(made))
    bodies = [b"1" * PART, b"2" * PART, b"3"]
    etags = []
    for number, body in enumerate(bodies, 1):
        done = s3.upload_part(**upload, PartNumber=number, Body=body)
        etags.append(done["ETag"])
        yield f"part {number}", ("ok", 200, plain(done))
    yield "part 0", ask(s3.upload_part, **upload, PartNumber=0, Body=b"")
    yield "part 10001", ask(s3.upload_part, **upload, PartNumber=10001, Body=b"")
    yield "no upload", ask(s3.upload_part, **here, UploadId="no", PartNumber=1, Body=b"")
    yield "parts", ask(s3.list_parts, **upload)
    yield "2 parts", ask(s3.list_parts, **upload, MaxParts=2)
    yield "uploads", ask(s3.list_multipart_uploads, Bucket=BUCKET)

    def complete(*chosen: tuple[int, str]) -> Outcome:
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in chosen]
        return ask(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts})

    yield "no parts", complete()
    yield "complete", complete(*enumerate(etags, 1))
    yield "completed", ask(s3.head_object, **here)
    yield "part 2 of it", ask(s3.head_object, **here, PartNumber=2)
    yield "part 4 of it", ask(s3.head_object, **here, PartNumber=4)
    yield "parts afterwards", ask(s3.list_parts, **upload)
    made = s3.create_multipart_upload(**here)
    upload = {**here, "UploadId": made["UploadId"]}
    small = [s3.upload_part(**upload, PartNumber=n, Body=b"1")["ETag"] for n in (1, 2)]
    yield "small parts", complete(*enumerate(small, 1))
    yield "wrong order", complete((2, small[1]), (1, small[0]))
    yield "wrong etag", complete((1, "x" * 32))
    made = s3.create_multipart_upload(**here)
    upload = {**here, "UploadId": made["UploadId"]}
    yield "no such part", complete((7, small[0]))
    yield "abort", ask(s3.abort_multipart_upload, **upload)
    yield "abort again", ask(s3.abort_multipart_upload, **upload)
    made = s3.create_multipart_upload(Bucket=BUCKET, Key="copied")
    upload = {"Bucket": BUCKET, "Key": "copied", "UploadId": made["UploadId"]}
    source = f"{BUCKET}/multi"
    parts = []
    for number, span in ((1, f"0-{PART - 1}"), (2, f"{PART}-{2 * PART}")):
        done = s3.upload_part_copy(
            **upload, PartNumber=number, CopySource=source, CopySourceRange=f"bytes={span}"
        )
        parts.append((number, done["CopyPartResult"]["ETag"]))
        yield f"part copy {number}", ("ok", 200, plain(done))
    yield (
        "bad range",
        ask(
            s3.upload_part_copy,
            **upload,
            PartNumber=3,
            CopySource=source,
            CopySourceRange=f"bytes=0-{9 * PART}",
        ),
    )
    yield "complete copies", complete(*parts)
    yield "of copies", ask(s3.head_object, Bucket=BUCKET, Key="copied")


SCENARIOS = [buckets, configuration, objects, deletes, lists, copies, multipart]

_NAMES = "userguide/bucketnamingrules.html; moto takes any name"
_MOTO = "moto fails on this"
_ETAG = "API/API_Object.html: a multipart upload's ETag is not an MD5 digest, and opaque"

#: (scenario, step) → the AWS page that the engine follows, and what moto does.
DIFFERENT: dict[tuple[str, str], str] = {
    ("buckets", "create B_A"): _NAMES,
    ("buckets", "create a..b"): _NAMES,
    ("buckets", "create 1.2.3.4"): _NAMES,
    ("buckets", "create xn--a"): _NAMES,
    ("buckets", "create a-s3alias"): _NAMES,
    ("buckets", "create -ab"): _NAMES,
    ("buckets", "create ab-"): _NAMES,
    (
        "buckets",
        "create in nowhere",
    ): "API/API_CreateBucket.html: LocationConstraint's valid values",
    ("buckets", "list"): "API/API_ListBuckets.html: the prefix is in the answer",
    ("configuration", "get ownership_controls"): (
        "userguide/about-object-ownership.html: by default the bucket's owner is enforced"
    ),
    ("configuration", "get request_payment"): "API/API_GetBucketRequestPayment.html: Payer",
    (
        "objects",
        "range -30",
    ): "API/API_GetObject.html: the checksum is the object's; a 206 has none",
    ("objects", "part 1"): "API/API_GetObject.html: the checksum is the object's; a 206 has none",
    ("objects", "IfMatch *"): "API/API_GetObject.html names RFC 7232, where * is any ETag",
    ("objects", "head IfMatch *"): "API/API_HeadObject.html names RFC 7232, where * is any ETag",
    ("objects", "tag twice"): "userguide/object-tagging.html: tag keys are unique",
    ("objects", "long key"): "userguide/object-keys.html: at most 1,024 bytes",
    ("objects", "bad digest"): "API/ErrorResponses.html: InvalidDigest; moto does not look",
    ("objects", "wrong digest"): "API/ErrorResponses.html: BadDigest; moto does not look",
    ("objects", "wrong sum"): "userguide/checking-object-integrity-upload.html: BadDigest",
    ("objects", "public acl"): "userguide/about-object-ownership.html: ACLs are off",
    ("objects", "big metadata"): "userguide/UsingMetadata.html: 2 KB",
    ("deletes", "quietly"): "API/API_DeleteObjects.html: quiet answers name errors alone",
    ("deletes", "1001"): "API/API_DeleteObjects.html: up to 1,000 keys",
    ("lists", "v1 max"): "API/API_ListObjects.html: NextMarker only with a delimiter",
    ("lists", "v1 max delimiter"): "API/API_ListObjects.html: common prefixes count in MaxKeys",
    ("lists", "versions url"): "API/API_ListObjectVersions.html: EncodingType; moto ignores it",
    ("lists", "marker delimiter"): (
        "API/API_ListObjects.html: NextMarker may be a common prefix, which then is over"
    ),
    ("lists", "bad token"): _MOTO,
    ("copies", "if match"): "API/API_CopyObject.html: 412; moto does not look",
    ("multipart", "part 1"): _ETAG,
    ("multipart", "part 2"): _ETAG,
    ("multipart", "part 3"): _ETAG,
    ("multipart", "complete"): _ETAG,
    ("multipart", "completed"): _ETAG,
    ("multipart", "parts"): "API/API_Part.html: a part has the checksum that it came with",
    ("multipart", "2 parts"): "API/API_Part.html: a part has the checksum that it came with",
    ("multipart", "part 0"): "API/API_UploadPart.html: 1 to 10,000",
    ("multipart", "no upload"): _MOTO,
    ("multipart", "part 2 of it"): "API/API_HeadObject.html: a ranged head of the object, 206",
    ("multipart", "part 4 of it"): _MOTO,
    ("multipart", "wrong order"): "API/API_CompleteMultipartUpload.html: InvalidPartOrder",
    ("multipart", "bad range"): "API/API_UploadPartCopy.html: a range inside the source",
}


def run(scenario: Callable[[Any], Steps], s3: Any) -> dict[tuple[str, str], Outcome]:
    return {(scenario.__name__, step): outcome for step, outcome in scenario(s3)}


@pytest.fixture(scope="module")
def of_moto() -> dict[tuple[str, str], Outcome]:
    """moto's answers; its patches of botocore are gone again when the engine is asked."""
    found: dict[tuple[str, str], Outcome] = {}
    with mock_aws():
        s3 = beside_moto.client("s3", s3={"addressing_style": "path"})
        s3.create_bucket(Bucket=BUCKET)
        for scenario in SCENARIOS:
            found |= run(scenario, s3)
    return found


@pytest.fixture(scope="module")
def of_engine(running_engine: RunningEngine) -> dict[tuple[str, str], Outcome]:
    found: dict[tuple[str, str], Outcome] = {}
    s3 = running_engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for scenario in SCENARIOS:
        found |= run(scenario, s3)
    return found


def test_differences_from_moto_are_the_known_ones(
    of_moto: dict[tuple[str, str], Outcome], of_engine: dict[tuple[str, str], Outcome]
) -> None:
    beside_moto.compare(of_moto, of_engine, DIFFERENT, alike=100)
