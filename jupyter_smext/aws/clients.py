"""botocore sessions and clients as this half makes them: keys, retries, endpoints, parser."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, Any

from . import profiles
from .errors import ProblemError, problem

if TYPE_CHECKING:
    from .local_engine import EngineState

ATTEMPTS = 10
"""Of throttled requests, by botocore's adaptive mode; fewer lost whole lists (measured)."""

ATTEMPTS_IF_DOWN = 3
"""Of requests that AWS failed or that never got there: waiting longer would only hide it."""

POOL = 50

#: Presigned URLs would else be signed in S3's old way, which encrypted buckets refuse, and lead to
#: us-east-1, which redirects: and that breaks the signature.
_S3 = {
    "signature_version": "s3v4",
    "s3": {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
}
_AMAZON = re.compile(r"\.amazonaws\.com(\.cn)?$")

FAMILY = "sagemaker-"
"""Its runtimes, which must not reach AWS while SageMaker itself is redirected."""

_INVOCATIONS: dict[str, Any] = {
    # The time of an answer is asked for, and a model may do something: nothing is sent twice.
    "retries": {"mode": "standard", "total_max_attempts": 1},
    # A model has 60 seconds, and for that AWS wants clients to wait 70 (docs of InvokeEndpoint).
    "read_timeout": 70,
}


def give_up_early(
    attempts: int = 0, response: Any = None, caught_exception: Any = None, **_: Any
) -> bool | None:
    """botocore's hook after each attempt: False ends it where AWS is down and not just busy."""
    if attempts < ATTEMPTS_IF_DOWN:
        return None
    if caught_exception is not None:
        return False
    if response is not None and response[0].status_code >= 500:
        from .codes import THROTTLED

        code = str(response[1].get("Error", {}).get("Code", ""))
        if code not in THROTTLED and "Throttl" not in code:
            return False
    return None


def session_of(connection: str, region: str) -> Any:
    """A botocore session of its own, with the compiled parser and the shared data loader."""
    from botocore.session import Session

    from ..kinds.model import loader
    from .parser import install

    profile = profiles.profile_of(connection)
    if connection == profiles.LOCAL:
        # The engine's keys are all it needs: a broken AWS configuration must not reach here.
        nothing = (None, None, None, None)
        session = Session(
            {name: nothing for name in ("profile", "config_file", "credentials_file")}
        )
    elif profile is not None:
        session = Session(profile=profile)
    elif connection == profiles.ENVIRONMENT:
        session = Session()
    else:
        raise ProblemError(
            problem(
                "not_found", f"There is no connection {connection[:80]!r}", next="Choose another."
            )
        )
    session.register_component("data_loader", loader())
    install(session)
    if session.get_config_variable("region") is None:
        # Taking a role is a call too: it goes to the region that is looked at.
        session.set_config_variable("region", region)
    if connection == profiles.ENVIRONMENT:
        _only_environment(session)
    if profile is not None:
        _no_prompts(session, profile)
    return session


def _only_environment(session: Any) -> None:
    """Keep the default profile's keys out: it is a connection of its own."""
    resolver = session.get_component("credential_provider")
    for method in (
        "assume-role",
        "sso",
        "shared-credentials-file",
        "login",
        "custom-process",
        "config-file",
        "ec2-credentials-file",
        "boto-config",
    ):
        resolver.remove(method)


def _no_prompts(session: Any, profile: str) -> None:
    """A role that wants an MFA code: never ask on the server's terminal, use what the CLI got."""
    settings = session.full_config["profiles"].get(profile, {})
    if "mfa_serial" not in settings:
        return
    from botocore.utils import JSONFileCache

    def ask(_prompt: str) -> str:
        raise ProblemError(
            problem(
                "signed_out",
                "The role wants an MFA code",
                f"Profile {profile} takes {settings.get('role_arn')} with an MFA device.",
                "Run this in a terminal and type the code there; this page goes on by itself.",
                command=f"aws sts get-caller-identity --profile {shlex.quote(profile)}",
            )
        )

    provider = session.get_component("credential_provider").get_provider("assume-role")
    provider.cache = JSONFileCache(os.path.expanduser("~/.aws/cli/cache"))
    # No public way sets it; botocore would wait for the terminal that Jupyter runs in.
    provider._prompter = ask


def _config(service: str, **more: Any) -> Any:
    from botocore import __version__ as botocore_version
    from botocore.config import Config

    from .. import __version__

    settings: dict[str, Any] = {
        "retries": {"mode": "adaptive", "total_max_attempts": ATTEMPTS},
        "read_timeout": 60,
        **(_INVOCATIONS if service.startswith(FAMILY) else {}),
        **more,
    }
    return Config(
        # Fixed, since botocore would build it anew for each call: an eighth of a refresh's CPU.
        user_agent=f"jupyter_smext/{__version__} Botocore/{botocore_version}",
        max_pool_connections=POOL,
        connect_timeout=5,
        tcp_keepalive=True,
        **settings,
    )


def _watched(client: Any) -> Any:
    service_id = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register_first(f"needs-retry.{service_id}", give_up_early)
    return client


def _unsigned(signed: bool) -> dict[str, Any]:
    from botocore import UNSIGNED

    return {} if signed else {"signature_version": UNSIGNED}


def aws_client(session: Any, region: str, service: str, signed: bool = True) -> Any:
    """A client of AWS, or of where its configuration sends it. Raises ProblemError."""
    if service.startswith(FAMILY):
        _refuse_half_redirected(session, region, service)
    config = _config(service, **_unsigned(signed))
    client = session.create_client(service, region_name=region, config=config)
    if service == "s3" and _AMAZON.search(client.meta.endpoint_url):
        client.close()
        config = _config(service, **{**_S3, **_unsigned(signed)})
        client = session.create_client(service, region_name=region, config=config)
    return _watched(client)


def engine_client(
    session: Any, engine: EngineState, region: str, service: str, signed: bool = True
) -> Any:
    """A client of the local engine, whatever the service."""
    client = session.create_client(
        service,
        region_name=region,
        endpoint_url=engine.url,
        aws_access_key_id=engine.access_key,
        aws_secret_access_key=engine.secret_key,
        # Loopback: never through a proxy, and no bucket in the host name.
        config=_config(service, proxies={}, s3={"addressing_style": "path"}, **_unsigned(signed)),
    )
    return _watched(client)


def _refuse_half_redirected(session: Any, region: str, service: str) -> None:
    """Where AWS_ENDPOINT_URL_SAGEMAKER alone is set, an invocation would still go to AWS."""
    from botocore.config import Config

    plain = Config(ignore_configured_endpoint_urls=True)

    def redirected(name: str) -> bool:
        as_set = session.create_client(name, region_name=region)
        as_is = session.create_client(name, region_name=region, config=plain)
        return bool(as_set.meta.endpoint_url != as_is.meta.endpoint_url)

    if redirected("sagemaker") and not redirected(service):
        variable = f"AWS_ENDPOINT_URL_{service.replace('-', '_').upper()}"
        raise ProblemError(
            problem(
                "invalid",
                f"{service} would go to AWS itself",
                "An endpoint is configured for SageMaker, but none for this service of its.",
                f"Set {variable} (or AWS_ENDPOINT_URL for every service) as well.",
            )
        )
