"""Code that every model has beside its own."""
