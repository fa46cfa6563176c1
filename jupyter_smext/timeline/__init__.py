"""What resources went through, how long it took, what they wait for, and what a job cost."""

from .timelines import Timelines

__all__ = ["Timelines"]
