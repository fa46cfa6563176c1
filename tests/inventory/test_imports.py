"""The inventory loads without AWS's code, which takes longer than a server's start may."""

from __future__ import annotations

import subprocess
import sys


def test_importing_it_loads_no_botocore() -> None:
    code = (
        "import sys, jupyter_smext.inventory\n"
        "assert not {'boto3', 'botocore'} & set(sys.modules), 'botocore was loaded'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
