"""Who is told of a ticket: departments and leaders, the citizen, the world outside."""
