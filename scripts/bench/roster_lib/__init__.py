"""The bench of rosters."""
