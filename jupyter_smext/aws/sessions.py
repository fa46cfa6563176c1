"""botocore sessions and clients: one session per connection, one client per service and region."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..protocol import Connection, Identity
from . import clients, local_engine, profiles
from .errors import ProblemError, problem_of


@dataclass
class _Open:
    """A connection's session, and the state of the files that it was made from."""

    session: Any
    stamp: object
    engine: local_engine.EngineState | None = None
    clients: dict[tuple[str, str, bool], Any] = field(default_factory=dict)


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

    def client(
        self, connection: str, region: str, service: str = "sagemaker", *, signed: bool = True
    ) -> Any:
        """The shared botocore client; another one after keys or the engine changed.

        One that is not `signed` reads what anybody may, with keys or without.
        """
        stamp = self._stamp(connection)
        opened = self._open.get(connection)
        if opened is not None and opened.stamp == stamp:
            client = opened.clients.get((region, service, signed))
            if client is not None:
                return client
        with self._locks[connection]:
            try:
                # Asked again: who waited for the lock may hold an older one.
                opened = self._opened(connection, region, self._stamp(connection))
                client = opened.clients.get((region, service, signed))
                if client is None:
                    client = self._make(opened, connection, region, service, signed)
                    opened.clients[region, service, signed] = client
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
            opened = _Open(clients.session_of(connection, region), stamp, engine)
            self._open[connection] = opened
        return opened

    def _make(self, opened: _Open, connection: str, region: str, service: str, signed: bool) -> Any:
        if opened.engine is not None:
            return clients.engine_client(opened.session, opened.engine, region, service, signed)
        if not signed:
            return clients.aws_client(opened.session, region, service, signed=False)
        if opened.session.get_credentials() is None:
            from botocore.exceptions import NoCredentialsError

            # Not kept: a client made without keys stays without them.
            self._open.pop(connection, None)
            raise NoCredentialsError
        return clients.aws_client(opened.session, region, service)
