"""What comes along when a notebook's kernel moves: variables, packages, the folder."""
