"""The README's kind table and IAM policy are the ones that the code makes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from jupyter_smext.aws.permissions import policy
from jupyter_smext.kinds.table import markdown

README = Path(__file__).parent.parent / "README.md"


def between(marker: str) -> str:
    text = README.read_text(encoding="utf-8")
    match = re.search(rf"<!-- {marker} -->\n(.*?)<!-- /{marker} -->", text, re.DOTALL)
    assert match, f"README.md has no <!-- {marker} --> … <!-- /{marker} -->"
    return match[1].strip()


def test_kinds() -> None:
    again = "python -m jupyter_smext.kinds --markdown"
    assert between("kinds") == markdown().strip(), f"stale: paste {again}"


def test_policy() -> None:
    fenced = re.fullmatch(r"```json\n(.*)\n```", between("policy"), re.DOTALL)
    assert fenced, "the policy stands in a ```json fence"
    again = "python -m jupyter_smext.aws.permissions"
    assert json.loads(fenced[1]) == policy(), f"stale: paste {again}"
