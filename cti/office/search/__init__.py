"""Whole-text search in Chinese over records of any kind, on SQLite and PostgreSQL alike."""
