"""Conditions that people build for lists: on columns, references, tags and dates, joined by and, or, in groups."""
