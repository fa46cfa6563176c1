"""Forms for Create and Update operations: AWS's shape, with sensible values filled in."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..aws.errors import ProblemError, problem_of
from ..kinds import Kind, kinds, parameters_of, service_model
from ..kinds.fields import Answer, Describe, Fields, Unread, take
from ..kinds.kind import Verb
from ..kinds.model import operation_names, words
from ..protocol import Creatable, Form, Resource
from .client import Client
from .clone import parameters_of_answer
from .field_words import PICKER
from .form_sections import sections_of
from .json_schema import NAMES, plain, schema_of

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

# Shown at once besides what is required, where an operation has it.
OFTEN = (
    "AlgorithmSpecification",
    "HyperParameters",
    "InputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "PrimaryContainer",
    "ExecutionRoleArn",
    "InstanceType",
    "VolumeSizeInGB",
    "LifecycleConfigName",
    "Description",
    "DisplayName",
    "SpaceDisplayName",
)
# What most people begin with; each is checked against the operation's own shape.
USUAL = {"InstanceType": "ml.t3.medium", "VolumeSizeInGB": 5}
ROLE_SHAPES = ("RoleArn", "ExecutionRoleArn")
TRUSTED = "sagemaker.amazonaws.com"
NAMES_OFFERED = 200
ROLES_KEPT = 60.0
ROLE_PAGES = 10

Roles = tuple[list[str], str]
_roles: WeakKeyDictionary[Any, dict[str, tuple[float, Roles]]] = WeakKeyDictionary()


def has_form(operation: str) -> bool:
    """Create and Update operations, and those that a kind's verbs take parameters for."""
    if operation not in operation_names():
        return False
    if operation.startswith(("Create", "Update")) or _verb(operation) is not None:
        return True
    return _creates(operation)


def _creates(operation: str) -> bool:
    """Whether a kind's resources are created by it."""
    return any(operation == of.create_operation for of in kinds().values())


def nothing_known(of: Kind) -> list[str]:
    """For callers without an inventory."""
    return []


async def form(
    sessions: Sessions,
    connection: str,
    region: str,
    operation: str,
    current: Resource | None = None,
    names: Callable[[Kind], list[str]] = nothing_known,
    filled: Mapping[str, Any] | None = None,
    images: tuple[str, ...] = (),
) -> Form:
    """The form of an operation; `current` is what it changes, with its values as defaults.

    `names` tells what is known of a kind, to choose from where the form asks for one. `filled` are
    parameters of the operation to begin with; what it does not take is left out. `images` are those
    of AWS to choose from where it asks for a container's.
    """
    made = await asyncio.to_thread(
        read_form, sessions, connection, region, operation, current, names, filled or {}
    )
    _offer_images(made.schema, images)
    return made


def read_form(
    sessions: Sessions,
    connection: str,
    region: str,
    operation: str,
    current: Resource | None,
    names: Callable[[Kind], list[str]],
    filled: Mapping[str, Any],
) -> Form:
    """As `form`; blocks."""
    shape = service_model().operation_model(operation).input_shape
    named = _identity(operation, current)
    schema = schema_of(shape, named)
    properties = schema["properties"]
    defaults: dict[str, Any] = {}
    if current is not None:
        found = parameters_of_answer(kinds()[current.kind], current.definition, operation)
        defaults |= copy.deepcopy({n: v for n, v in found.items() if n in properties})
        verb = _verb(operation)
        if verb is not None and verb[1].start is not None:
            defaults |= verb[1].start(current.definition)
    defaults |= copy.deepcopy({n: v for n, v in filled.items() if n in properties})
    fields = _fields(operation)
    lifted: tuple[str, ...] = ()
    if fields is not None:
        lifted = _lift(fields, properties, defaults, current, (sessions, connection, region))
        schema["required"] += fields.needed
    if operation.startswith("Create") and not filled:
        defaults = _usual(properties) | dict(fields.usual if fields else {}) | defaults
    _offer_names(schema, operation, names)
    roles = [n for n in properties if n in shape.members and shape.members[n].name in ROLE_SHAPES]
    if roles:
        arns, why_not = roles_of(sessions, connection, region)
        for name in roles:
            _offer(properties[name], arns, why_not)
            if arns and name in schema["required"] and not filled:
                defaults.setdefault(name, arns[0])
    known = dict.fromkeys((*lifted, *(name for name in OFTEN if name in properties)))
    often = [name for name in known if name not in schema["required"]]
    first = (*schema["required"], *often)
    return Form(
        operation=operation,
        title=_title(operation),
        schema=schema,
        first=first or tuple(properties),
        defaults=defaults,
        sections=sections_of(properties, first),
    )


