"""AWS::S3::Bucket and AWS::S3::BucketPolicy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ....contract import ServiceError
from .place import Detail, Failed, Made, Place, ResourceType

_FIRST = "us-east-1"
#: What a bucket here is anyway; another value is refused with the rest.
_AS_IT_IS: Mapping[str, Any] = {
    "AccessControl": "Private",
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
}


class Bucket(ResourceType):
    """A bucket with its name and tags; its other settings need AWS."""

    attributes = ("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName")

    async def find(self, place: Place, properties: Detail) -> Made | None:
        name = self._name(place, properties)
        try:
            bucket = place.engine.objects.bucket(name)
        except ServiceError:
            return None
        ours = place.marks().items() <= (bucket.tags or {}).items()
        return self._made(place, name) if ours else None

    async def create(self, place: Place, properties: Detail) -> Made:
        for name, value in properties.items():
            if name not in ("BucketName", "Tags") and value != _AS_IT_IS.get(name):
                raise Failed(
                    f"The property {name} needs AWS: the local engine's buckets have no such "
                    "setting. Leave it out, or choose an AWS connection."
                )
        name = self._name(place, properties)
        tags = place.tags(properties.get("Tags", ()))
        # In us-east-1 a bucket of one's own may be made twice, and would not be this stack's.
        if any(one.name == name for one in place.engine.objects.buckets()):
            raise Failed(f"{name} already exists")
        where: Detail = {"Tags": tags}
        if place.region != _FIRST:
            where["LocationConstraint"] = place.region
        await place.ask("s3", "CreateBucket", Bucket=name, CreateBucketConfiguration=where)
        return self._made(place, name)

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        if any(one.name == made.ref for one in place.engine.objects.buckets()):
            await place.ask("s3", "DeleteBucket", Bucket=made.ref)

    def _name(self, place: Place, properties: Detail) -> str:
        name = properties.get("BucketName")
        return str(name) if name is not None else place.physical_name(63).lower()

    def _made(self, place: Place, name: str) -> Made:
        attributes = {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{place.region}.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{place.region}.amazonaws.com",
        }
        return Made(name, {"Bucket": name}, attributes)


class BucketPolicy(ResourceType):
    """The policy of a bucket, which nothing evaluates."""

    async def create(self, place: Place, properties: Detail) -> Made:
        bucket = str(properties.get("Bucket", ""))
        policy = json.dumps(properties.get("PolicyDocument"))
        await place.ask("s3", "PutBucketPolicy", Bucket=bucket, Policy=policy)
        return Made(bucket, {"Bucket": bucket})

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        if any(one.name == made.ref for one in place.engine.objects.buckets()):
            await place.ask("s3", "DeleteBucketPolicy", Bucket=made.ref)


S3: Mapping[str, ResourceType] = {
    "AWS::S3::Bucket": Bucket(),
    "AWS::S3::BucketPolicy": BucketPolicy(),
}
