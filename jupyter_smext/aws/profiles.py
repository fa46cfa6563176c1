"""The AWS profiles of this machine: which there are, how each signs in, and what to do when not."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOCAL = "local"
ENVIRONMENT = "environment"
PREFIX = "profile:"


def config_path() -> Path:
    return Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()


def credentials_path() -> Path:
    name = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return Path(name).expanduser()


def token_directories() -> tuple[Path, ...]:
    """Where `aws sso login` and `aws login` leave what they got."""
    home = Path("~/.aws").expanduser()
    login = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY")
    return home / "sso" / "cache", Path(login) if login else home / "login" / "cache"


def stamp() -> tuple[tuple[str, int, int], ...]:
    """Changes when a profile, a key or a sign-in token on disk does."""
    files = [config_path(), credentials_path()]
    for directory in token_directories():
        try:
            files += [Path(entry.path) for entry in os.scandir(directory)]
        except OSError:
            # Nobody signed in that way on this machine.
            continue
    found = []
    for file in files:
        try:
            about = file.stat()
        except OSError:
            continue
        found.append((str(file), about.st_mtime_ns, about.st_size))
    return tuple(sorted(found))


def profile_of(connection: str) -> str | None:
    """The profile's name of `profile:NAME`, None for the other connections."""
    return connection[len(PREFIX) :] if connection.startswith(PREFIX) else None


def read() -> Mapping[str, Mapping[str, Any]]:
    """Every profile by name. Raises botocore's ConfigParseError."""
    from botocore.session import Session

    from ..kinds.model import loader

    session = Session()
    session.register_component("data_loader", loader())
    profiles: Mapping[str, Mapping[str, Any]] = session.full_config["profiles"]
    return profiles


def how(profile: Mapping[str, Any]) -> str:
    """How a profile signs in, as its user knows it; the order is botocore's."""
    if "role_arn" in profile:
        return "web identity" if "web_identity_token_file" in profile else "assume role"
    for key, name in (
        ("sso_session", "SSO"),
        ("sso_start_url", "SSO"),
        ("aws_access_key_id", "static keys"),
        ("aws_secret_access_key", "static keys"),
        ("login_session", "AWS sign-in"),
        ("credential_process", "credential process"),
    ):
        if key in profile:
            return name
    return "no credentials"


def environment_how() -> str | None:
    """How the environment alone signs in, without asking the network; None when it does not."""
    if os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_SECRET_ACCESS_KEY"):
        return "environment"
    if os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE") and os.environ.get("AWS_ROLE_ARN"):
        return "web identity"
    container = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    return "container role" if any(os.environ.get(name) for name in container) else None


def _source(profiles: Mapping[str, Mapping[str, Any]], name: str) -> str:
    """The profile whose keys an assumed role is taken with, through any number of roles."""
    seen = {name}
    while True:
        source = profiles.get(name, {}).get("source_profile")
        if not source or source in seen:
            return name
        seen.add(source)
        name = source


def sign_in(connection: str) -> tuple[str, str | None]:
    """What to do to sign a connection in again: a sentence, and a command where one does it."""
    if connection == LOCAL:
        return "Start the local engine again.", "jupyter smext local start"
    name = profile_of(connection)
    if name is None:
        return (
            "Set new keys in the environment that Jupyter was started from, and start it again.",
            None,
        )
    from botocore.exceptions import BotoCoreError

    try:
        profiles = read()
    except BotoCoreError:
        return f"Put right what {config_path()} and {credentials_path()} hold.", None
    source = _source(profiles, name)
    option = f"--profile {shlex.quote(source)}"
    match how(profiles.get(source, {})):
        case "SSO":
            return "Sign in; this page goes on by itself.", f"aws sso login {option}"
        case "AWS sign-in":
            return "Sign in; this page goes on by itself.", f"aws login {option}"
        case "credential process":
            return f"Make the credential_process of profile {source} give keys again.", None
        case "web identity":
            return f"Renew the token file of profile {source}.", None
    return "Give the profile new keys; this page goes on by itself.", f"aws configure {option}"
