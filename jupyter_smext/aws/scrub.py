"""Takes keys, tokens and signed URLs out of text that a person, a log or a page will see."""

from __future__ import annotations

import re

LONGEST = 2000
GONE = "[hidden]"

SECRETS = (
    # The query of a presigned or signed-in URL is its secret.
    (
        re.compile(
            r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]*"
            r"(?:X-Amz-|authToken|Signature=|AWSAccessKeyId|token=)[^\s\"'<>]*",
            re.IGNORECASE,
        ),
        rf"\1?{GONE}",
    ),
    (
        re.compile(
            r"((?:authToken|X-Amz-(?:Signature|Credential|Security-Token)|Signature|Credential"
            r"|(?:aws_)?(?:secret_access_key|session_token|security_token)"
            r"|SecretAccessKey|SessionToken|accessToken|refreshToken|clientSecret"
            r"|password)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;]+",
            re.IGNORECASE,
        ),
        rf"\1{GONE}",
    ),
    # Access key ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    (re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{12,124}\b"), GONE),
    # Session tokens, and secret keys: 40 characters that mix cases and digits, and are no path.
    (re.compile(r"(?<![\w/+=.-])[A-Za-z0-9/+=_-]{100,}(?![\w/+=])"), GONE),
    (
        re.compile(
            r"(?<![A-Za-z0-9/+=:._-])(?=[^\s]{0,39}[A-Z])(?=[^\s]{0,39}[a-z])(?=[^\s]{0,39}\d)"
            r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=._-])"
        ),
        GONE,
    ),
)


def scrubbed(text: str) -> str:
    """The text without secrets, cut at 2,000 characters."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text[: 4 * LONGEST])
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
