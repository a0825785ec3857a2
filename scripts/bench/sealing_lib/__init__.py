"""The bench of sealed files."""
