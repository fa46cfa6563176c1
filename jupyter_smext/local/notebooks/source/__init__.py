"""The notebooks as Python files in cells of `# %%`."""
