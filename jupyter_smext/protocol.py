"""Every shape that crosses the wire between the server half and the browser, written once."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Tone = Literal["busy", "ok", "idle", "bad", "unknown"]
Group = Literal["prepare", "build", "train", "deploy", "govern"]
Cell = str | int | float | bool | None
Cause = Literal[
    "denied",
    "throttled",
    "signed_out",
    "offline",
    "broken",
    "invalid",
    "not_found",
    "conflict",
    "limit",
    "needs_aws",
]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why something could not be read or done, in words a user can act on.

    `cause` picks how it is shown; `next` says what to do, `command` is what to type in a terminal
    for it. `code` and `request_id` are AWS's own; `permission` is the missing IAM action;
    `retry_at` is epoch seconds.
    """

    status: int
    cause: Cause
    title: str
    detail: str = ""
    next: str = ""
    command: str | None = None
    code: str | None = None
    request_id: str | None = None
    permission: str | None = None
    retry_at: float | None = None


class Column(msgspec.Struct, frozen=True):
    """One column of a kind's rows; `name` is the member of AWS's summary it comes from."""

    name: str
    label: str
    format: Literal["text", "time", "number", "list"]


class Verb(msgspec.Struct, frozen=True):
    """What can be done to one resource: an AWS operation.

    `when` are the states it is allowed in (none = any). `danger` verbs ask first; the `shutdown`
    verb is what ends the resource's bill; `form` verbs take parameters.
    """

    operation: str
    label: str
    when: tuple[str, ...]
    danger: bool
    shutdown: bool
    form: bool


class Kind(msgspec.Struct, frozen=True):
    """A SageMaker resource kind, as data.

    `parent` is the kind it shows under; `listed_by` says whether its rows come with the inventory
    or are read when a parent row is opened. `open` is the presigned operation, allowed in the
    states `open_when` (none = any). `console` is a URL template of the AWS console with {region},
    {name} and {domain}, which is the connection's `console`.
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
    console: str | None


class Row(msgspec.Struct, frozen=True):
    """One resource in a list.

    Times are epoch seconds; `instance` is e.g. `2 × ml.m5.xlarge`.

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


class Inventory(msgspec.Struct, frozen=True):
    """The pages of a connection and region that changed after the asked revision."""

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
    """A link from one resource to another; `role` is the member that names it."""

    role: str
    kind: str
    id: str
    name: str


class Resource(msgspec.Struct, frozen=True):
    """One resource, whole: its row, the facts that matter, its relations, AWS's describe answer."""

    kind: str
    row: Row
    facts: tuple[Fact, ...]
    related: tuple[Related, ...]
    definition: dict[str, Any]


class Created(msgspec.Struct, frozen=True):
    """What a Create operation made."""

    kind: str
    id: str


class Form(msgspec.Struct, frozen=True):
    """A form for one operation: JSON Schema of AWS's shape, the fields to show first, defaults."""

    operation: str
    title: str
    schema: dict[str, Any]
    first: tuple[str, ...]
    defaults: dict[str, Any]


class Target(msgspec.Struct, frozen=True):
    """A resource that a plan is about."""

    kind: str
    id: str


class PlanRequest(msgspec.Struct, frozen=True):
    """What to shut down: named targets, or all that runs in a group (`all` for everything)."""

    connection: str
    region: str
    targets: tuple[Target, ...] = ()
    scope: Literal["targets", "all", "prepare", "build", "train", "deploy", "govern"] = "targets"
    operation: str | None = None


class Step(msgspec.Struct, frozen=True):
    """One step of a plan, in the order of running.

    Times are epoch seconds.

    `waiting` steps wait for the resource to reach its end state; `effect` says what is kept and
    what is lost. `parameters` name the resource to `operation`, by AWS's member names.
    """

    kind: str
    id: str
    name: str
    kind_label: str
    operation: str
    effect: str
    created: float | None
    state: Literal["todo", "now", "waiting", "done", "failed", "skipped"]
    started: float | None
    ended: float | None
    note: str
    problem: Problem | None
    parameters: dict[str, str] = {}


class LeftRunning(msgspec.Struct, frozen=True):
    """A running resource that a plan leaves alone, and why."""

    kind: str
    id: str
    name: str
    kind_label: str
    why: str
    created: float | None


class Plan(msgspec.Struct, frozen=True):
    """An ordered shut-down: shown first, then run, journalled on disk, and proved by listing again.

    `left_over` names what the closing check still found running.
    """

    id: str
    rev: int
    connection: str
    region: str
    state: Literal["proposed", "running", "done", "failed", "stopped"]
    steps: tuple[Step, ...]
    left: tuple[LeftRunning, ...]
    problems: tuple[Problem, ...]
    started: float | None
    ended: float | None
    checked_at: float | None
    left_over: tuple[Target, ...]


class LocalEngine(msgspec.Struct, frozen=True):
    """The no-account engine on this machine.

    `kernels_without` says why kernels of a window on it do not get its environment; None: they do.
    """

    running: bool
    starting: bool
    version: str | None
    problem: Problem | None
    kernels_without: Problem | None


class DemoStep(msgspec.Struct, frozen=True):
    """One step of the demo; `detail` says how it is getting on, what came of it, or why it failed.

    Times are epoch seconds.
    """

    id: str
    title: str
    state: Literal["todo", "running", "done", "failed"]
    detail: str
    started: float | None
    ended: float | None


class Demo(msgspec.Struct, frozen=True):
    """The demo that fills the local engine: what it makes, and how far it is in `region`.

    `offered` was not run by this server; `stopped` was cancelled. Either, and `failed`, can be run
    again: what is there already is kept.
    """

    rev: int
    state: Literal["offered", "running", "done", "failed", "stopped"]
    region: str | None
    steps: tuple[DemoStep, ...]
    started: float | None
    ended: float | None
    problem: Problem | None


class Changed(msgspec.Struct, frozen=True):
    """Event: rows of a kind changed. Ids only; the browser reads the rest over REST."""

    connection: str
    region: str
    kind: str
    ids: tuple[str, ...]
    rev: int


class PlanChanged(msgspec.Struct, frozen=True):
    """Event: a plan made progress."""

    id: str
    rev: int


class DemoChanged(msgspec.Struct, frozen=True):
    """Event: the demo made progress."""

    rev: int


CHANGED_EVENT = "https://schema.jupyter.org/jupyter_smext/changed/v1"
PLAN_EVENT = "https://schema.jupyter.org/jupyter_smext/plan/v1"
DEMO_EVENT = "https://schema.jupyter.org/jupyter_smext/demo/v1"

WIRE: tuple[type[msgspec.Struct], ...] = (
    Kind,
    Connection,
    Identity,
    Inventory,
    Page,
    Resource,
    Created,
    Form,
    PlanRequest,
    Plan,
    LocalEngine,
    Demo,
    Changed,
    PlanChanged,
    DemoChanged,
    Problem,
)
