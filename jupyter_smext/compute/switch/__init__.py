"""Switches: the kernel of a notebook moved from one place to another, as a task."""
