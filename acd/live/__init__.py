"""The matching as sessions, events and screens see it, and what outlives an engine."""
