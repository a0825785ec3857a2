"""Whether an article helped: one click of whoever reads it, and what its editors make of that."""
