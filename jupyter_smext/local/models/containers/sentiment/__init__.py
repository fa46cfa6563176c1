"""The code of the sentiment model."""
