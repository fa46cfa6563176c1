"""JupyterLab as a resource's process: notebook instances and Studio's apps."""
