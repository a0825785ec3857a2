"""The bench of the assistant."""
