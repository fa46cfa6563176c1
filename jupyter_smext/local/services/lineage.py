"""Lineage: associations between entities, and the trial components of trials."""

from __future__ import annotations

import time

from .. import errors, nouns
from . import records
from .filters import FILTERS, Test
from .records import Detail
from .sagemaker import Answer, Call, operation


@operation("AddAssociation")
def add_association(call: Call) -> Answer:
    """Say that one entity came from, or contributed to, another."""
    given = call.parameters
    detail: Detail = {"CreationTime": time.time(), **given}
    for side in ("Source", "Destination"):
        arn = given[f"{side}Arn"]
        found = call.engine.store.find(arn)
        if found is None or found[0] != call.region:
            raise errors.missing("Experiment", arn, arn)
        _, noun, _, entity = found
        detail[f"{side}Name"] = entity.get(nouns.find(noun).label)
        detail[f"{side}Type"] = entity.get(f"{noun}Type") or noun
    detail = {name: value for name, value in detail.items() if value is not None}
    noun_ = nouns.find("Association")
    key = noun_.key(detail)
    if call.engine.store.get(call.region, noun_.name, key) is not None:
        raise records.refuse("The association already exists.")
    # It has no ARN of its own: without this, its source's would find it.
    call.engine.store.put(call.region, noun_.name, key, {**detail, "_arn": None})
    return given


@operation("DeleteAssociation")
def delete_association(call: Call) -> Answer:
    """Take an association away."""
    noun = nouns.find("Association")
    key = noun.key(call.parameters)
    if not call.engine.store.delete(call.region, noun.name, key):
        raise errors.missing("Experiment", call.parameters["SourceArn"], "")
    return call.parameters


@operation("DeleteArtifact")
def delete_artifact(call: Call) -> Answer:
    """Delete an artifact by ARN or by its source."""
    given = call.parameters
    noun = nouns.find("Artifact")
    if "ArtifactArn" in given:
        return records.delete(call, noun)
    if "Source" not in given:
        raise records.refuse("Either ArtifactArn or Source must be given.")
    for _, key, detail in call.engine.store.all("Artifact", call.region):
        if detail["Source"] == given["Source"]:
            call.engine.store.delete(call.region, "Artifact", key)
            return detail
    raise errors.missing("Artifact", str(given["Source"].get("SourceUri", "")), "")


def _component(call: Call) -> tuple[str, Detail, Detail]:
    given = call.parameters
    _, trial = records.locate(call, nouns.find("Trial"), given["TrialName"])
    component = nouns.find("TrialComponent")
    key, detail = records.locate(call, component, given["TrialComponentName"])
    return key, detail, trial


@operation("AssociateTrialComponent")
def associate_trial_component(call: Call) -> Answer:
    """Make a component part of a trial; a second time changes nothing."""
    key, detail, trial = _component(call)
    trials = sorted({*detail.get("_trials", ()), trial["TrialName"]})
    call.engine.store.update(call.region, "TrialComponent", key, {"_trials": trials})
    return {**trial, **detail}


@operation("DisassociateTrialComponent")
def disassociate_trial_component(call: Call) -> Answer:
    """Take a component out of a trial."""
    key, detail, trial = _component(call)
    trials = [name for name in detail.get("_trials", ()) if name != trial["TrialName"]]
    if len(trials) == len(detail.get("_trials", ())):
        raise errors.missing("TrialComponent", detail["TrialComponentName"], "")
    call.engine.store.update(call.region, "TrialComponent", key, {"_trials": trials})
    return {**trial, **detail}


@operation("DeleteTrialComponent")
def delete_trial_component(call: Call) -> Answer:
    """Delete a component that no trial holds (its documentation)."""
    noun = nouns.find("TrialComponent")
    _, detail = records.resolve(call, noun)
    if detail.get("_trials"):
        by = f"it is associated with trials {', '.join(detail['_trials'][:5])}"
        raise errors.in_use(noun.name, detail["TrialComponentName"], by)
    return records.delete(call, noun)


@operation("DeleteTrial")
def delete_trial(call: Call) -> Answer:
    """Delete a trial that holds no component (its documentation)."""
    noun = nouns.find("Trial")
    _, detail = records.resolve(call, noun)
    for _, _, component in call.engine.store.all("TrialComponent", call.region):
        if detail["TrialName"] in component.get("_trials", ()):
            by = f"trial component {component['TrialComponentName']} is associated with it"
            raise errors.in_use(noun.name, detail["TrialName"], by)
    return records.delete(call, noun)


def _by_experiment(call: Call, name: str) -> Test:
    trials = {
        trial["TrialName"]
        for _, _, trial in call.engine.store.all("Trial", call.region)
        if trial["ExperimentName"] == name
    }
    return lambda detail: bool(trials & set(detail.get("_trials", ())))


def _by_component(call: Call, name: str) -> Test:
    _, component = records.locate(call, nouns.find("TrialComponent"), name)
    return lambda detail: detail["TrialName"] in component.get("_trials", ())


FILTERS["ListTrialComponents", "TrialName"] = lambda call, name: (
    lambda detail: name in detail.get("_trials", ())
)
FILTERS["ListTrialComponents", "ExperimentName"] = _by_experiment
FILTERS["ListTrials", "TrialComponentName"] = _by_component
