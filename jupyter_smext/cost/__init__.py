"""What running costs: price lists, quotas, and the price of a running resource by the hour."""

from .prices import Prices
from .running import in_use

__all__ = ["Prices", "in_use"]
