"""The bench of the analysis."""
