"""The capabilities that a caller must acknowledge before a template is made a stack of."""

from __future__ import annotations

from .template import Template
from .types import TYPES


def needed(template: Template) -> tuple[set[str], str]:
    """({capability}, why) of a template: at most one, the widest."""
    kinds: dict[str, str] = {}
    for one in template.resources.values():
        kind = TYPES.get(one.type)
        if kind is not None and (capability := kind.capability(one.properties)):
            kinds[one.type] = max(kinds.get(one.type, ""), capability)
        elif kind is None and one.type.startswith("AWS::IAM::"):
            kinds.setdefault(one.type, "CAPABILITY_IAM")
    if not kinds:
        return set(), ""
    reason = f"The following resource(s) require capabilities: [{', '.join(sorted(kinds))}]"
    return {max(kinds.values())}, reason  # CAPABILITY_NAMED_IAM is behind CAPABILITY_IAM
