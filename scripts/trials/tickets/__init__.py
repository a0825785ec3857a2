"""A morning of the ticket desk."""
