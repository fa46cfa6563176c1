"""JumpStart's solutions: stacks to look at, launch, follow, and delete with proof."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem

SolutionOrigin = Literal["manifest", "shipped"]


class Solution(msgspec.Struct, frozen=True):
    """A solution in the list.

    `origin` says where the row was read; `as_of` is the date of the shipped table, ISO. `template`
    is the S3 URI of its CloudFormation template, None where none is public in this region;
    `regions` are those in which there is one, none: in all. `repository` is a web page, `version`
    that of the manifest.
    """

    id: str
    title: str
    use_case: str
    summary: str
    repository: str | None
    template: str | None
    regions: tuple[str, ...]
    origin: SolutionOrigin
    as_of: str | None
    version: str | None = None


class Solutions(msgspec.Struct, frozen=True):
    """All solutions that are known of; `problems` say which sources could not be read."""

    connection: str
    region: str
    solutions: tuple[Solution, ...]
    problems: tuple[Problem, ...]


class TemplateParameter(msgspec.Struct, frozen=True):
    """A parameter of a template, as a field of a form.

    `type` is CloudFormation's word. `hidden` (NoEcho): its value is neither shown nor kept.
    `constraint` says in words what is allowed. Without a default it must be given.
    """

    name: str
    label: str
    group: str
    type: str
    default: str | None
    description: str
    allowed: tuple[str, ...] = ()
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_value: float | None = None
    max_value: float | None = None
    constraint: str = ""
    hidden: bool = False


class CreatedType(msgspec.Struct, frozen=True):
    """What a template makes of one type: AWS::SERVICE::TYPE, by the names in the template.

    `conditional` are those of the names that depend on a condition.
    """

    service: str
    type: str
    names: tuple[str, ...]
    conditional: tuple[str, ...] = ()


class TemplateOutput(msgspec.Struct, frozen=True):
    """An output that a template declares."""

    key: str
    description: str


class SolutionPage(msgspec.Struct, frozen=True):
    """A solution with what its template says.

    `description` and `architecture` are Markdown: text to be rendered without HTML. `template` is
    the template's text. `capabilities` must be acknowledged before it is launched, and
    `capabilities_reason` says why. `files` can be copied, `notebook` is one of them. What could not
    be read is in `problems`; without `launchable` they say why.
    """

    solution: Solution
    description: str
    architecture: str
    license: str | None
    source: str | None
    template: str | None
    creates: tuple[CreatedType, ...]
    parameters: tuple[TemplateParameter, ...]
    capabilities: tuple[str, ...]
    capabilities_reason: str
    outputs: tuple[TemplateOutput, ...]
    files: tuple[str, ...]
    notebook: str | None
    launchable: bool
    problems: tuple[Problem, ...]


class SolutionLaunchRequest(msgspec.Struct, frozen=True):
    """A stack to be made of a solution.

    `capabilities` are those that were acknowledged. `role` is the ARN of the role with which
    CloudFormation makes and deletes the resources; None: with the caller's own permissions.
    `keep_failed`: what a failure leaves stays, to be looked at. Requests of the same `key` are one.
    """

    connection: str
    region: str
    solution: str
    stack: str
    parameters: dict[str, str] = {}
    capabilities: tuple[str, ...] = ()
    role: str | None = None
    tags: dict[str, str] = {}
    keep_failed: bool = False
    key: str = ""


class SolutionAdoptRequest(msgspec.Struct, frozen=True):
    """A stack, by its id, that was launched by another Jupyter server, to be followed by this."""

    connection: str
    region: str
    stack: str


class StackEvent(msgspec.Struct, frozen=True):
    """Something that happened to a stack: AWS's words; `at` is epoch seconds."""

    id: str
    at: float
    resource: str
    physical: str
    type: str
    status: str
    reason: str


class StackResource(msgspec.Struct, frozen=True):
    """A resource of a stack with its last state; `row` is KIND/ROW_ID where the panel has it."""

    name: str
    type: str
    physical: str
    status: str
    reason: str
    row: str | None = None


class StackOutput(msgspec.Struct, frozen=True):
    """What a stack tells when it is made."""

    key: str
    value: str
    description: str


class StackDeletion(msgspec.Struct, frozen=True):
    """The proof that a stack is deleted.

    `status` is what AWS says of the stack by its id, `resources` the last state of each. `proven`:
    the stack is DELETE_COMPLETE and each resource DELETE_COMPLETE or among the `retained`, which
    its template or AWS keeps. `emptied` names buckets whose objects were deleted first; times are
    epoch seconds.
    """

    asked: float
    ended: float | None
    status: str
    resources: tuple[StackResource, ...]
    retained: tuple[str, ...]
    emptied: tuple[str, ...]
    proven: bool


class SolutionLaunch(msgspec.Struct, frozen=True):
    """A solution's stack as it is now; it is journalled and survives the server.

    Hidden parameters are left out of `request`. `status` is AWS's word for the stack. `events` are
    the latest, oldest first. `failed`: it could not be made, and unless `deletion` proves otherwise
    `resources` are left; `not deleted`: something could not be. `keeps` names the resources that
    the template keeps when the stack is deleted (DeletionPolicy).
    """

    id: str
    rev: int
    request: SolutionLaunchRequest
    title: str
    notebook: str | None
    state: Literal["creating", "created", "failed", "deleting", "deleted", "not deleted"]
    stack_id: str | None
    status: str
    events: tuple[StackEvent, ...]
    resources: tuple[StackResource, ...]
    outputs: tuple[StackOutput, ...]
    note: str
    started: float
    ended: float | None
    problem: Problem | None
    deletion: StackDeletion | None
    keeps: tuple[str, ...] = ()


class SolutionDeleteRequest(msgspec.Struct, frozen=True):
    """How a stack is deleted: `empty_buckets` deletes what lies in its buckets before."""

    empty_buckets: bool = False


class SolutionFilesRequest(msgspec.Struct, frozen=True):
    """The files of a solution to be copied into a folder by Jupyter's path, which is made.

    Of a `launch`, by its id, what its stack tells comes along as stack.json.
    """

    connection: str
    region: str
    solution: str
    folder: str
    launch: str | None = None


class SolutionFiles(msgspec.Struct, frozen=True):
    """Files as they were copied, by Jupyter's paths; `kept` were there already and stay as they
    are."""

    notebook: str | None
    files: tuple[str, ...]
    kept: tuple[str, ...]
