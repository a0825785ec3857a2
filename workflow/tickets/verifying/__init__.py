"""What does not fit in tickets, as a page and a command."""
