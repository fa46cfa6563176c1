"""The bridge between a remote kernel's websocket and this machine's Jupyter clients."""

from .bridge import KernelBridge
from .frames import Frame
from .pipes import Pipe

__all__ = ["Frame", "KernelBridge", "Pipe"]
