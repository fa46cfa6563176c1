"""The code of the text recognition model."""
