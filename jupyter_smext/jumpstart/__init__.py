"""JumpStart: the catalogue of models, their documents, and what is launched from them."""
