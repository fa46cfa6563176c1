"""What CloudWatch has measured of a resource, read for whoever looks at it."""

from .reading import metrics_of

__all__ = ["metrics_of"]
