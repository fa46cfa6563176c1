"""AddTags, ListTags and DeleteTags on any record that has an ARN."""

from __future__ import annotations

from .. import errors
from .records import Detail
from .sagemaker import Answer, Call, operation

#: AWS's quota on tags of one resource.
_MOST = 50


def _tagged(call: Call) -> tuple[str, str, Detail]:
    arn = call.parameters["ResourceArn"]
    found = call.engine.store.find(arn)
    if found is None or found[0] != call.region:
        raise errors.missing("resource", arn, arn)
    return found[1], found[2], found[3]


def _list(tags: dict[str, str]) -> list[Detail]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@operation("AddTags")
def add_tags(call: Call) -> Answer:
    """Set tags; a key that is there gets the new value."""
    noun, key, detail = _tagged(call)
    new = {tag["Key"]: tag["Value"] for tag in call.parameters["Tags"]}
    tags = {**detail.get("_tags", {}), **new}
    if len(tags) > _MOST:
        raise errors.too_many_tags(_MOST)
    call.engine.store.update(call.region, noun, key, {"_tags": tags})
    return {"Tags": _list(tags)}


@operation("DeleteTags")
def delete_tags(call: Call) -> Answer:
    """Take tags away; keys that are not there are passed over."""
    noun, key, detail = _tagged(call)
    gone = set(call.parameters["TagKeys"])
    tags = {name: value for name, value in detail.get("_tags", {}).items() if name not in gone}
    call.engine.store.update(call.region, noun, key, {"_tags": tags})
    return {}


@operation("ListTags")
def list_tags(call: Call) -> Answer:
    """Every tag of a resource: the quota keeps them on one page."""
    _, _, detail = _tagged(call)
    return {"Tags": _list(detail.get("_tags", {}))}
