"""What running costs: price lists, quotas, and the price of a running resource by the hour."""

from .prices import Prices

__all__ = ["Prices"]
