"""Merged hotlines (归并热线) as sources: their tables become articles, each of their ids once."""
