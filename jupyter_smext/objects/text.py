"""Previews of texts: plain ones, JSON and JSON Lines, and the tables that CSV holds."""

from __future__ import annotations

import codecs
import csv
import io

from ..protocol import S3Preview

ROWS = 200
COLUMNS = 100
CELL = 300
"""Rows, columns and characters of a cell that a preview of a table has."""

SAMPLE = 4096
"""Characters by which the delimiter of a table is told."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINES = (".jsonl", ".ndjson", ".jsonlines")
_JSON = (".json", ".ipynb", ".manifest")
_TABLES = (".csv", ".tsv", ".tab")


def decoded(content: bytes, whole: bool) -> tuple[str, str] | None:
    """The text and its encoding; None for what is no text.

    UTF-8, or what a byte order mark says; else Latin 1 where hardly any control characters are in
    it. The last character of what is not `whole` may be cut.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace"), encoding.removesuffix("-sig")
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(content, final=whole)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        encoding = "latin-1"
    else:
        encoding = "utf-8"
    # A terminal's colours and progress bars are text; what else controls is of machines.
    odd = sum(1 for char in text[:SAMPLE] if ord(char) < 32 and char not in "\t\n\v\f\r\x1b\b")
    odd += sum(1 for char in text[:SAMPLE] if 127 <= ord(char) < 160)
    limit = 0.1 if encoding == "utf-8" else 0.01
    return (text, encoding) if odd <= limit * len(text[:SAMPLE]) else None


def text_preview(content: bytes, whole: bool, name: str, content_type: str) -> S3Preview:
    """Text, JSON, JSON Lines or a table, whichever its name, its type or itself says it is."""
    found = decoded(content, whole)
    if found is None:
        return S3Preview(
            "none",
            whole,
            "It is no text, table, picture or archive that is known here: download it.",
        )
    text, encoding = found
    kind = content_type.split(";")[0].strip().lower()
    if name.endswith(_TABLES) or kind in ("text/csv", "text/tab-separated-values"):
        tabs = name.endswith((".tsv", ".tab")) or kind == "text/tab-separated-values"
        return table_preview(text, encoding, whole, "\t" if tabs else None)
    if name.endswith(_LINES) or kind in ("application/jsonlines", "application/x-ndjson"):
        return S3Preview("jsonl", whole, text=_whole_lines(text, whole), encoding=encoding)
    begins = text.lstrip()[:1]
    if name.endswith(_JSON) or kind == "application/json" or begins in ("{", "["):
        if whole:
            return S3Preview("json", text=text, encoding=encoding)
        note = "Only its beginning is read, which is no whole JSON: it is shown as text."
        return S3Preview("text", False, note, text=text, encoding=encoding)
    return S3Preview("text", whole, text=text, encoding=encoding)


def _whole_lines(text: str, whole: bool) -> str:
    return text if whole or "\n" not in text else text[: text.rindex("\n") + 1]


def table_preview(text: str, encoding: str, whole: bool, delimiter: str | None) -> S3Preview:
    """The first rows of a table; what does not parse as one is shown as text."""
    lines = _whole_lines(text, whole)
    try:
        reader = csv.reader(
            io.StringIO(lines, newline=""), delimiter=delimiter or _delimiter(lines), strict=True
        )
        rows: list[list[str]] = []
        more = False
        for row in reader:
            if row:
                if len(rows) > ROWS:
                    more = True
                    break
                rows.append(row)
    except csv.Error as error:
        note = f"It does not read as a table ({error}): it is shown as text."
        return S3Preview("text", whole, note, text=text, encoding=encoding)
    if not rows:
        return S3Preview("none", whole, "There are no rows in it.")
    widest = max(map(len, rows))
    header = _header(rows)
    columns = rows[0] if header else []
    columns = [*columns, *(str(n + 1) for n in range(len(columns), widest))]
    body = rows[1:] if header else rows
    notes = []
    if min(map(len, rows)) < widest:
        notes.append(f"Rows have between {min(map(len, rows))} and {widest} fields.")
    if widest > COLUMNS:
        notes.append(f"The first {COLUMNS} of {widest} columns are shown.")
    shown = body[:ROWS]
    all_rows = whole and not more and len(shown) == len(body)
    return S3Preview(
        "table",
        whole=all_rows,
        note=" ".join(notes),
        encoding=encoding,
        columns=tuple(name[:CELL] for name in columns[:COLUMNS]),
        rows=tuple(tuple(value[:CELL] for value in row[:COLUMNS]) for row in shown),
        rows_total=len(body) if all_rows else None,
    )


def _delimiter(text: str) -> str:
    sample = "\n".join(text[:SAMPLE].splitlines()[:20])
    try:
        return csv.Sniffer().sniff(sample, ",;\t|").delimiter
    except csv.Error:
        return ","


def _header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: SageMaker's own CSV has none, all is data."""
    first = rows[0]
    names = all(name.strip() and not _is_number(name) for name in first)
    return names and len(set(first)) == len(first) and len(rows) > 1


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
