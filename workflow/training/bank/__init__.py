"""Questions and their categories."""
