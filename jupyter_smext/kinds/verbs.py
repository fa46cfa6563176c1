"""`Verb`: what can be done to a resource, and those that the model has for every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import model
from .fields import Fields

if TYPE_CHECKING:
    from .kind import Kind


@dataclass(frozen=True)
class Verb:
    """What can be done to one resource: an AWS operation and the states that allow it (none = any).

    `danger` verbs lose something and ask first, the `shutdown` verb ends the resource's bill,
    `form` verbs take parameters, and `effect` says in a plan what is kept and what is lost.

    `on` (kind id): what is made or ended is of that kind and carries the resource's own identity;
    `given` tells from the describe answer what the operation takes besides that. `fields` are what
    a form asks for in other words than the operation's. `start` makes the values that a form starts
    with of the describe answer, where that has them under other names.
    """

    operation: str
    label: str
    when: tuple[str, ...] = ()
    danger: bool = False
    shutdown: bool = False
    form: bool = False
    effect: str = ""
    on: str | None = None
    given: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    fields: Fields | None = None
    start: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None


WORDS = ("Start", "Stop", "Update", "Delete")


def in_their_order(verbs: Iterable[Verb]) -> tuple[Verb, ...]:
    """Starts first and deletes last, as the derived ones are."""

    def place(verb: Verb) -> int:
        word = verb.label.split(" ", 1)[0]
        return WORDS.index(word if word in WORDS else "Update")

    return tuple(sorted(verbs, key=place))


def derived(kind: Kind) -> Iterator[Verb]:
    """Start, Stop, Update and Delete, where the model has them for what names the resource."""
    covered = {*kind.identity, *kind.members.values()}
    for word in WORDS:
        operation = kind.delete_operation if word == "Delete" else kind.operation(word)
        if operation is None or operation == kind.create_operation:
            continue
        form = word == "Update"
        # A form asks for what the identity does not cover; the other verbs take nothing else.
        if not form and not covered.issuperset(model.required_members(operation)):
            continue
        yield Verb(
            operation,
            kind.labels.get(word, word),
            when=kind.when.get(word, _settled(kind, word)),
            danger=word == "Delete",
            shutdown=_ends_bill(kind, word),
            form=form,
            effect=kind.effects.get(word, _effect(kind, word)),
            fields=kind.fields.get(word),
        )


def _ends_bill(kind: Kind, word: str) -> bool:
    """Stop does; Delete does for what runs and cannot be stopped."""
    if word == "Delete":
        return bool(kind.running) and kind.operation("Stop") is None
    return word == "Stop"


def _settled(kind: Kind, word: str) -> tuple[str, ...]:
    """Stop is for what runs and is not stopping yet; other verbs are for any state."""
    if word != "Stop":
        return ()
    return tuple(state for state in kind.running if not state.lower().startswith("stopping"))


def _effect(kind: Kind, word: str) -> str:
    if word != "Delete" or kind.create_operation is None or kind.describe_operation is None:
        return word
    known = model.output_members(kind.describe_operation)
    again = all(name in known for name in model.required_members(kind.create_operation))
    return "Delete; can be recreated" if again else word
