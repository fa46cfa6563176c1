"""What runs in place of the images of our own catalogue: each folder is a model's code."""
