"""Govern: cards, projects, hubs and lineage."""

from __future__ import annotations

from .kind import Kind

PROJECT_SETTLED = (
    "CreateCompleted",
    "CreateFailed",
    "UpdateCompleted",
    "UpdateFailed",
    "DeleteFailed",
)


KINDS = (
    Kind("ModelCard", "govern"),
    Kind(
        "Project",
        "govern",
        columns=("ProjectId", "ProjectDescription"),
        when={"Update": PROJECT_SETTLED, "Delete": PROJECT_SETTLED},
        effects={"Delete": "Delete; what it provisioned stays"},
    ),
    Kind("Hub", "govern", columns=("HubDisplayName", "HubDescription")),
    Kind(
        "HubContent",
        "govern",
        columns=("HubContentType", "HubContentVersion", "HubContentDisplayName"),
        parent="hub",
        each="HubContentType",
        given={
            "identity": ("HubName", "HubContentType", "HubContentName", "HubContentVersion"),
            "create_operation": "ImportHubContent",
            "arn_pattern": "hub-content/([^/]+)/([^/]+)/([^/]+)/([^/]+)",
        },
    ),
    Kind("Context", "govern", columns=("ContextType",)),
    Kind("Artifact", "govern", columns=("ArtifactType",)),
    Kind("Action", "govern", columns=("ActionType",)),
)
