"""What a form's fields are chosen from at AWS: subnets, security groups, keys of KMS."""

from __future__ import annotations

import msgspec


class Subnet(msgspec.Struct, frozen=True):
    """A subnet of the region; `name` and `vpc_name` are Name tags, empty without one.

    `cidr` is its block of IPv4 addresses, of IPv6 where it has no others; `free` are the IPv4
    addresses that nothing has.
    """

    id: str
    name: str
    vpc: str
    vpc_name: str
    zone: str
    cidr: str
    free: int


class Subnets(msgspec.Struct, frozen=True):
    """All subnets of the region, by VPC; `note` says why the VPCs have no names."""

    subnets: tuple[Subnet, ...]
    note: str


class SecurityGroup(msgspec.Struct, frozen=True):
    """A security group; `description` and `name` are its owner's words."""

    id: str
    name: str
    description: str
    vpc: str
    vpc_name: str


class SecurityGroups(msgspec.Struct, frozen=True):
    """The security groups of the region, or of one VPC; `note` says why the VPCs have no names."""

    groups: tuple[SecurityGroup, ...]
    note: str


class KmsKey(msgspec.Struct, frozen=True):
    """A key of KMS by one of its aliases, which is without `alias/`.

    `id` and `arn` are the key's, None while an alias of AWS's own has none yet; `of_aws` tells
    those.
    """

    alias: str
    id: str | None
    arn: str | None
    of_aws: bool


class KmsKeys(msgspec.Struct, frozen=True):
    """The aliases of the region, the account's own first. A key without an alias is not there."""

    keys: tuple[KmsKey, ...]
