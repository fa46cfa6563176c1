"""What of JumpStart's is in an account: by the tags that its SDK, Studio and this extension set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..aws.pages import walk
from ..protocol import LaunchedAsset, LaunchedAssets, Problem
from .calls import LAUNCH_TAG

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: By who set them: the SDK and this extension, then Studio (EXTRA_MODEL_ID_TAGS of the SDK).
_MODEL = ("sagemaker-sdk:jumpstart-model-id", "sagemaker-studio:jumpstart-model-id")
_VERSION = ("sagemaker-sdk:jumpstart-model-version", "sagemaker-studio:jumpstart-model-version")
#: Search's word for what stays until it is deleted, or was trained; kind and name.
_SEARCHED = (
    ("Endpoint", "endpoint", "EndpointName"),
    ("TrainingJob", "training-job", "TrainingJobName"),
)


def assets(sessions: Sessions, connection: str, region: str) -> LaunchedAssets:
    """Endpoints and training jobs of JumpStart's models, newest first. Blocking.

    Raises nothing: what could not be searched is among the problems.
    """
    found: list[LaunchedAsset] = []
    problems: list[Problem] = []
    filters = [{"Name": f"Tags.{each}", "Operator": "Exists"} for each in (*_MODEL, LAUNCH_TAG)]
    expression = {"Filters": filters, "Operator": "Or"}
    for resource, kind, named in _SEARCHED:
        asked = {"Resource": resource, "SearchExpression": expression}
        try:
            with calling(connection, "Search"):
                client = sessions.client(connection, region)
                results = walk(client, "Search", asked, "Results")
        except ProblemError as error:
            problems.append(error.problem)
            continue
        found += [_asset(each[resource], kind, named) for each in results]
    found.sort(key=lambda asset: asset.created, reverse=True)
    return LaunchedAssets(connection, region, tuple(found), tuple(problems))


def _asset(record: dict[str, Any], kind: str, named: str) -> LaunchedAsset:
    tags = {each["Key"]: each["Value"] for each in record.get("Tags", ())}
    status = record[named.replace("Name", "Status")]
    return LaunchedAsset(
        kind=kind,
        id=record[named],
        status=status,
        model=next((tags[each] for each in _MODEL if each in tags), None),
        version=next((tags[each] for each in _VERSION if each in tags), None),
        launch=tags.get(LAUNCH_TAG),
        created=record["CreationTime"].timestamp(),
    )
