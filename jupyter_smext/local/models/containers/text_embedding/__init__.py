"""The code of the text embedding models."""
