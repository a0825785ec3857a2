"""The assistant beside the agent: reads what is said and typed, and proposes what the ticket's form asks."""
