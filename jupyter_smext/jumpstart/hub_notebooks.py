"""Notebooks of hubs: contents of type Notebook, of SageMaker's public one and the account's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..aws import profiles
from ..aws.calls import calling
from ..aws.pages import walk
from ..protocol import JumpStartNotebook
from .document_notebooks import NotebookDocument, parse_notebook_document
from .documents import MODEL_ID, VERSION
from .hubs import COMING_OR_GOING, PUBLIC, tags_of
from .tasks import task_named

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

NOTEBOOK = "Notebook"
"""HubContentType."""


def notebooks(
    sessions: Sessions, connection: str, region: str, hub: str
) -> list[JumpStartNotebook]:
    """Those of a hub, in their newest versions, by ListHubContents. Blocking.

    Raises ProblemError.
    """
    asked = {"HubName": hub, "HubContentType": NOTEBOOK}
    with calling(connection, "ListHubContents"):
        client = sessions.client(connection, region)
        return [
            _notebook(each, connection, hub)
            for each in walk(client, "ListHubContents", asked, "HubContentSummaries")
            if each["HubContentStatus"] not in COMING_OR_GOING
            and MODEL_ID.fullmatch(each["HubContentName"])
            and VERSION.fullmatch(each["HubContentVersion"])
        ]


def _notebook(summary: Mapping[str, Any], connection: str, hub: str) -> JumpStartNotebook:
    keywords = tuple(summary.get("HubContentSearchKeywords", ()))
    tagged = tags_of(keywords)
    return JumpStartNotebook(
        hub=hub,
        id=summary["HubContentName"],
        version=summary["HubContentVersion"],
        location=None,
        title=summary.get("HubContentDisplayName") or summary["HubContentName"],
        description=summary.get("HubContentDescription", ""),
        task=task_named(tagged["task"]).name if "task" in tagged else "",
        model=None,
        origin="public hub" if hub == PUBLIC else "private hub",
        # The engine's public hub has those whose models it runs.
        runs_here=connection == profiles.LOCAL and hub == PUBLIC,
        keywords=tuple(each for each in keywords if not each.startswith("@")),
    )


def describe(
    sessions: Sessions, connection: str, region: str, hub: str, id: str, version: str
) -> NotebookDocument:
    """Where a notebook of a hub lies, by DescribeHubContent. Blocking. Raises ProblemError."""
    with calling(connection, "DescribeHubContent"):
        answer = sessions.client(connection, region).describe_hub_content(
            HubName=hub, HubContentType=NOTEBOOK, HubContentName=id, HubContentVersion=version
        )
    return parse_notebook_document(answer["HubContentDocument"])
