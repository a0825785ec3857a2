"""Black and white lists of callers."""
