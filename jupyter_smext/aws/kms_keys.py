"""Keys of KMS by their aliases, as a form lets them be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..protocol import KmsKey, KmsKeys
from .calls import calling
from .no_such_service import told_of_engine
from .pages import KMS_PAGE_NAMES, walk

if TYPE_CHECKING:
    from .sessions import Sessions

PAGE = 100
"""Aliases of a page: the most that KMS gives."""

_ALIAS = "alias/"
#: The aliases of keys that AWS's services made; nobody else's may begin so.
_OF_AWS = "aws/"


def kms_keys(sessions: Sessions, connection: str, region: str) -> KmsKeys:
    """The aliases of the account and region. Blocking. Raises ProblemError. Calls ListAliases."""
    with told_of_engine("keys of KMS", "its files are on this machine's disk"):
        client = sessions.client(connection, region, "kms")
        with calling(connection, "ListAliases", "kms"):
            found = walk(client, "ListAliases", {}, "Aliases", PAGE, names=KMS_PAGE_NAMES)
    keys = map(_key, found)
    return KmsKeys(tuple(sorted(keys, key=lambda key: (key.of_aws, key.alias))))


def _key(alias: Mapping[str, Any]) -> KmsKey:
    full, id = alias["AliasName"], alias.get("TargetKeyId")
    # The ARNs of an alias and of its key are alike up to what they name.
    arn = f"{alias['AliasArn'].removesuffix(full)}key/{id}" if id else None
    name = full.removeprefix(_ALIAS)
    return KmsKey(name, id, arn, name.startswith(_OF_AWS))
