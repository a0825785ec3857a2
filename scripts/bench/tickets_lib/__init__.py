"""The bench of the ticket desk."""
