"""What talks, visits to queues and agents' days were, as rows that figures count and lists show."""
