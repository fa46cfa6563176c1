"""`Kind` and `Verb`: a kind declares a line or two, the rest is derived from the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ..protocol import AwsCall, Deploys, Group, InstanceGroup
from . import model
from .fields import Fields
from .logs import Logs
from .measured import Measured
from .phases import Parts, PhaseWords, Times, times_of
from .verbs import Verb, derived, in_their_order

__all__ = ["Describe", "Kind", "Verb"]

Describe = Callable[[str, str], Mapping[str, Any]]
"""`describe(kind id, name)` → the describe answer of a further resource."""

Groups = tuple[InstanceGroup, ...]

TIME_FILTERS = (("CreationTimeAfter", "CreationTimeBefore"), ("CreatedAfter", "CreatedBefore"))


@dataclass(frozen=True, eq=False)
class Kind:
    """A SageMaker resource kind. `noun` is the word that AWS uses in its operation names.

    Declared: `columns` (members of the summary), `running` (states that are billed), `when`,
    `effects`, `labels` and `fields` (by `Start`, `Stop`, `Update`, `Delete`; `fields` also by
    `Create`), `more` (verbs beyond those four), `parent`
    (kind id), `each` (a list parameter that is asked with each of its values), `instance` (a
    JMESPath to `[[type, count, GiB of each volume], …]`, or a function where that takes a further
    describe), `billed_as` (AWS's word for its instances in the price list, in lower case),
    `billed` (that word by the answer, or None, where it differs), `paid_by` (the kind whose price
    holds its own), `naming` (a name made from the summary), `idle` (true for what is free in spite
    of its state), `facts`
    (paths into the describe answer, shown first), `cloned` (member of Create → JMESPath to it in
    the describe answer, where the two have other names), `uses` (calls of other services that use
    one; its identity is added to their parameters), `page` (its page in the AWS console),
    `logs`, `metrics`, `phases` and `parts` (what it goes through, and what does its work),
    `told_by` (a member and its value, where members alone name several kinds), `deploys` (how an
    endpoint is made of one) and `given`: derived facts that the model does not tell.
    """

    noun: str
    group: Group
    label: str = ""
    plural: str = ""
    columns: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    effects: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Fields] = field(default_factory=dict)
    more: tuple[Verb, ...] = ()
    open_when: tuple[str, ...] = ()
    parent: str | None = None
    each: str | None = None
    instance: str | Callable[[Mapping[str, Any], Describe], Groups] | None = None
    billed_as: str | None = None
    billed: Callable[[Mapping[str, Any]], str | None] | None = None
    paid_by: str | None = None
    naming: Callable[[Mapping[str, Any]], str | None] | None = None
    idle: Callable[[Mapping[str, Any]], bool] | None = None
    facts: tuple[str, ...] = ()
    cloned: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[AwsCall, ...] = ()
    page: str | None = None
    logs: Logs = ()
    metrics: Measured | None = None
    told_by: tuple[str, str] | None = None
    phases: tuple[PhaseWords, ...] = ()
    parts: Parts | None = None
    deploys: Deploys | None = None
    given: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first, *rest = model.words(self.noun)
        label = self.label or " ".join((first, *(word.lower() for word in rest)))
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "plural", self.plural or list(model.plurals(label))[-1])
        for name, value in self.given.items():
            if not isinstance(getattr(type(self), name, None), cached_property):
                raise TypeError(f"{self.noun}: {name!r} is not a derived fact")
            self.__dict__[name] = value

    def __repr__(self) -> str:
        return f"<Kind {self.noun}>"

    @cached_property
    def id(self) -> str:
        """`notebook-instance`: what URLs and events call it."""
        return "-".join(model.words(self.noun)).lower()

    # What AWS calls it.

    def operation(self, verb: str) -> str | None:
        """The newest operation `<verb><noun>`; AutoML's V2 covers the jobs of both versions."""
        names = (f"{verb}{self.noun}V2", f"{verb}{self.noun}")
        return next((name for name in names if name in model.operation_names()), None)

    @cached_property
    def list_operation(self) -> str:
        names = [f"List{plural}" for plural in model.plurals(self.noun)]
        for name in names:
            if name in model.operation_names():
                return name
        raise LookupError(f"{self.noun}: SageMaker has no {' or '.join(names)}")

    @cached_property
    def describe_operation(self) -> str | None:
        return self.operation("Describe")

    @cached_property
    def create_operation(self) -> str | None:
        return self.operation("Create")

    @cached_property
    def taggable(self) -> bool:
        """What can be given tags as it is created can be given them later."""
        create = self.create_operation
        return create is not None and "Tags" in model.input_members(create)

    @cached_property
    def delete_operation(self) -> str | None:
        return self.operation("Delete")

    @cached_property
    def open_operation(self) -> str | None:
        """The operation that answers a presigned URL."""
        name = f"CreatePresigned{self.noun}Url"
        if name not in model.operation_names():
            return None
        # A domain is opened as one of its users, so its own identity is not enough.
        return name if set(model.required_members(name)) <= set(self.identity) else None

    @cached_property
    def verbs(self) -> tuple[Verb, ...]:
        """Start, Stop, Update and Delete where the model has them, and `more`."""
        return in_their_order((*derived(self), *self.more))

    # What its list answers.

    @cached_property
    def list_parameters(self) -> tuple[dict[str, str], ...]:
        """Fixed parameters of the list call, one list chain each."""
        if self.each is None:
            return ({},)
        shape = model.input_members(self.list_operation)[self.each]
        return tuple({self.each: value} for value in model.enum_of(shape))

    @cached_property
    def result_key(self) -> str:
        members = model.output_members(self.list_operation)
        return next(name for name, shape in members.items() if shape.type_name == "list")

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """The shapes of one list item, by member."""
        members: Mapping[str, Any] = model.output_members(self.list_operation)[
            self.result_key
        ].member.members
        return members

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """The describe parameters that name one resource, in the model's order."""
        return model.required_members(self.describe_operation) if self.describe_operation else ()

    @cached_property
    def members(self) -> Mapping[str, str]:
        """Describe parameter → the summary's member, where the two differ."""
        return {}

    @property
    def _stem(self) -> str:
        """`TrackingServer` of `TrackingServerName`: the noun as the members spell it."""
        last = self.identity[-1] if self.identity else self.noun
        last = self.members.get(last, last)
        return next(
            (last[: -len(end)] for end in ("Name", "Arn", "Id") if last.endswith(end)), last
        )

    def _member(self, *names: str) -> str | None:
        return next((name for name in names if name in self.summary), None)

    @cached_property
    def name_member(self) -> str | None:
        last = self.members.get(self.identity[-1], self.identity[-1])
        return self._member(f"{self.noun}Name", f"{self._stem}Name", last)

    @cached_property
    def arn_member(self) -> str | None:
        return self._member(f"{self.noun}Arn", f"{self._stem}Arn")

    @cached_property
    def status_member(self) -> str | None:
        """A dotted path: a trial component's status is a structure."""
        name = self._member(f"{self.noun}Status", f"{self._stem}Status", "Status")
        if name is not None and self.summary[name].type_name == "structure":
            return f"{name}.PrimaryStatus"
        return name

    @cached_property
    def states(self) -> tuple[str, ...]:
        if self.status_member is None:
            return ()
        return model.enum_of(model.member_at(self.summary, self.status_member))

    @cached_property
    def created_member(self) -> str | None:
        return self._member("CreationTime", "CreateDate", "StartTime")

    @cached_property
    def modified_member(self) -> str | None:
        return self._member("LastModifiedTime", "LastUpdatedDate")

    @cached_property
    def arn_pattern(self) -> str | None:
        """The resource of its ARN, a group per identity value; None when that tells no name."""
        return rf"{self.id}/([^/]+)"

    # How its list can be cut and sorted.

    @cached_property
    def max_results(self) -> int | None:
        shape = model.input_members(self.list_operation).get("MaxResults")
        return None if shape is None else min(100, shape.metadata.get("max", 100))

    @cached_property
    def time_filters(self) -> tuple[str, str] | None:
        known = model.input_members(self.list_operation)
        return next((pair for pair in TIME_FILTERS if known.keys() >= set(pair)), None)

    @cached_property
    def status_filter(self) -> str | None:
        known = model.input_members(self.list_operation)
        names = ("StatusEquals", f"{self.status_member}Equals")
        return next((name for name in names if self.status_member and name in known), None)

    @cached_property
    def newest_first(self) -> Mapping[str, str]:
        """The list parameters that sort by creation, newest first; empty when it cannot."""
        known = model.input_members(self.list_operation)
        created = ("CreationTime", "CREATION_TIME", "CreateDate")
        by = next((key for key in model.enum_of(known.get("SortBy")) if key in created), None)
        orders = model.enum_of(known.get("SortOrder"))
        order = next((name for name in orders if name.lower() == "descending"), None)
        return {"SortBy": by, "SortOrder": order} if by and order else {}

    @property
    def sort_by_created(self) -> bool:
        return bool(self.newest_first)

    @cached_property
    def search(self) -> str | None:
        """What `Search` calls it; None when Search does not return its records."""
        known = model.enum_of(model.input_members("Search")["Resource"])
        names = (self.noun, f"Experiment{self.noun}")
        records = model.service_model().shape_for("SearchRecord").members
        return next((name for name in names if name in known and self.noun in records), None)

    @cached_property
    def times(self) -> Times:
        """What its describe answer tells of when it did what."""
        return times_of(self.describe_operation or self.list_operation)

    # Where it stands.

    @cached_property
    def listed_by(self) -> Literal["inventory", "parent"]:
        """`parent` when the summary does not say whose it is, so that each parent is asked."""
        if self.parent is None:
            return "inventory"
        from . import kind

        known = all(name in self.summary for name in kind(self.parent).identity)
        return "inventory" if known else "parent"

    @cached_property
    def instance_source(self) -> Literal["summary", "describe", "both"] | None:
        """Which answer `instance` reads; of both the describe answer tells more."""
        return None if self.instance is None else "describe"

    @cached_property
    def console(self) -> str | None:
        """The AWS console's page of one resource, with {region}, {domain} and {name}."""
        if self.page is None:
            return None
        application, _, place = self.page.rpartition("#/")
        host = "https://{region}.{domain}/sagemaker"
        return f"{host}/{application or 'home'}?region={{region}}#/{place}"
