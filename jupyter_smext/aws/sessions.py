"""botocore sessions and clients: one session per connection, one client per service and region."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..protocol import Connection, Identity
from . import local_engine, profiles
from .errors import ProblemError, problem, problem_of

ATTEMPTS = 10
"""Of throttled requests; fewer lost whole lists (measured)."""

ATTEMPTS_IF_DOWN = 3
"""Of requests that AWS failed or that never got there: waiting longer would only hide it."""

POOL = 50

FAMILY = "sagemaker-"
"""Its runtimes, which must not reach AWS while SageMaker itself is redirected."""


@dataclass
class _Open:
    """A connection's session, and the state of the files that it was made from."""

    session: Any
    stamp: object
    engine: local_engine.EngineState | None = None
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)


class Sessions:
    """Every way into AWS. Blocking, thread-safe, and raises ProblemError only.

    Sessions follow the files: new keys, a new profile or an `aws sso login` count from the next
    call on, without a restart.
    """

    def __init__(self) -> None:
        # A lock per connection: a slow credential_process must not hold up the others.
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._open: dict[str, _Open] = {}

    def connections(self) -> tuple[Connection, ...]:
        """The connections of this machine, read anew."""
        from .connections import connections

        try:
            return connections()
        except Exception as error:
            raise ProblemError(problem_of(error, connection=profiles.ENVIRONMENT)) from error

    def client(self, connection: str, region: str, service: str = "sagemaker") -> Any:
        """The shared botocore client; another one after keys or the engine changed."""
        stamp = self._stamp(connection)
        opened = self._open.get(connection)
        if opened is not None and opened.stamp == stamp:
            client = opened.clients.get((region, service))
            if client is not None:
                return client
        with self._locks[connection]:
            try:
                opened = self._opened(connection, region, stamp)
                client = opened.clients.get((region, service))
                if client is None:
                    client = self._make(opened, connection, region, service)
                    opened.clients[region, service] = client
                return client
            except Exception as error:
                found = problem_of(error, connection=connection, service=service)
                raise ProblemError(found) from error

    def identity(self, connection: str, region: str) -> Identity:
        """Who AWS says we are; its `problem` says why that is not known."""
        from .identity import identity

        return identity(self, connection, region)

    def credentials_expire_at(self, connection: str) -> float | None:
        """Epoch seconds; None when the keys do not expire or are not read yet."""
        opened = self._open.get(connection)
        if opened is None or opened.engine is not None:
            return None
        credentials = opened.session.get_credentials()
        # botocore keeps it private; without it the age of a sign-in could not be shown.
        expiry = getattr(credentials, "_expiry_time", None)
        return expiry.timestamp() if expiry is not None else None

    def close(self) -> None:
        """Close every client's idle sockets."""
        while self._open:
            _, opened = self._open.popitem()
            for client in list(opened.clients.values()):
                client.close()

    def _stamp(self, connection: str) -> object:
        return local_engine.stamp() if connection == profiles.LOCAL else profiles.stamp()

    def _opened(self, connection: str, region: str, stamp: object) -> _Open:
        opened = self._open.get(connection)
        if opened is None or opened.stamp != stamp:
            engine = None
            if connection == profiles.LOCAL:
                engine = local_engine.state()
                if engine is None:
                    raise local_engine.not_running()
            opened = _Open(_session(connection, region), stamp, engine)
            self._open[connection] = opened
        return opened

    def _make(self, opened: _Open, connection: str, region: str, service: str) -> Any:
        from botocore.config import Config
        from botocore.exceptions import NoCredentialsError

        config = Config(
            retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS},
            max_pool_connections=POOL,
            connect_timeout=5,
            read_timeout=60,
            tcp_keepalive=True,
        )
        if opened.engine is not None:
            client = _engine_client(opened, region, service, config)
        else:
            if opened.session.get_credentials() is None:
                # Not kept: a client made without keys stays without them.
                self._open.pop(connection, None)
                raise NoCredentialsError
            if service.startswith(FAMILY):
                _refuse_half_redirected(opened.session, region, service)
            client = opened.session.create_client(service, region_name=region, config=config)
        service_id = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register_first(f"needs-retry.{service_id}", give_up_early)
        return client


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


def _session(connection: str, region: str) -> Any:
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
    import os
    import shlex

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


def _engine_client(opened: _Open, region: str, service: str, config: Any) -> Any:
    from botocore.config import Config

    engine = opened.engine
    assert engine is not None
    # Loopback: never through a proxy, and no bucket in the host name.
    local = Config(proxies={}, s3={"addressing_style": "path"})
    return opened.session.create_client(
        service,
        region_name=region,
        endpoint_url=engine.url,
        aws_access_key_id=engine.access_key,
        aws_secret_access_key=engine.secret_key,
        config=config.merge(local),
    )


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
