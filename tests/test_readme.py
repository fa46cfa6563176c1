"""The README's kind table and IAM policy are the ones that the code makes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from jupyter_smext.app import SmextApp
from jupyter_smext.aws.permissions import policy, resource_policy, solutions_policy
from jupyter_smext.kinds.table import markdown
from jupyter_smext.local import tables

README = Path(__file__).parent.parent / "README.md"


def between(marker: str, page: Path = README) -> str:
    text = page.read_text(encoding="utf-8")
    match = re.search(rf"<!-- {marker} -->\n(.*?)<!-- /{marker} -->", text, re.DOTALL)
    assert match, f"{page.name} has no <!-- {marker} --> … <!-- /{marker} -->"
    return match[1].strip()


def test_kinds() -> None:
    again = "python -m jupyter_smext.kinds --markdown"
    assert between("kinds") == markdown().strip(), f"stale: paste {again}"


def test_policy() -> None:
    again = "python -m jupyter_smext.aws.permissions"
    policies = {
        "policy": policy(),
        "resource policy": resource_policy(),
        "solutions policy": solutions_policy(),
    }
    for marker, made in policies.items():
        fenced = re.fullmatch(r"```json\n(.*)\n```", between(marker), re.DOTALL)
        assert fenced, "the policy stands in a ```json fence"
        assert json.loads(fenced[1]) == made, f"stale: paste {again}"


def settings_table() -> str:
    """Every setting: the panel's from its schema, the server's from its traits."""
    schema = json.loads((README.parent / "schema" / "plugin.json").read_text(encoding="utf-8"))
    panel = {
        name: (json.dumps(setting["default"]), setting["description"])
        for name, setting in schema["properties"].items()
    }
    server = {
        f"SmextApp.{name}": (json.dumps(trait.default()), trait.help)
        for name, trait in SmextApp.class_own_traits(config=True).items()
        if name in SmextApp.__dict__
    }
    lines = ["| setting | default | what it does |", "| --- | --- | --- |"]
    for name, (default, text) in {**panel, **server}.items():
        lines.append(f"| `{name}` | `{default}` | {' '.join(text.split())} |")
    return "\n".join(lines)


def cells(table: str) -> list[list[str]]:
    """The cells of a table; the formatter pads them."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    return [[cell.strip() for cell in row] for row in rows if not row[0].startswith("---")]


def test_settings() -> None:
    assert cells(between("settings")) == cells(settings_table()), settings_table()


def test_tables_of_the_local_engine() -> None:
    again = "paste python -m jupyter_smext.local.tables"
    page = README.parent / "docs" / "local-engine.md"
    assert cells(between("runtimes", page)) == cells(tables.runtimes()), again
    assert cells(between("models", page)) == cells(tables.models()), again
    assert cells(between("solutions", page)) == cells(tables.solutions()), again
    assert cells(between("bounds", page)) == cells(tables.bounds()), again
    assert cells(between("resource types", page)) == cells(tables.resource_types()), again