def creatables() -> tuple[Creatable, ...]:
    """Every Create operation of the model, those of the kinds first and in their order."""
    of = {kind.create_operation: kind for kind in kinds().values() if kind.create_operation}
    others = (name for name in service_model().operation_names if name.startswith("Create"))
    return tuple(
        Creatable(
            operation=operation,
            title=_title(operation).partition(" ")[2],
            about=plain(service_model().operation_model(operation).documentation),
            kind=of[operation].id if operation in of else None,
            group=of[operation].group if operation in of else None,
            presigned="Presigned" in operation,
        )
        for operation in dict.fromkeys((*of, *others))
    )


def _fields(operation: str) -> Fields | None:
    """What the operation's kind declares for its form."""
    if found := _verb(operation):
        return found[1].fields
    creates = (of for of in kinds().values() if of.create_operation == operation)
    return next((of.fields.get("Create") for of in creates), None)


def _lift(
    fields: Fields,
    properties: dict[str, Any],
    defaults: dict[str, Any],
    current: Resource | None,
    place: tuple[Sessions, str, str],
) -> tuple[str, ...]:
    """Make fields of their own of members deep inside, as the kind declares; their names."""
    answer = current.definition if current is not None else {}
    for path in fields.fixed:
        take(properties, path, "properties")
        take(defaults, path)
    places = fields.places(answer)
    lifted = {name: take(properties, path, "properties") for name, path in places.items()}
    for name, path in places.items():
        value = take(defaults, path)
        if value is not None:
            defaults[name] = value
    if fields.bounds is not None and current is not None:
        for name, bounds in _bounds(fields.bounds, answer, place).items():
            lifted[name] |= bounds
    rest = dict(properties)
    properties.clear()
    properties.update(lifted | rest)
    return tuple(lifted)


def _bounds(
    bounds: Callable[[Answer, Describe], Mapping[str, Mapping[str, Any]]],
    answer: Answer,
    place: tuple[Sessions, str, str],
) -> Mapping[str, Mapping[str, Any]]:
    """What other resources allow, as the fields' own function finds it out."""
    client = Client(*place)

    def describe(kind_id: str, id: str) -> Answer:
        of = kinds()[kind_id]
        assert of.describe_operation is not None
        try:
            return client.call(of.describe_operation, parameters_of(of, id))
        except ProblemError as error:
            raise Unread(error.problem.title) from error

    return bounds(answer, describe)


def _usual(properties: dict[str, Any]) -> dict[str, Any]:
    """Usual values that the operation allows."""
    return {
        name: value
        for name, value in USUAL.items()
        if name in properties and value in properties[name].get("enum", (value,))
    }


def _identity(operation: str, current: Resource | None) -> tuple[str, ...]:
    """Members that name the resource: the form does not ask for them."""
    found = _verb(operation)
    # Starting a pipeline is a verb of the pipeline's, and also creates an execution.
    if found is None or (current is None and _creates(operation)):
        return ()
    of, _ = found
    if current is not None:
        return tuple(parameters_of(of, current.row.id, operation))
    return (*of.identity, *of.members.values())


def _verb(operation: str) -> tuple[Kind, Verb] | None:
    """The kind and verb that have this operation; a Create operation is nobody's verb."""
    for of in kinds().values():
        for verb in of.verbs:
            if verb.operation == operation and verb.form:
                return of, verb
    return None


