"""Lints the whole kind table against botocore's model: one test per invariant, over every kind."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import jmespath
import pytest

from jupyter_smext.kinds import Kind, UnknownKind, kind, kinds, model, spec
from jupyter_smext.protocol import Group

# Issue A names these; more may be declared.
ASKED: dict[Group, str] = {
    "prepare": """LabelingJob Workteam ProcessingJob FeatureGroup DataQualityJobDefinition
        ModelBiasJobDefinition""",
    "build": """NotebookInstance NotebookInstanceLifecycleConfig Domain UserProfile Space App Image
        AppImageConfig StudioLifecycleConfig CodeRepository Algorithm AutoMLJob""",
    "train": """TrainingJob HyperParameterTuningJob Experiment Trial TrialComponent Cluster
        MlflowTrackingServer""",
    "deploy": """Endpoint EndpointConfig Model InferenceComponent TransformJob ModelPackageGroup
        ModelPackage MonitoringSchedule ModelQualityJobDefinition
        ModelExplainabilityJobDefinition CompilationJob OptimizationJob
        InferenceRecommendationsJob EdgePackagingJob DeviceFleet Pipeline PipelineExecution""",
    "govern": "ModelCard Project Hub HubContent Context Artifact Action",
}

every = pytest.mark.parametrize("declared", kinds().values(), ids=lambda declared: declared.noun)


def operations(declared: Kind) -> Iterator[str]:
    yield declared.list_operation
    yield from (verb.operation for verb in declared.verbs)
    for name in (
        declared.describe_operation,
        declared.create_operation,
        declared.delete_operation,
        declared.open_operation,
    ):
        if name is not None:
            yield name


def test_every_kind_that_was_asked_for_is_declared() -> None:
    declared = {(found.group, found.noun) for found in kinds().values()}
    asked = {(group, noun) for group, nouns in ASKED.items() for noun in nouns.split()}
    assert len(asked) == 49
    assert asked <= declared


@every
def test_operations_exist(declared: Kind) -> None:
    unknown = set(operations(declared)) - model.operation_names()
    assert not unknown
    assert declared.describe_operation is not None


@every
def test_columns_are_in_the_summary(declared: Kind) -> None:
    assert {name for name in declared.columns if name not in declared.summary} == set()
    own = {declared.name_member, declared.status_member, declared.created_member}
    assert not own & set(declared.columns), "shown as name, status or age already"


@every
def test_members_are_in_the_summary(declared: Kind) -> None:
    for path in (
        declared.name_member,
        declared.arn_member,
        declared.status_member,
        declared.created_member,
        declared.modified_member,
        *declared.members.values(),
    ):
        assert path is None or model.member_at(declared.summary, path) is not None, path
    assert declared.created_member is not None


@every
def test_states_are_in_the_enum(declared: Kind) -> None:
    named = {
        *declared.running,
        *declared.open_when,
        *(state for states in declared.when.values() for state in states),
        *(state for verb in declared.verbs for state in verb.when),
    }
    assert named <= set(declared.states)


@every
def test_declared_words_are_verbs_of_the_kind(declared: Kind) -> None:
    labels = {verb.label for verb in declared.verbs}
    assert set(declared.labels.values()) <= labels
    words = labels | set(declared.labels) | {"Create"}
    for by_word in (declared.when, declared.effects, declared.fields):
        assert set(by_word) <= words


@every
def test_required_parameters_are_covered(declared: Kind) -> None:
    covered = {*declared.identity, *declared.members.values()}
    if "SpaceName" in declared.identity:
        covered.add("UserProfileName")  # a space is opened as its owner
    assert declared.describe_operation is not None
    plain = [(verb.operation, verb.given) for verb in declared.verbs if not verb.form]
    plain += [
        (name, None) for name in (declared.describe_operation, declared.open_operation) if name
    ]
    for operation, given in plain:
        told = set(given({})) if given else set()
        assert set(model.required_members(operation)) <= covered | told, operation


@every
def test_what_a_verb_is_done_to_carries_the_identity(declared: Kind) -> None:
    for verb in declared.verbs:
        if verb.on is not None:
            other = kind(verb.on)
            assert set(declared.identity) < set(other.identity)
            assert verb.operation in (other.create_operation, other.delete_operation)


@every
def test_fields_of_forms_are_in_the_operation_and_in_the_answer(declared: Kind) -> None:
    declarations = [(verb.operation, verb.fields) for verb in declared.verbs if verb.fields]
    if fields := declared.fields.get("Create"):
        assert declared.create_operation is not None
        declarations.append((declared.create_operation, fields))
    for operation, fields in declarations:
        assert declared.describe_operation is not None
        for members in (
            model.input_members(operation),
            model.output_members(declared.describe_operation),
        ):
            for path in (*fields.places({}).values(), *fields.fixed):
                assert model.member_at(members, path) is not None, path
                assert "." in path
        assert {*fields.needed, *fields.usual} <= fields.places({}).keys()


@every
def test_identity_is_taken_and_told(declared: Kind) -> None:
    """Describe takes each identity parameter, and an item or its list call tells each value."""
    assert declared.describe_operation is not None
    assert set(declared.identity) <= set(model.input_members(declared.describe_operation))
    asked = set(model.input_members(declared.list_operation))
    for name in declared.identity:
        assert declared.members.get(name, name) in {*declared.summary, *asked}, name


@every
def test_lists_are_callable(declared: Kind) -> None:
    """Each list chain gives what the list requires, and nothing that it does not take."""
    taken = model.input_members(declared.list_operation)
    by_parent = set(kind(declared.parent).identity) if declared.listed_by == "parent" else set()  # type: ignore[arg-type]
    assert declared.list_parameters
    for chain in declared.list_parameters:
        assert set(chain) <= set(taken)
        assert set(model.required_members(declared.list_operation)) <= {*chain, *by_parent}
        for name, value in chain.items():
            assert value in (model.enum_of(taken[name]) or (value,)), name
    assert declared.max_results == 100
    assert set(declared.newest_first) <= set(taken)


@every
def test_parents_exist_and_stand_in_the_same_step(declared: Kind) -> None:
    if declared.parent is not None:
        assert kind(declared.parent).group == declared.group
        assert kind(declared.parent).parent is None, "two levels are all the panel shows"


@every
def test_what_runs_can_be_shut_down(declared: Kind) -> None:
    ends = [verb for verb in declared.verbs if verb.shutdown]
    assert len(ends) <= 1
    if declared.running:
        assert len(ends) == 1, "it is billed, and nothing ends that"
        assert set(ends[0].when) & set(declared.running)
        assert ends[0].effect
    for verb in declared.verbs:
        assert verb.danger == verb.operation.startswith("Delete")


@every
def test_paths_are_in_the_shapes(declared: Kind) -> None:
    assert declared.describe_operation is not None
    answer = model.output_members(declared.describe_operation)
    for path in declared.facts:
        assert model.member_at(answer, path) is not None, path
    if isinstance(declared.instance, str):
        source = declared.summary if declared.instance_source == "summary" else answer
        roots = path_roots(jmespath.compile(declared.instance).parsed)
        assert roots and roots <= {"/".join(path) for path in paths(source)}


def paths(members: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every path of members, through lists, three deep."""
    for name, shape in members.items():
        here = (*above, name)
        yield here
        while shape.type_name == "list":
            shape = shape.member
        if shape.type_name == "structure" and len(here) < 4:
            yield from paths(shape.members, here)


