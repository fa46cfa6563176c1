"""Prints the form of a training job as the server makes it, for the tests of the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from jupyter_smext.creation.layout import Place
from jupyter_smext.creation.training_job import TrainingJobLayout
from jupyter_smext.protocol import Identity


class NoAws:
    """An account of which only its number is known."""

    def identity(self, connection: str, region: str) -> Identity:
        return Identity(connection, "123456789012", None, None, None, None, None)

    def client(self, *of: Any) -> Any:
        return self

    def list_roles(self, **asked: Any) -> dict[str, Any]:
        return {"Roles": []}


def main() -> None:
    sessions: Any = NoAws()
    place = Place(sessions, "local", "us-east-1", lambda kind: [], Path)
    role = "arn:aws:iam::123456789012:role/Trains"
    form = TrainingJobLayout().form(place, {"job": "from-the-page", "role": role})
    sys.stdout.write(msgspec.json.encode(form).decode())


if __name__ == "__main__":
    main()
