"""Models of hubs: SageMaker's public one, and the private ones of the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from ..aws import profiles
from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..aws.pages import walk
from ..protocol import JumpStartModel
from .documents import MODEL_ID, VERSION, parse_hub_document
from .model_document import ModelDocument
from .model_table import shipped
from .tasks import Task, framework_of, provider_of, spelled, task_named, task_of
from .versions import Versions, newest_first

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

COMING_OR_GOING = frozenset(("Importing", "PendingImport", "Deleting", "PendingDelete"))

PUBLIC = "SageMakerPublicHub"
"""`JUMPSTART_MODEL_HUB_NAME` of the SDK."""

MODEL, REFERENCE = "Model", "ModelReference"
"""HubContentType; a reference is a public model that a private hub offers."""


class HubContent(msgspec.Struct, frozen=True):
    """What of DescribeHubContent a document is made of; kept on disk as it is."""

    name: str
    version: str
    hub: str
    arn: str
    document: str
    display_name: str | None = None
    description: str = ""
    markdown: str = ""
    deprecated: bool = False
    failure: str | None = None

    def parse(self, region: str) -> ModelDocument:
        """Raises ProblemError."""
        return parse_hub_document(
            self.document,
            region,
            id=self.name,
            version=self.version,
            hub=self.hub,
            arn=self.arn,
            name=self.display_name,
            description=self.description,
            markdown=self.markdown,
            deprecated=self.deprecated,
            failure=self.failure,
        )


def private_hubs(sessions: Sessions, connection: str, region: str) -> list[str]:
    """Their names, by ListHubs. Blocking. Raises ProblemError."""
    with calling(connection, "ListHubs"):
        client = sessions.client(connection, region)
        hubs = walk(client, "ListHubs", {}, "HubSummaries")
    return [each["HubName"] for each in hubs if each["HubName"] != PUBLIC]


def models(sessions: Sessions, connection: str, region: str, hub: str) -> list[JumpStartModel]:
    """The models of a hub, in their newest versions, by ListHubContents. Blocking.

    Raises ProblemError.
    """
    found: list[JumpStartModel] = []
    with calling(connection, "ListHubContents"):
        client = sessions.client(connection, region)
        for kind in _kinds(hub):
            asked = {"HubName": hub, "HubContentType": kind}
            found += [
                _model(each, connection, hub)
                for each in walk(client, "ListHubContents", asked, "HubContentSummaries")
                if each["HubContentStatus"] not in COMING_OR_GOING
                and MODEL_ID.fullmatch(each["HubContentName"])
                and VERSION.fullmatch(each["HubContentVersion"])
            ]
    return found


def _model(summary: Mapping[str, Any], connection: str, hub: str) -> JumpStartModel:
    id = summary["HubContentName"]
    known = shipped().get(id)
    keywords = tuple(summary.get("HubContentSearchKeywords", ()))
    tagged = tags_of(keywords)
    task: Task = task_named(tagged["task"]) if "task" in tagged else task_of(id)
    provider = tagged.get("provider")
    return JumpStartModel(
        id=id,
        name=summary.get("HubContentDisplayName") or id,
        version=summary["HubContentVersion"],
        task=task.name,
        data_type=task.data_type or task_of(id).data_type,
        framework=spelled(tagged["framework"]) if "framework" in tagged else framework_of(id),
        provider=spelled(provider)
        if provider
        else known.provider
        if known is not None
        else provider_of(id),
        proprietary="marketplace-version" in tagged
        or (known is not None and known.proprietary and hub == PUBLIC),
        fine_tunable=known.fine_tunable if known is not None else None,
        gated=None,
        deprecated=summary.get("SupportStatus") == "Deprecated",
        vulnerable=None,
        url=known.url if known is not None else None,
        origin="public hub" if hub == PUBLIC else "private hub",
        hub=hub,
        # The engine's public hub has those that it really runs.
        runs_here=connection == profiles.LOCAL
        and hub == PUBLIC
        and summary["HubContentStatus"] == "Available",
        keywords=tuple(each for each in keywords if not each.startswith("@")),
    )


def tags_of(keywords: Iterable[str]) -> dict[str, str]:
    """What HubContentSearchKeywords say by name: `@task:image-classification`."""
    return dict(each[1:].split(":", 1) for each in keywords if each.startswith("@") and ":" in each)


def versions(sessions: Sessions, connection: str, region: str, hub: str, model: str) -> Versions:
    """All versions of a model, by ListHubContentVersions. Blocking.

    Raises ProblemError.
    """

    found: list[dict[str, Any]] = []
    # Of the other type there are none, or no such content.
    for kind in _kinds(hub):
        asked = {"HubName": hub, "HubContentType": kind, "HubContentName": model}
        try:
            with calling(connection, "ListHubContentVersions"):
                client = sessions.client(connection, region)
                found += walk(client, "ListHubContentVersions", asked, "HubContentSummaries")
        except ProblemError as error:
            if error.problem.cause != "not_found":
                raise
    deprecated = (each for each in found if each.get("SupportStatus") == "Deprecated")
    return Versions(
        newest_first(each["HubContentVersion"] for each in found),
        newest_first(each["HubContentVersion"] for each in deprecated),
    )


def describe(
    sessions: Sessions, connection: str, region: str, hub: str, model: str, version: str
) -> HubContent:
    """A version of a model, by DescribeHubContent. Blocking. Raises ProblemError."""

    kinds = _kinds(hub)
    for kind in kinds:
        try:
            with calling(connection, "DescribeHubContent"):
                answer = sessions.client(connection, region).describe_hub_content(
                    HubName=hub,
                    HubContentType=kind,
                    HubContentName=model,
                    HubContentVersion=version,
                )
            break
        except ProblemError as error:
            if kind == kinds[-1] or error.problem.cause != "not_found":
                raise
    return HubContent(
        name=answer["HubContentName"],
        version=answer["HubContentVersion"],
        hub=hub,
        arn=answer["HubContentArn"],
        document=answer["HubContentDocument"],
        display_name=answer.get("HubContentDisplayName"),
        description=answer.get("HubContentDescription", ""),
        markdown=answer.get("HubContentMarkdown", ""),
        deprecated=answer.get("SupportStatus") == "Deprecated",
        failure=answer.get("FailureReason"),
    )


def _kinds(hub: str) -> tuple[str, ...]:
    """HubContentTypes of what a hub offers to deploy: in a private one a model may be either."""
    return (MODEL,) if hub == PUBLIC else (MODEL, REFERENCE)
