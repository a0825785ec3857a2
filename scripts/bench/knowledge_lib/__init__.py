"""The bench of the knowledge base's search."""
