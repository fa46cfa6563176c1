"""The operations on templates, in AWS's words: given back, checked, summarized."""

from __future__ import annotations

import asyncio
import json

from ... import errors
from ..sagemaker import Answer, Call
from . import creation, references
from .capabilities import needed
from .parameters import Parameter
from .stacks import Detail, find
from .template import Template, parse
from .template_text import refuse


def get_template(call: Call) -> Answer:
    """GetTemplate, as it was given: there are no macros here that would change it."""
    given = call.parameters
    if "StackName" not in given:
        raise refuse("StackName must be given.")
    text = find(call.engine, call.region, given["StackName"]).detail["_template"]
    if text is None:
        raise refuse(f"Stack {given['StackName']} has no template yet: it is in review.")
    return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}


async def validate(call: Call) -> Answer:
    """ValidateTemplate."""
    template = await asyncio.to_thread(_checked, call)
    shown = [
        {**_parameter(one), "NoEcho": one.no_echo, "Description": one.description or None}
        for one in template.parameters.values()
    ]
    return {**_summary(template), "Parameters": shown}


async def summarize(call: Call) -> Answer:
    """GetTemplateSummary of a template, or of a stack's."""
    given = call.parameters
    if "StackSetName" in given:
        raise errors.needs_aws("A stack set")
    if "StackName" in given:
        if given.keys() & {"TemplateBody", "TemplateURL"}:
            raise refuse("Give one of StackName, TemplateBody and TemplateURL.")
        text = find(call.engine, call.region, given["StackName"]).detail["_template"]
        if text is None:
            raise refuse(f"Stack {given['StackName']} has no template yet: it is in review.")
        template = await asyncio.to_thread(parse, text)
    else:
        template = await asyncio.to_thread(_checked, call)
    shown = [
        {
            **_parameter(one),
            "ParameterType": one.type,
            "NoEcho": one.no_echo,
            "Description": one.description or None,
            "ParameterConstraints": {"AllowedValues": list(one.allowed)} if one.allowed else {},
        }
        for one in template.parameters.values()
    ]
    metadata = template.metadata
    return {
        **_summary(template),
        "Parameters": shown,
        "ResourceTypes": list(dict.fromkeys(one.type for one in template.resources.values())),
        "Version": template.version,
        "Metadata": None if metadata is None else json.dumps(metadata),
    }


def _checked(call: Call) -> Template:
    template = parse(creation.template_text(call.engine, call.parameters))
    references.check(template)
    return template


def _parameter(one: Parameter) -> Detail:
    return {"ParameterKey": one.name, "DefaultValue": one.default}


def _summary(template: Template) -> Answer:
    capabilities, reason = needed(template)
    return {
        "Description": template.description or None,
        "Capabilities": sorted(capabilities),
        "CapabilitiesReason": reason or None,
        "DeclaredTransforms": [],
    }
