"""The bench of the back office."""
