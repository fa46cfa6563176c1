"""Exports: outputs of stacks that others import."""

from __future__ import annotations

from ..sagemaker import Answer, Call
from .stacks import STACK, Detail, Stack, page
from .template_text import refuse


def exports(detail: Detail) -> list[Detail]:
    """The outputs that a stack gives to others."""
    if detail["StackStatus"] == "DELETE_COMPLETE":
        return []
    return [output for output in detail.get("Outputs", ()) if "ExportName" in output]


def importers(stack: Stack) -> list[tuple[str, str]]:
    """(export, the stack that uses it), of all that a stack exports."""
    own = {output["ExportName"] for output in exports(stack.detail)}
    return [
        (name, other["StackName"])
        for _, _, other in stack.engine.store.all(STACK, stack.region)
        if other["StackStatus"] != "DELETE_COMPLETE"
        for name in sorted(own & set(other["_imports"]))
    ]


def list_exports(call: Call) -> Answer:
    """ListExports, by name."""
    found = [
        {
            "ExportingStackId": detail["StackId"],
            "Name": output["ExportName"],
            "Value": output["OutputValue"],
        }
        for _, _, detail in call.engine.store.all(STACK, call.region)
        for output in exports(detail)
    ]
    return page(call, "Exports", sorted(found, key=lambda one: str(one["Name"])))


def list_imports(call: Call) -> Answer:
    """ListImports: the stacks that use an export."""
    name = call.parameters["ExportName"]
    found = sorted(
        detail["StackName"]
        for _, _, detail in call.engine.store.all(STACK, call.region)
        if name in detail["_imports"] and detail["StackStatus"] != "DELETE_COMPLETE"
    )
    if not found:
        raise refuse(f"Export '{name[:256]}' is not imported by any stack.")
    return page(call, "Imports", found)
