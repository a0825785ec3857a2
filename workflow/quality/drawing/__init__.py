"""Which talks are scored: found by a plan's conditions, drawn by a seed, given evenly to inspectors."""
