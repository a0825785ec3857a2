"""The bench of the broker beside the engine."""
