"""The tags by which it is told what JumpStart made: its SDK's, Studio's and this extension's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..kinds.related import of_arn
from ..protocol import Problem
from .calls import HUB_TAG, LAUNCH_TAG, MODEL_TAG, VERSION_TAG

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

Tags = Mapping[str, str]

#: JumpStartTag.MODEL_ID and MODEL_VERSION, then the SDK's EXTRA_MODEL_ID_TAGS and
#: EXTRA_MODEL_VERSION_TAGS, which are Studio's.
_MODEL = (
    MODEL_TAG,
    "sagemaker-studio:jumpstart-model-id",
    "sm-jumpstart-id",
)
_VERSION = (
    VERSION_TAG,
    "sagemaker-studio:jumpstart-model-version",
    "sm-jumpstart-model-version",
)
#: What older SDKs set alone (JumpStartTag.INFERENCE_MODEL_URI and TRAINING_MODEL_URI).
_OLDER = ("aws-jumpstart-inference-model-uri", "aws-jumpstart-training-model-uri")

_SERVICE = "resourcegroupstaggingapi"
_TYPES = ("sagemaker", "cloudformation:stack")


async def tagged(
    sessions: Sessions, connection: str, region: str
) -> tuple[dict[str, Tags], list[Problem]]:
    """The tags of all that JumpStart or a launch made, by ARN, and why some may be missing.

    By Resource Groups Tagging API, as SageMaker's Search knows neither configurations nor
    inference components nor stacks. It may tell of what was deleted a moment ago, and not yet of
    what was made.
    """

    def read(key: str) -> list[tuple[str, Tags]]:
        # Filters of one request must all hold: each key is asked for by itself.
        asked = {"TagFilters": [{"Key": key}], "ResourceTypeFilters": list(_TYPES)}
        with calling(connection, "GetResources", _SERVICE):
            client = sessions.client(connection, region, _SERVICE)
            pages = client.get_paginator("get_resources").paginate(**asked)
            return [
                (one["ResourceARN"], {tag["Key"]: tag["Value"] for tag in one["Tags"]})
                for page in pages
                for one in page["ResourceTagMappingList"]
            ]

    keys = (LAUNCH_TAG, *_MODEL, *_OLDER)
    answers = await asyncio.gather(
        *(asyncio.to_thread(read, key) for key in keys), return_exceptions=True
    )
    found: dict[str, Tags] = {}
    problems: list[Problem] = []
    for answer in answers:
        if isinstance(answer, ProblemError):
            problems.append(answer.problem)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            found.update(answer)
    return found, problems


def of_resource(sessions: Sessions, connection: str, region: str, arn: str) -> Tags:
    """The tags of one of SageMaker's resources. Blocking; raises ProblemError."""
    with calling(connection, "ListTags"):
        client = sessions.client(connection, region)
        tags = client.list_tags(ResourceArn=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def model_of(tags: Tags) -> tuple[str | None, str | None, str | None]:
    """Id, version and private hub of the model that something was made of."""
    return _first(tags, _MODEL), _first(tags, _VERSION), _hub(tags.get(HUB_TAG, ""))


def _first(tags: Tags, keys: tuple[str, ...]) -> str | None:
    return next((tags[key] for key in keys if key in tags), None)


def _hub(arn: str) -> str | None:
    """The hub in the ARN of a hub's content: hub-content/HUB/TYPE/NAME/VERSION."""
    words = arn.split(":", 5)[-1].split("/")
    return words[1] if words[0] == "hub-content" and len(words) > 2 else None


def kind_of(arn: str) -> str | None:
    """The id of the panel's kind that an ARN is of; None: the panel has none."""
    found = of_arn(arn)
    return found[0].id if found is not None else None
