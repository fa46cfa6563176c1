"""The ways a job ends otherwise than well."""

from __future__ import annotations


class JobFailed(Exception):
    """A job that came to nothing; the message is its FailureReason."""


class JobStopped(Exception):
    """A job that ends because it was asked to, or because its time was up."""
