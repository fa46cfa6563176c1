"""Prints the kind table."""

from __future__ import annotations

import argparse

from .table import markdown, plain

parser = argparse.ArgumentParser(prog="python -m jupyter_smext.kinds", description=__doc__)
parser.add_argument("--markdown", action="store_true", help="as a Markdown table")
print(markdown() if parser.parse_args().markdown else plain(), end="")
