"""Who answers which operation of CloudFormation."""

from __future__ import annotations

from collections.abc import Mapping

from ..sagemaker import Handler
from . import change_sets, exports, operations, template_operations

HANDLERS: Mapping[str, Handler] = {
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
