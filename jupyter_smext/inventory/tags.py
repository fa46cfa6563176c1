"""The tags of one resource: read, set and taken away."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from ..aws.call_check import errors_of
from ..aws.errors import ProblemError
from ..kinds import Kind
from ..kinds.model import input_members
from ..protocol import AwsCall, FieldError, Row, Tag, TagChanges, Tags
from .client import Client
from .resources import described, invalid

RESERVED = "aws:"
MOST = 50
"""AWS's quota on tags of one resource; those of AWS itself do not count."""


def tags_of(client: Client, arn: str) -> tuple[Tag, ...]:
    """All tags of a resource, by key. Blocks. Raises ProblemError."""
    found: list[Tag] = []
    parameters = {"ResourceArn": arn}
    while True:
        answer = client.call("ListTags", parameters)
        found += [Tag(tag["Key"], tag["Value"]) for tag in answer.get("Tags", ())]
        if not answer.get("NextToken"):
            return tuple(sorted(found, key=lambda tag: tag.key))
        parameters["NextToken"] = answer["NextToken"]


def errors_in(tags: Mapping[str, str]) -> tuple[FieldError, ...]:
    """What AWS would refuse of tags, by their number among them."""
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    found = errors_of(AwsCall("AddTags", {"Tags": given}))
    return tuple(replace(each, path=each.path[1:]) for each in found if each.path[0] == "Tags")


def read_tags(kind: Kind, id: str, client: Client, known: Row | None) -> Tags:
    """The tags of one resource. Blocks. Raises ProblemError."""
    arn = _arn(kind, id, client, known)
    return Tags(arn, tags_of(client, arn))


def change_tags(
    kind: Kind, id: str, changes: TagChanges, client: Client, known: Row | None
) -> Tags:
    """Set and take away tags; the answer is what there is then. Blocks.

    Raises a ProblemError: 400 for what AWS could not take, before anything is sent, or AWS's own.
    Where the second of the two calls fails, it says that the first was done.
    """
    _check(changes)
    arn = _arn(kind, id, client, known)
    if changes.put:
        tags = [{"Key": key, "Value": value} for key, value in changes.put.items()]
        client.call("AddTags", {"ResourceArn": arn, "Tags": tags})
    if changes.remove:
        try:
            client.call("DeleteTags", {"ResourceArn": arn, "TagKeys": list(changes.remove)})
        except ProblemError as error:
            if not changes.put:
                raise
            said = error.problem
            done = "The tags were set; those to be removed are still there."
            raise ProblemError(replace(said, detail=f"{said.detail} {done}".strip())) from error
    return Tags(arn, tags_of(client, arn))


def _arn(kind: Kind, id: str, client: Client, known: Row | None) -> str:
    """The ARN of a resource: of its row, or as AWS describes it."""
    arn = known.arn if known is not None and known.arn else None
    arn = arn or described(kind, id, client, known).row.arn
    if arn is None:
        raise invalid("It cannot be tagged", f"AWS tells no ARN of a {kind.label.lower()}.")
    return arn


def _check(changes: TagChanges) -> None:
    """Raises a 400 ProblemError for what no resource could take."""
    shapes = input_members("AddTags")["Tags"].member.members
    longest = {name: shape.metadata["max"] for name, shape in shapes.items()}
    for key, value in changes.put.items():
        if not 1 <= len(key) <= longest["Key"]:
            raise invalid(
                "This is no key of a tag",
                f"{key[:40]!r} has {len(key)} characters; AWS takes 1 to {longest['Key']}.",
            )
        if len(value) > longest["Value"]:
            raise invalid(
                f"The value of {key!r} is too long",
                f"It has {len(value)} characters; AWS takes up to {longest['Value']}.",
            )
    if len(changes.put) > MOST:
        raise invalid("These are too many tags", f"AWS takes up to {MOST} on one resource.")
    for key in (*changes.put, *changes.remove):
        if key.lower().startswith(RESERVED):
            raise invalid(
                f"{key[:40]!r} cannot be changed",
                f"AWS keeps tags that begin with {RESERVED} to itself.",
            )
    for error in errors_in(changes.put):
        raise invalid("AWS takes no such tag", error.message)
    both = changes.put.keys() & set(changes.remove)
    if both:
        raise invalid("A tag is set and removed at once", f"{', '.join(sorted(both))}.")
