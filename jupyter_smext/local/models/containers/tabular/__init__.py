"""The code of the tabular models."""
