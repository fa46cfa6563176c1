"""Notebooks that run on this machine, in JumpStart's bucket and in its public hub."""
