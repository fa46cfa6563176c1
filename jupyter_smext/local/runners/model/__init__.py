"""A model made ready and served: its files, containers and servers."""
