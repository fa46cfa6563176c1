"""`python -m jupyter_smext.local.serving LIBRARY`: serve a model by the user's own script."""

from __future__ import annotations

import sys

from .script import serve_script

if __name__ == "__main__":
    serve_script(sys.argv[1] if len(sys.argv) > 1 else "")
