"""JumpStart's notebooks: those of hubs, and those that documents of models name."""

from __future__ import annotations

import msgspec

from .jumpstart import Origin
from .problem import Problem


class JumpStartNotebook(msgspec.Struct, frozen=True):
    """A notebook in the list.

    With `location` it is one of the model `id`, whose document in `hub` (None: its spec) names it;
    without, `id` is a content of the hub of type Notebook. `origin` says where that stands;
    `runs_here`: it works with models that the local engine runs. `description` is plain text.
    """

    hub: str | None
    id: str
    version: str
    location: str | None
    title: str
    description: str
    task: str
    model: str | None
    origin: Origin
    runs_here: bool
    keywords: tuple[str, ...] = ()


class JumpStartNotebooks(msgspec.Struct, frozen=True):
    """All notebooks that are known of.

    Those of models stand in their documents: `known` of the `models` were read. While `reading`,
    asking again tells more. `problems` say which sources could not be read.
    """

    connection: str
    region: str
    notebooks: tuple[JumpStartNotebook, ...]
    known: int
    models: int
    reading: bool
    problems: tuple[Problem, ...]


class NotebookCopyRequest(msgspec.Struct, frozen=True):
    """A notebook to be copied into a folder by Jupyter's path, which is made; as its row says."""

    connection: str
    region: str
    hub: str | None
    id: str
    version: str
    location: str | None
    folder: str


class NotebookCopy(msgspec.Struct, frozen=True):
    """A notebook as it was copied, by Jupyter's path; `kept`: it was there already, and stays.

    `needs` are the S3 URIs of what it wants beside it, which was not copied.
    """

    notebook: str
    kept: bool
    needs: tuple[str, ...]
