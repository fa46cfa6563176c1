"""What a layout is: a form for people, and the steps that its values ask for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec

from ..aws.errors import ProblemError, problem
from ..kinds import Kind
from ..protocol import FieldError, Form, FormSection, LayoutName, LayoutValues
from .steps import CreationPlan
from .values import read, schema_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_NAMED = 5
V = TypeVar("V", bound=msgspec.Struct)


class Wrong(ProblemError):
    """A 400: values that cannot be meant; `errors` say what is wrong with which field."""

    def __init__(self, *errors: FieldError) -> None:
        said = "; ".join(
            f"{'.'.join(map(str, error.path))}: {error.message}" if error.path else error.message
            for error in errors[:_NAMED]
        )
        more = f"; and {len(errors) - _NAMED} more" if len(errors) > _NAMED else ""
        super().__init__(
            problem("invalid", "These values cannot be taken", f"{said}{more}", "Change them.")
        )
        self.errors = errors


@dataclass(frozen=True)
class Place:
    """Where something is created, and what is known there. Its members may block.

    `names` are the row names known of a kind, to choose from; `file` is the file or folder that
    Jupyter's file browser has at a path, and raises a ProblemError where there is none.
    """

    sessions: Sessions
    connection: str
    region: str
    names: Callable[[Kind], list[str]]
    file: Callable[[str], Path]


class Layout(ABC, Generic[V]):
    """One layout; `values` is the struct of its fields. All methods block.

    A field's title, help and picker are in its `msgspec.Meta` (see `values.py`).
    """

    name: ClassVar[LayoutName]
    type: ClassVar[type[Any]]
    sections: ClassVar[tuple[FormSection, ...]]

    def form(self, place: Place, filled: Mapping[str, Any]) -> Form:
        """The form, as far as it is known; `filled` are the values that it begins with.

        Raises ProblemError.
        """
        schema = schema_of(self.type)
        defaults = {
            name: field["default"]
            for name, field in schema["properties"].items()
            if "default" in field
        }
        defaults |= filled
        self.complete(place, schema["properties"], defaults)
        return Form(
            operation=self.name.operation,
            title=self.name.title,
            schema=schema,
            first=tuple(schema["required"]),
            defaults=defaults,
            sections=self.sections,
        )

    @abstractmethod
    def complete(
        self, place: Place, fields: dict[str, dict[str, Any]], defaults: dict[str, Any]
    ) -> None:
        """Put what is known at the place into the fields: `examples`, choices, defaults.

        `defaults` have what is filled in already, which stays.
        """

    def read(self, values: Mapping[str, Any]) -> V:
        """Values as they came in. Raises Wrong."""
        found, errors = read(self.type, values)
        if errors:
            raise Wrong(*errors)
        checked: V = found
        return checked

    @abstractmethod
    def plan(self, place: Place, values: V) -> CreationPlan:
        """What the values ask for. Raises Wrong, and ProblemError."""

    def values(self, parameters: Mapping[str, Any], place: Place | None = None) -> LayoutValues:
        """The values that say the same as parameters of its operation, for a clone.

        What the parameters name is read at the place, where one is known. Raises ProblemError.
        """
        return LayoutValues(None, tuple(parameters))
