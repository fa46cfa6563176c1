"""Sections of a generated form: what is needed, then the rest by what it is about, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..protocol import FormSection

#: The first whose words are in a member's name has it.
_ABOUT = (
    ("tags", "Tags", r"^Tags$"),
    ("network", "Network", r"Vpc|Subnet|SecurityGroup|Network|Internet|IpAddress|InterContainer"),
    (
        "access",
        "Access and encryption",
        r"Kms|Encrypt|Role|Access|Auth|Credential|Identity|Metadata(Service)|Oidc|Cognito",
    ),
    (
        "watch",
        "Monitoring and debugging",
        r"Monitor|Debug|Profil|TensorBoard|Metric|Experiment|Alarm|Rule|Capture|Explain|Mlflow",
    ),
    ("limits", "Limits and retries", r"Stopping|Retry|Timeout|Limit|Max|Health|Rollback|Schedule"),
    (
        "data",
        "Data and output",
        r"Input|Output|Data|S3|Artifact|Checkpoint|Channel|FileSystem|Storage|Catalog|Source",
    ),
    (
        "compute",
        "Compute",
        r"Instance|Resource|Volume|Accelerator|Cluster|Variant|Capacity|Scaling|Warm|Compute|Node"
        r"|Orchestrator|Environment|Serverless|Spot",
    ),
)
_ORDER = ("compute", "data", "network", "access", "limits", "watch", "more", "tags")
_TITLES = {id: title for id, title, _ in _ABOUT} | {"more": "More settings"}


def sections_of(names: Iterable[str], first: tuple[str, ...]) -> tuple[FormSection, ...]:
    """All members in sections: `first` open, the others folded, none of them empty."""
    found: dict[str, list[str]] = {}
    for name in names:
        if name not in first:
            found.setdefault(_about(name), []).append(name)
    needed = FormSection("first", "", first)
    folded = (
        FormSection(id, _TITLES[id], tuple(found[id]), folded=True) for id in _ORDER if id in found
    )
    return (needed, *folded) if first else tuple(folded)


def _about(name: str) -> str:
    return next((id for id, _, words in _ABOUT if re.search(words, name)), "more")
