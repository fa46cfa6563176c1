"""The instance types that Studio calls *fast launch*: optimized to start in under two minutes.

Source: "Available Instance Types" in Amazon's developer guide
(awsdocs/amazon-sagemaker-developer-guide, doc_source/notebooks-available-instance-types.md at
1bde17a), and the same four are `_isFastLaunch` in the notebooks that Studio saves. It holds for
Studio; AWS names none for other uses.
"""

from __future__ import annotations

FAST_LAUNCH = frozenset(("ml.t3.medium", "ml.m5.large", "ml.c5.large", "ml.g4dn.xlarge"))
