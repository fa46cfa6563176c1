"""One resource: described whole, changed by a verb, or created."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..aws.errors import ProblemError
from ..kinds import (
    BadId,
    Kind,
    Verb,
    facts,
    groups_of,
    parameters_of,
    places,
    related,
    row_id,
    written,
)
from ..kinds.fields import in_place
from ..kinds.model import input_members
from ..protocol import Created, Problem, Resource, Row
from .client import Client
from .rows import merged, row_of


def invalid(title: str, detail: str) -> ProblemError:
    """What was asked for cannot be: nothing was sent."""
    return ProblemError(Problem(status=400, cause="invalid", title=title, detail=detail))


def named(kind: Kind, id: str, operation: str | None = None) -> dict[str, str]:
    """The parameters that a row id stands for. Raises a 400 ProblemError."""
    try:
        return parameters_of(kind, id, operation)
    except BadId as error:
        raise invalid(f"This is not the id of a {kind.label.lower()}", f"{error}.") from error


def described(kind: Kind, id: str, client: Client, known: Row | None) -> Resource:
    """The describe answer with its row, facts and relations. Blocks. Raises ProblemError."""
    parameters = named(kind, id)
    if kind.describe_operation is None:
        raise ProblemError(
            Problem(
                status=405,
                cause="invalid",
                title=f"SageMaker does not describe {kind.plural.lower()}",
                detail="All that it tells of them is in the list.",
            )
        )
    answer = client.call(kind.describe_operation, parameters)
    # Some describe answers do not repeat what they were asked for.
    row = row_of(kind, {**parameters, **answer})
    if known is not None:
        row = merged(known, row)
    if row.instance is None and kind.instance_source == "describe":
        groups = groups_of(kind, answer)
        row = msgspec.structs.replace(row, instance=written(groups), groups=groups)
    return Resource(
        kind=kind.id,
        row=row,
        facts=facts(kind, answer),
        related=related(kind, {**parameters, **answer}),
        definition=answer,
        places=places(answer),
    )


def act(
    kind: Kind,
    id: str,
    operation: str,
    parameters: Mapping[str, Any],
    client: Client,
    known: Row | None,
) -> None:
    """Do what a verb says, if the resource's state allows it. Blocks.

    Raises a ProblemError: 404 for an unknown verb, 409 in a forbidden state, or AWS's own.
    """
    verb = next((verb for verb in kind.verbs if verb.operation == operation), None)
    if verb is None:
        raise ProblemError(
            Problem(
                status=404,
                cause="not_found",
                title=f"{operation[:80]!r} is nothing that can be done to a {kind.label.lower()}",
            )
        )
    identity = named(kind, id, operation)
    clash = identity.keys() & parameters.keys()
    if clash:
        raise invalid(
            "The id is given twice", f"{', '.join(sorted(clash))} are known from the address."
        )
    if verb.given or verb.fields:
        # What is asked for here is made of what the resource is now, and not of what a page knew.
        resource = described(kind, id, client, known)
        known, answer = resource.row, resource.definition
        if verb.fields:
            parameters = in_place(verb.fields, parameters, answer)
        if verb.given:
            taken = input_members(operation)
            given = {n: value for n, value in verb.given(answer).items() if n in taken}
            parameters = {**given, **parameters}
    if verb.when and (known is None or known.status not in verb.when):
        # The last known row may be old, and it must not keep anyone from a thing that is allowed.
        now = described(kind, id, client, known).row
        if now.status not in verb.when:
            raise forbidden(verb, now)
    client.call(operation, {**identity, **parameters})


def forbidden(verb: Verb, row: Row) -> ProblemError:
    """409: `Stop is possible only when InService; it is Stopped now.`"""
    states = " or ".join(filter(None, (", ".join(verb.when[:-1]), verb.when[-1])))
    return ProblemError(
        Problem(
            status=409,
            cause="conflict",
            title=f"{verb.label} is not possible now",
            detail=f"{verb.label} is possible only when {states}; it is {row.status} now.",
            next=f"Wait until {row.name} is {states}, then try again.",
        )
    )


def create(kind: Kind, parameters: Mapping[str, Any], client: Client) -> Created:
    """Create one. Blocks. What the model forbids is refused before it is sent (400)."""
    if kind.create_operation is None:
        raise invalid(f"{kind.plural} cannot be created", "SageMaker has no operation for it.")
    if fields := kind.fields.get("Create"):
        parameters = in_place(fields, parameters, {})
    answer = client.call(kind.create_operation, parameters)
    return Created(kind.id, row_id(kind, {**parameters, **answer}))
