"""Kinds, connections, and what is known of resources."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .problem import Problem

Tone = Literal["busy", "ok", "idle", "bad", "unknown"]
Group = Literal["prepare", "build", "train", "deploy", "govern"]
Cell = str | int | float | bool | None

CHANGED_EVENT = "https://schema.jupyter.org/jupyter_smext/changed/v1"


class Column(msgspec.Struct, frozen=True):
    """One column of a kind's rows; `name` is the member of AWS's summary it comes from."""

    name: str
    label: str
    format: Literal["text", "time", "number", "list"]


class Verb(msgspec.Struct, frozen=True):
    """What can be done to one resource: an AWS operation.

    `when` are the states it is allowed in (none = any). `danger` verbs ask first; the `shutdown`
    verb is what ends the resource's bill; `form` verbs take parameters. `on` is the id of the kind
    that it makes one of, or ends, with this resource's identity; None: it is the resource's own.
    """

    operation: str
    label: str
    when: tuple[str, ...]
    danger: bool
    shutdown: bool
    form: bool
    on: str | None = None


class Deploys(msgspec.Struct, frozen=True):
    """How an endpoint is made of a resource: its name is the value of this field of the layout.

    `source` of the layout `endpoint` is the same word. `when` are the states that allow it (none =
    any).
    """

    field: str
    when: tuple[str, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """A SageMaker resource kind, as data.

    `parent` is the kind it shows under; `listed_by` says whether its rows come with the inventory
    or are read when a parent row is opened. `identity` names the parts of its row ids. `open` is
    the presigned operation, allowed in the states `open_when` (none = any). `console` is a URL
    template of the AWS console with {region}, {name} and {domain}, the connection's `console`.
    What runs of it has no price of its own where it is `paid_by` another kind. Resources of it
    write `logs`; CloudWatch measures their `metrics`; they can carry `tags`; an endpoint `deploys`
    them.
    """

    id: str
    noun: str
    label: str
    plural: str
    group: Group
    columns: tuple[Column, ...]
    verbs: tuple[Verb, ...]
    create: str | None
    open: str | None
    open_when: tuple[str, ...]
    parent: str | None
    listed_by: Literal["inventory", "parent"]
    identity: tuple[str, ...]
    console: str | None
    paid_by: str | None
    metrics: bool = False
    logs: bool = False
    tags: bool = False
    deploys: Deploys | None = None


class InstanceGroup(msgspec.Struct, frozen=True):
    """Instances of one type that a resource runs on.

    `type` is empty where AWS chooses one and does not tell; `volume_gib` is of each instance.
    `billed_as` is AWS's word for it in the price list, None where none of its prices holds.
    """

    type: str
    count: int
    volume_gib: int | None
    billed_as: str | None


class Row(msgspec.Struct, frozen=True):
    """One resource in a list.

    Times are epoch seconds; `instance` is e.g. `2 × ml.m5.xlarge`, the `groups` in words.

    `running` rows are billed now. `parent` is the row id of the parent; `cells` follow the kind's
    columns.
    """

    id: str
    name: str
    status: str
    tone: Tone
    running: bool
    arn: str | None
    created: float | None
    modified: float | None
    instance: str | None
    parent: str | None
    cells: tuple[Cell, ...]
    groups: tuple[InstanceGroup, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """All rows of one kind that were read at `read_at`.

    `problem` says why they are not newer or absent. `stale` rows are the last good ones. `read_at`
    None with no problem: not read yet.
    """

    kind: str
    rev: int
    read_at: float | None
    stale: bool
    problem: Problem | None
    rows: tuple[Row, ...]


class Cost(msgspec.Struct, frozen=True):
    """What a running row takes, by kind and row id.

    `price` is in US dollars an hour, None for no price; `memory` in bytes in use on this machine,
    None where that is not known or not here.
    """

    kind: str
    id: str
    price: float | None
    memory: int | None


class Costs(msgspec.Struct, frozen=True):
    """What all that runs in a region takes.

    `charged` is False where running costs nothing, the local engine: there is memory instead of
    prices. `prices_of` is the publication date of the price list and `prices_read_at` when it was
    read, in epoch seconds; `problem` says why it is not newer, or not there.
    """

    charged: bool
    rows: tuple[Cost, ...]
    prices_of: float | None
    prices_read_at: float | None
    problem: Problem | None
    reading: bool


class Inventory(msgspec.Struct, frozen=True):
    """The pages of a connection and region that changed after the asked revision.

    `costs` are whole each time: prices and memory change by themselves.
    """

    connection: str
    region: str
    rev: int
    reading: bool
    kinds: int
    kinds_read: int
    read_at: float | None
    next_read_at: float | None
    problem: Problem | None
    pages: tuple[Page, ...]
    costs: Costs | None = None


class Connection(msgspec.Struct, frozen=True):
    """A way into AWS, or the local engine.

    `how` names it as a user knows it: `SSO`, `static keys`, `assume role`… `regions` are those of
    its partition, and `console` is the domain of that partition's AWS console. Through a
    `read_only` connection nothing is changed.
    """

    id: str
    label: str
    how: str
    region: str | None
    regions: tuple[str, ...]
    console: str
    read_only: bool = False


class Identity(msgspec.Struct, frozen=True):
    """Who AWS says we are; `expires_at` is epoch seconds, None for what does not expire."""

    connection: str
    account: str | None
    alias: str | None
    arn: str | None
    name: str | None
    expires_at: float | None
    problem: Problem | None


class Fact(msgspec.Struct, frozen=True):
    """A line of a resource's Overview."""

    label: str
    value: Cell
    format: Literal["text", "time", "number", "list", "bytes", "seconds", "code"]


class Related(msgspec.Struct, frozen=True):
    """A link from one resource to another; `role` is the member that names it.

    `texts` are what stands for it in AWS's answer: a name, an ARN.
    """

    role: str
    kind: str
    id: str
    name: str
    texts: tuple[str, ...] = ()


class S3Place(msgspec.Struct, frozen=True):
    """A place in S3 that a resource names: `label` is what for, `member` the dotted path there."""

    label: str
    member: str
    uri: str


class Resource(msgspec.Struct, frozen=True):
    """One resource, whole: its row, the facts that matter, its relations, AWS's describe answer."""

    kind: str
    row: Row
    facts: tuple[Fact, ...]
    related: tuple[Related, ...]
    definition: dict[str, Any]
    places: tuple[S3Place, ...] = ()


class Created(msgspec.Struct, frozen=True):
    """What a Create operation made."""

    kind: str
    id: str


class FormSection(msgspec.Struct, frozen=True):
    """Fields that are shown together, by their names in the schema's own properties.

    A `folded` one is opened by who wants it; it is open where a field in it has a value that is
    none of the defaults, or is wrong.
    """

    id: str
    title: str
    fields: tuple[str, ...]
    about: str = ""
    folded: bool = False


class Form(msgspec.Struct, frozen=True):
    """A form for one operation: JSON Schema of AWS's shape, the fields to show first, defaults.

    Of a layout the schema is of our own, and all its fields are in `sections`; what a schema says
    beside JSON Schema is in `creation.py`.
    """

    operation: str
    title: str
    schema: dict[str, Any]
    first: tuple[str, ...]
    defaults: dict[str, Any]
    sections: tuple[FormSection, ...] = ()


class Changed(msgspec.Struct, frozen=True):
    """Event: rows of a kind changed. Ids only; the browser reads the rest over REST."""

    connection: str
    region: str
    kind: str
    ids: tuple[str, ...]
    rev: int
