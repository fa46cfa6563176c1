"""The code of the object detection model."""
