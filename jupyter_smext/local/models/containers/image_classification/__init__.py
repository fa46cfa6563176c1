"""The code of the image classification models."""
