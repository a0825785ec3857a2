"""Who is where in flows now, and what became of those who were."""
