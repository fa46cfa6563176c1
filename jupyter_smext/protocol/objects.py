"""Buckets and objects of S3, as they are listed and previewed, and what uses a resource."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem
from .resources import Cell, Related


class S3Bucket(msgspec.Struct, frozen=True):
    """A bucket; `region` is None where S3 does not tell, `created` is epoch seconds."""

    name: str
    region: str | None
    created: float | None


class S3Buckets(msgspec.Struct, frozen=True):
    """The buckets of an account, by name.

    `default` is the one that SageMaker's SDK takes, None where the account is not known.
    `problem` says why there are no more: a bucket that is not listed may still be opened by its
    name.
    """

    buckets: tuple[S3Bucket, ...]
    default: str | None
    problem: Problem | None


class S3Entry(msgspec.Struct, frozen=True):
    """A folder or an object below a prefix; a folder's `uri` ends in a slash.

    `storage` is S3's storage class; `size` is in bytes, `modified` epoch seconds; a folder has
    none of them.
    """

    name: str
    uri: str
    folder: bool
    size: int | None
    modified: float | None
    storage: str | None


class S3Page(msgspec.Struct, frozen=True):
    """A page of what lies below a prefix, in S3's order; `next` asks for the page after it."""

    uri: str
    entries: tuple[S3Entry, ...]
    next: str | None


class S3Sum(msgspec.Struct, frozen=True):
    """How much lies at a URI, an object or all below a prefix; without `complete` it is more."""

    uri: str
    objects: int
    bytes: int
    complete: bool


class S3Member(msgspec.Struct, frozen=True):
    """A file in an archive; `size` is in bytes, unpacked."""

    name: str
    size: int
    folder: bool


class S3Preview(msgspec.Struct, frozen=True):
    """What an object holds, as far as it is shown.

    By `form`: `text`, `json` and `jsonl` have `text`, of the `encoding`; `table` has `columns` and
    `rows` (of `rows_total`, where that is known), `types` where the file tells them; `image` is
    read through `object-content` as `media_type`; `archive` has `members`; `none` has but the
    `note`. Where it is not `whole`, there is more in the object than is here. `note` is a sentence
    on what is not shown or could not be read.
    """

    form: Literal["text", "json", "jsonl", "table", "image", "archive", "none"]
    whole: bool = True
    note: str = ""
    text: str = ""
    encoding: str = ""
    media_type: str = ""
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    rows_total: int | None = None
    members: tuple[S3Member, ...] = ()


class S3Object(msgspec.Struct, frozen=True):
    """An object: what S3 says of it, and a preview.

    `size` is in bytes, `modified` epoch seconds. `encryption` is in S3's words, `kms_key` the key's
    ARN. `problem` says why there is no preview of it.
    """

    uri: str
    size: int
    modified: float | None
    content_type: str
    etag: str
    version: str | None
    storage: str
    encryption: str | None
    kms_key: str | None
    metadata: dict[str, str]
    preview: S3Preview | None
    problem: Problem | None


class UsedBy(msgspec.Struct, frozen=True):
    """What names a resource, and what made the data that it names.

    `notes` say what was looked at where that is not all, `problems` what could not be read.
    """

    used_by: tuple[Related, ...]
    made_by: tuple[Related, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
