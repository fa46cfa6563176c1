"""A channel of a training job: what its files or its pipe hold, as a matrix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, BinaryIO

from . import formats
from .failures import UserError
from .formats import Data, Unreadable
from .table import CSV, LIBSVM, PROTOBUF, Algorithm

#: Further names of content types that AWS's XGBoost container takes: data_utils.py.
_SHORT = {
    "csv": CSV,
    "libsvm": LIBSVM,
    "text/x-libsvm": LIBSVM,
    "recordio-protobuf": PROTOBUF,
}


@dataclass(frozen=True)
class ContentType:
    """A media type and its parameters: "text/csv; label_size=1"."""

    name: str
    parameters: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> ContentType:
        """Of a header's or a channel's text; names are without case."""
        message = Message()
        message["Content-Type"] = text
        (name, _), *parameters = message.get_params([("", "")])
        return cls(name.lower(), {key.lower(): value for key, value in parameters})

    def label_size(self, default: int) -> int:
        """How many first columns are labels. Raises UserError for what is no such number."""
        given = self.parameters.get("label_size", str(default))
        if given not in ("0", "1"):
            raise UserError(f"label_size={given} is not supported: a row has one label or none.")
        return int(given)


@dataclass(frozen=True)
class Channel:
    """One channel. `path` is its folder, or in Pipe mode the FIFO of its first epoch."""

    name: str
    path: Path
    content_type: ContentType
    piped: bool

    @classmethod
    def of(
        cls, algorithm: Algorithm, name: str, folder: Path, config: Mapping[str, Any]
    ) -> Channel:
        """By its entry in inputdataconfig.json. Raises UserError for a content type or mode it
        cannot have. Without a content type it is libsvm for XGBoost, RecordIO-protobuf for others.
        """
        given = config.get("ContentType") or ""
        default = LIBSVM if LIBSVM in algorithm.content_types else PROTOBUF
        content_type = ContentType.parse(given or default)
        if algorithm.name == "xgboost" and content_type.name in _SHORT:
            content_type = ContentType(_SHORT[content_type.name], content_type.parameters)
        if content_type.name not in algorithm.content_types:
            raise UserError(
                f"{given} is not an accepted ContentType: {', '.join(algorithm.content_types)}."
            )
        piped = config.get("TrainingInputMode") == "Pipe"
        if piped and content_type.name not in algorithm.piped:
            raise UserError(f"Pipe mode not supported for {content_type.name}.")
        return cls(name, folder / (f"{name}_0" if piped else name), content_type, piped)

    def read(
        self, *, labelled: bool = False, missing: bool = False, columns: int | None = None
    ) -> Data:
        """All of it.

        A CSV's first column is the label unless its content type says label_size=0. `labelled`
        asks for labels; `missing` lets empty cells of a CSV be NaN; `columns` is how many features
        there must be. Raises UserError for no data and for data that is not so.
        """
        parts: list[Data] = []
        for name, stream in self._streams():
            try:
                part = self._parse(stream, missing, columns)
            except Unreadable as error:
                raise UserError(self._bad(f"{name}: {error}")) from None
            if part.rows:
                parts.append(part)
        if not parts:
            kind = "training" if self.name == "train" else self.name
            raise UserError(f"No data in {kind} channel path {self.path}")
        try:
            data = formats.together(parts)
        except Unreadable as error:
            raise UserError(self._bad(str(error))) from None
        if not missing and not formats.finite(data.features):
            raise UserError(self._bad("it has values that are not finite numbers"))
        if columns is not None and data.columns != columns:
            raise UserError(
                f"feature_dim is {columns}, but the data of channel '{self.name}' has "
                f"{data.columns} features. The first column of a CSV is its label, unless its "
                "content type says label_size=0."
            )
        if labelled and data.labels is None:
            raise UserError(self._bad("it has no labels"))
        return data

    def _bad(self, why: str) -> str:
        # AWS's words up to the colon.
        return (
            f"Unable to read data channel '{self.name}'. Requested content-type is "
            f"'{self.content_type.name}'. Please verify the data matches the requested "
            f"content-type: {why}"
        )

    def _parse(self, stream: BinaryIO, missing: bool, columns: int | None) -> Data:
        if self.content_type.name == PROTOBUF:
            return formats.read_records(stream, columns)
        if self.content_type.name == LIBSVM:
            return formats.read_libsvm(stream.read())
        cells = formats.read_csv(stream.read(), missing=missing)
        size = self.content_type.label_size(1)
        if not len(cells):
            return Data(cells)
        if cells.shape[1] <= size:
            raise Unreadable(f"its rows have {cells.shape[1]} columns, the label included")
        return Data(cells[:, size:], cells[:, 0] if size else None)

    def _streams(self) -> Iterator[tuple[str, BinaryIO]]:
        if self.piped:
            with self.path.open("rb") as stream:
                yield self.path.name, stream
            return
        for path in sorted(self.path.rglob("*")):
            # As AWS's container: _SUCCESS and hidden files are no data.
            if path.is_file() and not path.name.startswith((".", "_")):
                with path.open("rb") as stream:
                    yield path.name, stream
