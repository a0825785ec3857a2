"""Materials, courses and certificates."""
