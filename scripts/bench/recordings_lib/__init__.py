"""How long pages of a list of recordings take."""
