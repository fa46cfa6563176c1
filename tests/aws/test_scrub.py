"""No key, token or signed URL survives in text that is shown."""

from __future__ import annotations

import pytest

from jupyter_smext.aws.scrub import scrubbed

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjE" + "Ab9/+" * 60


@pytest.mark.parametrize(
    "text",
    [
        "The key AKIAIOSFODNN7EXAMPLE is not known",
        "ASIAIOSFODNN7EXAMPLE",
        f"secret {SECRET} here",
        f"aws_secret_access_key={SECRET}",
        f'{{"SecretAccessKey": "{SECRET}"}}',
        f"token {TOKEN}",
        "https://nb.notebook.us-east-1.sagemaker.aws?authToken=eyJhbGciOi.x.y",
        "see https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Signature=deadbeef now",
        "Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/sagemaker/aws4_request",
        "X-Amz-Security-Token: FwoGZXIvYXdzEXAMPLE",
        "accessToken='short-but-secret'",
    ],
)
def test_secrets_go(text: str) -> None:
    found = scrubbed(text)
    for secret in ("AKIA", "ASIA", SECRET, TOKEN[:40], "eyJ", "deadbeef", "FwoG", "short-but"):
        assert secret not in found
    assert "[hidden]" in found


@pytest.mark.parametrize(
    "text",
    [
        "User: arn:aws:sts::123456789012:assumed-role/DataScientist/ann is not authorized to"
        " perform: sagemaker:ListEndpoints on resource: *",
        'Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/Chat-2026".',
        "1 validation error detected: Value 'x' at 'notebookInstanceName' failed to satisfy",
        "Could not connect to the endpoint URL: https://api.sagemaker.us-east-1.amazonaws.com/",
        "image 123456789012.dkr.ecr.us-east-1.amazonaws.com/x@sha256:" + "ab12" * 16,
        "commit 9a4d6ee0123456789abcdef0123456789abcdef0",
        "HyperParameterTuningJobDefinitionNumber1234 is a long name",
    ],
)
def test_the_rest_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_long_text_is_cut() -> None:
    assert len(scrubbed("x " * 1_000_000)) == 2000
