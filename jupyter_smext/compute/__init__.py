"""Where a notebook's kernel runs, and what it is given to work with."""
