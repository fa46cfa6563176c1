"""What is asked to be created, the task that does it, and the layouts that people fill in for it.

A layout is a form of ours for what takes more than one call, or more than AWS's own fields. It is
described as any other form is (`Form`), with its fields in `sections`. Beside what JSON Schema
has, a field of any form may say, and whoever draws it may use:

- `x-smext-use`: an instance type, for this use (`GET instance-types`);
- `x-smext-names`: the id of the kind that it names one of; `examples` are those known;
- `x-smext-picker`: what to choose it with, a `Picker`; it can be typed as well;
- `x-smext-when`: `{sibling: [values]}`: it is shown only where each sibling has one of its values.
  The schema requires it then by `if` and `then`; what a hidden field has is not looked at;
- `x-smext-rows`: a list of flat objects, drawn as a table of rows;
- `x-smext-known`: by the value of the sibling `algorithm`, the hyperparameters that it has: `name`,
  `type`, `required`, `about`;
- `x-smext-hint`: what to say of what does not fit the pattern;
- `x-smext-lines`: text of more than one line, this many at first;
- `x-smext-encoded`: `base64`: the value is Base64 of the text that is shown.

A choice whose values have titles is a `oneOf` of `{const, title}`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .compute import TaskStep
from .problem import Problem

Picker = Literal[
    "s3-object",
    "s3-folder",
    "s3-any",
    "role",
    "image",
    "script",
    "folder",
    "subnet",
    "subnets",
    "security-groups",
    "kms-key",
    "tags",
    "hyperparameters",
    "environment",
    "metric-definitions",
]
"""How a value is chosen. `script` and `folder` are paths of Jupyter's own file browser.

`subnet` is the id of one, `subnets` and `security-groups` are lists of ids; a key of KMS is put in
by its ARN.

`tags`, `hyperparameters` and `environment` are objects of names and values, drawn as rows, into
which JSON can be pasted; `metric-definitions` are rows of `Name` and `Regex` that can be tried out
on a line of a log.
"""


class LayoutName(msgspec.Struct, frozen=True):
    """A layout: what it is called, and the operation whose own form has all of AWS's fields.

    `kind` is of what it creates in the end.
    """

    id: str
    kind: str
    operation: str
    title: str
    about: str


class AwsCall(msgspec.Struct, frozen=True):
    """An operation of `service`, as botocore names both, and its parameters."""

    operation: str
    parameters: dict[str, Any]
    service: str = "sagemaker"


class CreationRequest(msgspec.Struct, frozen=True):
    """Create by an operation of AWS, with its parameters, or by a layout, with its values.

    One of the two is given. `key` is made up by who asks: asked again with the same one, as after a
    lost answer, the creation that was begun is answered, and no other is.
    """

    connection: str
    region: str
    parameters: dict[str, Any]
    operation: str | None = None
    layout: str | None = None
    key: str = ""


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field: `path` leads there through the parameters."""

    path: tuple[str | int, ...]
    message: str


class CreationCheck(msgspec.Struct, frozen=True):
    """What a request would do: nothing, where there are `errors` or `problems`.

    `calls` are those that it makes at AWS, in their order; `steps` the titles of all its steps;
    `notes` say what is worth to know before. `parameters` are those of the layout's own operation,
    with which its form of all fields goes on.
    """

    errors: tuple[FieldError, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    steps: tuple[str, ...]
    calls: tuple[AwsCall, ...]
    parameters: dict[str, Any] | None


class LayoutValues(msgspec.Struct, frozen=True):
    """The values of a layout that say the same as parameters of its operation.

    `lost` are the members that it has no field for. None where one of them changes what is made:
    the operation's own form has it.
    """

    values: dict[str, Any] | None
    lost: tuple[str, ...]


class MadeResource(msgspec.Struct, frozen=True):
    """A resource that a creation made: `id` is that of its row."""

    kind: str
    id: str
    name: str


class Creation(msgspec.Struct, frozen=True):
    """A creation, as it is now; it is journalled and survives the server.

    `target` is what it is about, where that has a kind of the panel's; its page can be opened once
    it is in `made`. A failed one keeps what it made: it can go on with the step that failed, or be
    cancelled, which deletes that. `left` is what a cancel could not delete. `arn` is what AWS
    answered for something that has no kind.
    """

    id: str
    rev: int
    request: CreationRequest
    title: str
    state: Literal["running", "done", "failed", "cancelled"]
    steps: tuple[TaskStep, ...]
    started: float
    ended: float | None
    target: MadeResource | None
    made: tuple[MadeResource, ...]
    left: tuple[MadeResource, ...]
    problem: Problem | None
    arn: str | None = None


class MetricTrial(msgspec.Struct, frozen=True):
    """Metric definitions, as names and regular expressions, to try out on lines of a log."""

    definitions: dict[str, str]
    text: str


class MetricFound(msgspec.Struct, frozen=True):
    """What one of them finds; `wrong` says what is wrong with it, or that it finds nothing."""

    name: str
    values: tuple[float, ...]
    wrong: str
