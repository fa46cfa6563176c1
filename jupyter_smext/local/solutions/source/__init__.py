"""What goes with the solutions as it is: data generators, and notebooks as cells of `# %%`."""
