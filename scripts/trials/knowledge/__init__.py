"""A day of the knowledge base."""
