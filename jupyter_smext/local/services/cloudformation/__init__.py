"""CloudFormation: stacks made, told and deleted through the engine's own operations."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from ... import errors
from ..sagemaker import Answer, Call, Handler
from . import change_sets, exports, operations, template_operations

__all__ = ["answer"]

_HANDLERS: Mapping[str, Handler] = {
    "CreateChangeSet": change_sets.create,
    "CreateStack": operations.create,
    "DeleteChangeSet": change_sets.delete,
    "DeleteStack": operations.delete,
    "DescribeChangeSet": change_sets.describe,
    "DescribeStackEvents": operations.events,
    "DescribeStackResource": operations.describe_resource,
    "DescribeStackResources": operations.describe_resources,
    "DescribeStacks": operations.describe,
    "ExecuteChangeSet": change_sets.execute,
    "GetTemplate": template_operations.get_template,
    "GetTemplateSummary": template_operations.summarize,
    "ListChangeSets": change_sets.list_sets,
    "ListExports": exports.list_exports,
    "ListImports": exports.list_imports,
    "ListStackResources": operations.list_resources,
    "ListStacks": operations.list_stacks,
    "UpdateStack": operations.update,
    "UpdateTerminationProtection": operations.protect,
    "ValidateTemplate": template_operations.validate,
}


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("cloudformation", call.operation)
    result = handler(call)
    return await result if inspect.isawaitable(result) else result
