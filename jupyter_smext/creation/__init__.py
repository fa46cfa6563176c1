"""New resources: by an operation of AWS, or by a layout of ours that takes several steps."""
