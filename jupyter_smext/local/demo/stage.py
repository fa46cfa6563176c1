"""Where the demo is made: the engine's clients, the names of what is made, and waiting for it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..state_file import EngineState

#: On all that the demo makes and that takes tags: nothing without it is ever removed.
TAG = {"Key": "smext-demo", "Value": "digits"}
TAGS = [TAG]

PREFIX = "demo-digits"
ENDPOINT = PREFIX
GROUP = PREFIX
NOTEBOOK = "demo-notebook"
LIFECYCLE = "demo-starter-notebook"
DOMAIN = "demo-studio"
PROFILE = "demo-user"
SPACE = "demo-space"
#: What the answers to "is it there?" are when it is not.
ABSENT = frozenset(
    "404 NoSuchBucket NoSuchKey NoSuchTagSet ResourceNotFound ResourceNotFoundException "
    "ValidationException".split()
)
_POLL_SECONDS = 0.25

Detail = dict[str, Any]


class DemoFailed(Exception):
    """A step that came to nothing; the message says why, and what to do where that is known."""


@dataclass
class Stage:
    """An engine in one region; `say` tells how the step that runs is getting on."""

    state: EngineState
    region: str
    say: Callable[[str], None]
    #: What earlier steps found out and later ones need.
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def account(self) -> str:
        return self.state.account

    @property
    def bucket(self) -> str:
        return f"smext-demo-{self.region}-{self.account}"

    @property
    def role(self) -> str:
        """The ARN of a role that SageMaker may assume."""
        for page in self.client("iam").get_paginator("list_roles").paginate():
            for role in page["Roles"]:
                if "sagemaker.amazonaws.com" in str(role.get("AssumeRolePolicyDocument")):
                    return str(role["Arn"])
        raise DemoFailed("There is no IAM role that SageMaker may assume. Make one, and try again.")

    @property
    def sagemaker(self) -> Any:
        return self.client("sagemaker")

    @property
    def s3(self) -> Any:
        return self.client("s3")

    @functools.lru_cache(maxsize=16)  # noqa: B019 (a stage lives as long as its command)
    def client(self, service: str) -> Any:
        """A boto3 client of the engine, whatever the environment says of AWS."""
        import boto3
        from botocore.config import Config

        return boto3.session.Session().client(
            service,
            region_name=self.region,
            endpoint_url=self.state.url,
            aws_access_key_id=self.state.access_key,
            aws_secret_access_key=self.state.secret_key,
            # Loopback: never through a proxy, and no bucket in the host name.
            config=Config(proxies={}, s3={"addressing_style": "path"}),
        )

    def __hash__(self) -> int:
        return id(self)

    def wait(
        self,
        describe: Callable[[], Detail | None],
        status: str,
        good: str,
        going: tuple[str, ...],
        seconds: float,
        words: Callable[[Detail], str] | None = None,
    ) -> Detail:
        """Describe until `status` is `good`, saying its state, or its `words`, meanwhile.

        Raises DemoFailed for any state but those `going`, and when it takes longer than `seconds`.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            detail = describe() or {}
            now = detail.get(status)
            if now == good:
                return detail
            if now not in going:
                reason = detail.get("FailureReason") or "the engine gives no reason"
                raise DemoFailed(f"It is {now or 'gone'}: {reason}")
            self.say(words(detail) if words else str(now))
            time.sleep(_POLL_SECONDS)
        raise DemoFailed(f"It was still {now} after {seconds:.0f} seconds. Try again to go on.")

    def wait_gone(self, describe: Callable[[], Detail | None], seconds: float) -> None:
        """Describe until there is nothing. Raises DemoFailed when that lasts too long."""
        until = time.monotonic() + seconds
        while (detail := describe()) is not None:
            if time.monotonic() > until:
                raise DemoFailed(f"It is still there after {seconds:.0f} seconds.")
            self.say(str(detail.get("Status") or "being deleted"))
            time.sleep(_POLL_SECONDS)


def found(call: Callable[..., Detail], **names: Any) -> Detail | None:
    """What a describe call answers, None when there is no such thing."""
    from botocore.exceptions import ClientError

    try:
        return call(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            return None
        raise