def path_roots(node: dict[str, Any]) -> set[str]:
    """The dotted member paths of a JMESPath expression, with `/` between members."""
    if node["type"] == "field":
        return {node["value"]}
    below = [child for child in node["children"] if isinstance(child, dict)]
    if node["type"] in ("subexpression", "projection") and len(below) == 2:
        left, right = path_roots(below[0]), path_roots(below[1])
        return {f"{a}/{b}" for a in left for b in right} if right else left
    return set().union(*map(path_roots, below)) if below else set()


@every
def test_arn_patterns_tell_the_whole_identity(declared: Kind) -> None:
    if declared.arn_pattern is not None:
        groups = re.compile(declared.arn_pattern).groups
        last = declared.identity[-1]
        whole = declared.members.get(last, last).endswith("Arn")
        assert whole or groups == len(declared.identity)


@every
def test_members_alone_or_what_is_told_name_one_kind(declared: Kind) -> None:
    same = [
        other
        for other in kinds().values()
        if (other.identity, other.told_by) == (declared.identity, declared.told_by)
    ]
    assert same == [declared]


@every
def test_spec(declared: Kind) -> None:
    data = spec(declared)
    assert (data.id, data.noun, data.group) == (declared.id, declared.noun, declared.group)
    assert [column.name for column in data.columns] == list(declared.columns)
    assert len({column.label for column in data.columns}) == len(data.columns)
    assert [verb.operation for verb in data.verbs] == [verb.operation for verb in declared.verbs]
    assert data.console is None or all(
        f"{{{part}}}" in data.console for part in ("region", "domain", "name")
    )
    assert data.open_when == declared.open_when


def test_labels_are_unique() -> None:
    plurals = [declared.plural for declared in kinds().values()]
    assert len(set(plurals)) == len(plurals)


def test_a_typo_fails_by_name() -> None:
    with pytest.raises(TypeError, match="Endpoint: 'identty' is not a derived fact"):
        Kind("Endpoint", "deploy", given={"identty": ()})
    with pytest.raises(TypeError, match="colums"):
        Kind("Endpoint", "deploy", colums=("CreationTime",))  # type: ignore[call-arg]
    with pytest.raises(LookupError, match="Endpiont: SageMaker has no ListEndpionts"):
        _ = Kind("Endpiont", "deploy").list_operation


def test_unknown_kind() -> None:
    with pytest.raises(UnknownKind, match="There is no kind 'endpiont'"):
        kind("endpiont")


@pytest.mark.parametrize("module", ["kinds", "tones", "aws.sessions", "aws.errors", "aws.pages"])
def test_importing_loads_no_botocore(module: str) -> None:
    code = (
        f"import sys, jupyter_smext.{module}\n"
        "print([name for name in sys.modules if name.startswith(('boto', 'jmespath'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_kinds_are_listed_without_botocore() -> None:
    code = (
        "import sys; from jupyter_smext.kinds import kinds; kinds()\n"
        "print([name for name in sys.modules if name.startswith('boto')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
