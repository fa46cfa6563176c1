"""Solutions that run on this machine: templates, notebooks, data and models of JumpStart's sort."""
