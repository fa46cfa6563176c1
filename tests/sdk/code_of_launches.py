"""The code of launches for the SageMaker SDK, as JSON; runs where jupyter_smext is installed.

python code_of_launches.py sdk_v2|sdk_v3
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.jumpstart.test_code import DEPLOYMENTS, deploy, fine_tune  # noqa: E402

version = sys.argv[1]
found = {name: getattr(deploy(**more)[1], version) for name, more in DEPLOYMENTS.items()}
found["fine-tune"] = getattr(fine_tune()[1], version)
json.dump(found, sys.stdout)
