"""Counts of queues and agents: of the day and of each interval."""
