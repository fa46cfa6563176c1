"""`python -m jupyter_smext.local.models REGION KEY`: make an object of the bucket, to stdout."""

from __future__ import annotations

import os
import sys

from .packages import Unavailable
from .publication import contents_of

if __name__ == "__main__":
    # What a library prints is no part of the object.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    region, key = sys.argv[1:]
    try:
        with out:
            out.write(contents_of(region)[key].make())
    except Unavailable as reason:
        sys.exit(str(reason))
