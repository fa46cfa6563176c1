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


def test_the_extension_loads_nothing_of_aws_at_the_servers_start() -> None:
    late = {
        "boto3",
        "botocore",
        "httpx",
        "psutil",
        "cloudpickle",
        "papermill",
        "jupyter_smext.kinds",
        "jupyter_smext.compute.bridge",
    }
    found = f"found = {late!r} & set(sys.modules)"
    code = f"import sys, jupyter_smext.app\n{found}\nassert not found, found\n"
    subprocess.run([sys.executable, "-c", code], check=True)
