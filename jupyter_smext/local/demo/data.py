"""The demo's data: scikit-learn's own images of handwritten digits, split, as CSV files in S3."""

from __future__ import annotations

import io
from typing import Any

from .stage import TAGS, Stage, found

#: Parts of the 1,797 images. The test part is never seen by a training job.
PARTS = {"train": 1078, "validation": 359, "test": 360}


def put(stage: Stage) -> str:
    """A bucket with one CSV file a part: the digit, then 64 pixels from 0 (white) to 16."""
    bucket, s3 = stage.bucket, stage.s3
    if found(s3.head_bucket, Bucket=bucket) is None:
        place = {"LocationConstraint": stage.region}
        more = {} if stage.region == "us-east-1" else {"CreateBucketConfiguration": place}
        s3.create_bucket(Bucket=bucket, **more)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": TAGS})
    missing = [
        part for part in PARTS if found(s3.head_object, Bucket=bucket, Key=key(part)) is None
    ]
    if not missing:
        return f"s3://{bucket} is kept as it is."
    for part, rows in split().items():
        stage.say(f"{part}: {len(rows):,} images")
        s3.put_object(Bucket=bucket, Key=key(part), Body=as_csv(rows), ContentType="text/csv")
    return f"1,797 images in 3 files in s3://{bucket}."


def key(part: str) -> str:
    return f"digits/{part}/{part}.csv"


def split() -> dict[str, Any]:
    """Rows of each part, as arrays; the same ones every time."""
    import numpy
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    rows = numpy.column_stack([labels, images]).astype(int)
    order = numpy.random.default_rng(0).permutation(len(rows))
    bounds = numpy.cumsum(list(PARTS.values()))[:-1]
    return dict(zip(PARTS, numpy.split(rows[order], bounds), strict=True))


def as_csv(rows: Any) -> bytes:
    import numpy

    text = io.BytesIO()
    numpy.savetxt(text, rows, fmt="%d", delimiter=",")
    return text.getvalue()