def _title(operation: str) -> str:
    """`CreateNotebookInstance` → `Create notebook instance`."""
    found = _verb(operation)
    if found is None:
        found_kind = next((k for k in kinds().values() if k.create_operation == operation), None)
        verb = words(operation)[0]
    else:
        found_kind, verb = found[0], found[1].label
    if found_kind is None:
        first, *rest = words(operation)
        return " ".join((first, *(word if word.isupper() else word.lower() for word in rest)))
    of = " of" if " " in verb else ""
    return f"{verb}{of} {in_sentence(found_kind.label)}"


def in_sentence(label: str) -> str:
    """`Notebook instance` → `notebook instance`, but `AutoML job` as it is."""
    first = label.split(" ", 1)[0]
    return label[:1].lower() + label[1:] if first[1:].islower() else label


def _offer_names(
    schema: dict[str, Any], operation: str, names: Callable[[Kind], list[str]]
) -> None:
    """Names of resources to choose from, wherever the form asks for one; others can be typed."""
    made = next((of.id for of in kinds().values() if of.create_operation == operation), None)

    def walk(inside: Any) -> None:
        if isinstance(inside, list):
            for item in inside:
                walk(item)
        elif isinstance(inside, dict):
            of = inside.get(NAMES)
            if of == made:
                # What is to be created has none of the names that there are.
                inside.pop(NAMES, None)
            elif isinstance(of, str) and (known := names(kinds()[of])):
                inside["examples"] = known[:NAMES_OFFERED]
            for item in inside.values():
                walk(item)

    walk(schema)


def _offer_images(inside: Any, images: tuple[str, ...]) -> None:
    """Images to choose from, wherever the form asks for one; others can be typed."""
    if isinstance(inside, list):
        for item in inside:
            _offer_images(item, images)
    elif isinstance(inside, dict):
        if inside.get(PICKER) == "image" and images:
            inside["examples"] = list(images)
        for item in inside.values():
            _offer_images(item, images)


def _offer(field: dict[str, Any], roles: list[str], why_not: str) -> None:
    """Role names to choose from; a role that is not among them can still be typed."""
    if roles:
        field["examples"] = roles
    if why_not:
        field["description"] = f"{field.get('description', '')} {why_not}".strip()


def roles_of(sessions: Sessions, connection: str, region: str) -> Roles:
    """ARNs of the roles that SageMaker may assume; or why they cannot be read."""
    known = _roles.setdefault(sessions, {})
    if connection in known and time.monotonic() - known[connection][0] < ROLES_KEPT:
        return known[connection][1]
    try:
        roles = _list_roles(sessions, connection, region)
    except ProblemError as error:
        return [], f"Your roles could not be listed ({error.problem.title}): type the ARN."
    known[connection] = (time.monotonic(), (roles, ""))
    return roles, ""


def forget_roles(sessions: Sessions, connection: str) -> None:
    """There are others now."""
    _roles.get(sessions, {}).pop(connection, None)


def _list_roles(sessions: Sessions, connection: str, region: str) -> list[str]:
    client = sessions.client(connection, region, "iam")
    found: list[str] = []
    marker: dict[str, str] = {}
    try:
        for _ in range(ROLE_PAGES):
            answer = client.list_roles(MaxItems=1000, **marker)
            found += [role["Arn"] for role in answer["Roles"] if trusts_sagemaker(role)]
            if not answer.get("IsTruncated"):
                break
            marker = {"Marker": answer["Marker"]}
    except ProblemError:
        raise
    except Exception as error:
        raise ProblemError(
            problem_of(error, connection=connection, operation="ListRoles", service="iam")
        ) from error
    return found


def trusts_sagemaker(role: dict[str, Any]) -> bool:
    """Whether a role's trust policy lets SageMaker assume it."""
    document = role.get("AssumeRolePolicyDocument")
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        trusted = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and TRUSTED in trusted:
            return True
    return False
