"""AWS's built-in algorithms on this machine, by the contract of AWS's containers.

`python -m jupyter_smext.local.algorithms train NAME` and `... serve NAME` work in
`$SAGEMAKER_BASE_DIR` (default /opt/ml). Importing this package imports no library.
"""

from .table import Algorithm, find, library, names

__all__ = ["Algorithm", "find", "library", "names"]
